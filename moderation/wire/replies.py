"""What the native protocol answers: the shape of each reply, made from the words of the domain.

A key that is not set is left out of a reason and of spans; everywhere else it is `null`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from moderation.comments import Author, Reason, Ruling, StoredArticle, StoredComment
from moderation.labels import Label
from moderation.review_queue import ReviewItem
from moderation.rulebook import Meanwhile
from moderation.scoring.scorer import EncoderShare, Span
from moderation.workflow.classify import Classified
from moderation.workflow.queueing import NOT_SCORED


class ReasonReply(msgspec.Struct, omit_defaults=True):
    """`{"code", "label"?, "score"?, "threshold"?, "level"?, "detail"?}`."""

    code: str
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    level: str | None = None
    detail: str | None = None


class SpanReply(msgspec.Struct):
    """`{"start", "end", "label", "share"}`, in code points of the text as sent."""

    start: int
    end: int
    label: str
    share: float


class EncoderReply(msgspec.Struct, omit_defaults=True):
    """`{"estimate", "shares", "spans"?}`: the spans are an estimate, the shares are exact."""

    estimate: bool
    shares: Mapping[str, float]
    spans: list[SpanReply] | None = None


class RulingReply(msgspec.Struct, omit_defaults=True, kw_only=True):
    """`{"scores", "decision", "reasons", "language", "model", "policy", "mode", "spans"?,
    "encoder"?}`.

    A comment that could not be scored has no scores, no decision, and says `not_scored`.
    """

    scores: Mapping[str, float | None]
    decision: str | None
    reasons: list[ReasonReply]
    language: str | None
    model: str | None
    policy: str | None
    mode: str | None
    spans: list[SpanReply] | None = None
    encoder: EncoderReply | None = None


class AuthorReply(msgspec.Struct):
    """`{"id", "name"}`."""

    id: str | None
    name: str | None


class SubmittedReply(RulingReply, omit_defaults=True, kw_only=True):
    """A ruling with what became of the comment."""

    id: str
    status: str
    revision: int
    article_id: str | None
    parent_id: str | None
    orphan: bool
    item_id: str | None
    created_at: datetime
    wanted: Meanwhile | None = None
    """As long as it is not scored: what the site wants done with it, and when to ask again."""
    retry_after: int | None = None


class CommentReply(SubmittedReply, omit_defaults=True, kw_only=True):
    """A comment as it is kept."""

    text: str
    author: AuthorReply
    received_at: datetime


class ArticleReply(msgspec.Struct):
    """`{"id", "title", "text", "url"}`."""

    id: str
    title: str
    text: str
    url: str


def classified_reply(found: Classified, *, explain: bool) -> RulingReply:
    """The answer of `/v1/classify` for one comment."""
    reply = RulingReply(**ruling_fields(found.ruling))
    if explain:
        reply.spans = _spans(found.spans)
        reply.encoder = _encoder(found.encoder)
    return reply


def submitted_reply(comment: StoredComment, item: ReviewItem | None) -> SubmittedReply:
    """The answer to a comment that was handed in."""
    return SubmittedReply(**_standing(comment, item))


def comment_reply(comment: StoredComment, item: ReviewItem | None) -> CommentReply:
    """A comment as kept, with its text."""
    return CommentReply(
        **_standing(comment, item),
        text=comment.text,
        author=author_reply(comment.author),
        received_at=comment.received_at,
    )


def article_reply(article: StoredArticle) -> ArticleReply:
    """An article as kept."""
    return ArticleReply(article.id, article.title, article.text, article.url)


def _spans(spans: Sequence[Span]) -> list[SpanReply]:
    return [SpanReply(span.start, span.end, span.label.value, span.share) for span in spans]


def _encoder(added: EncoderShare | None) -> EncoderReply | None:
    if added is None:
        return None
    shares = {label.value: share for label, share in added.shares.items()}
    spans = None if added.spans is None else _spans(added.spans)
    return EncoderReply(estimate=True, shares=shares, spans=spans)


def ruling_fields(ruling: Ruling | None) -> dict[str, Any]:
    """The fields of a `RulingReply`; of what was not scored those that say so."""
    if ruling is None:
        fields: dict[str, Any] = dict.fromkeys(("decision", "language", "model", "policy"))
        return fields | {"mode": None, "scores": {}, "reasons": [ReasonReply(NOT_SCORED)]}
    return {
        "scores": {label.value: ruling.scores[label] for label in Label if label in ruling.scores},
        "decision": ruling.decision.value,
        "reasons": reasons_reply(ruling.reasons),
        "language": ruling.language,
        "model": ruling.model,
        "policy": ruling.policy,
        "mode": ruling.mode,
    }


def _standing(comment: StoredComment, item: ReviewItem | None) -> dict[str, Any]:
    told = ruling_fields(comment.ruling)
    if comment.ruling is None and item is not None:
        # The item knows whether the model has been given up on it.
        known = [reason for reason in item.reasons if reason.code == NOT_SCORED]
        told["reasons"] = reasons_reply(known) or told["reasons"]
    return told | {
        "id": comment.id,
        "status": comment.status.value,
        "revision": comment.revision,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "orphan": comment.is_orphan,
        "item_id": item.id if item else None,
        "created_at": comment.created_at,
    }


def reasons_reply(reasons: Sequence[Reason]) -> list[ReasonReply]:
    """Why a decision fell as it did."""
    return [
        ReasonReply(
            reason.code, reason.label, reason.score, reason.threshold, reason.level, reason.detail
        )
        for reason in reasons
    ]


def author_reply(author: Author) -> AuthorReply:
    """Who wrote a comment, as the site names them."""
    return AuthorReply(author.id, author.name)
