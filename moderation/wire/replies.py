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
from moderation.review_queue import Event, ReviewItem
from moderation.scoring.scorer import EncoderShare, Span
from moderation.stored import Objection
from moderation.workflow.classify import Classified
from moderation.workflow.reviewing import CaseFile


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


class LeaseReply(msgspec.Struct):
    """`{"holder", "until"}`: who reviews an item now, by user id."""

    holder: str
    until: datetime | None


class VerdictReply(msgspec.Struct):
    """`{"verdict", "by", "labels", "at", "sequence"}`: the verdict in force, and its event."""

    verdict: str
    by: str
    labels: Sequence[str]
    at: datetime
    sequence: int


class ItemReply(msgspec.Struct):
    """A review item; `version` is what a verdict must carry."""

    id: str
    site: str
    version: int
    stage: str
    status: str
    revision: int
    reasons: list[ReasonReply]
    severity: float
    reports: int
    appeals: int
    opened_at: datetime
    lease: LeaseReply | None
    verdict: VerdictReply | None


class QueueRowReply(msgspec.Struct):
    """A waiting item with its comment."""

    item: ItemReply
    comment: CommentReply


class QueueReply(msgspec.Struct):
    """`{"items": [{"item", "comment"}], "counts", "next_cursor"}`."""

    items: list[QueueRowReply]
    counts: Mapping[str, int]
    next_cursor: str | None


class ThreadReply(msgspec.Struct):
    """A comment above or below the one that is reviewed."""

    id: str
    text: str
    author: AuthorReply
    status: str
    erased: bool
    created_at: datetime


class ObjectionReply(msgspec.Struct):
    """`{"kind", "reason", "text", "by", "at"}`."""

    kind: str
    reason: str
    text: str
    by: str | None
    at: datetime


class RevisionReply(RulingReply, omit_defaults=True, kw_only=True):
    """A text that the comment had, with the ruling on it."""

    number: int
    text: str
    at: datetime


class EventReply(msgspec.Struct):
    """One thing that happened to an item."""

    sequence: int
    kind: str
    at: datetime
    actor: str | None
    verdict: str | None
    labels: Sequence[str]
    undoes: int | None


class CaseReply(msgspec.Struct):
    """Everything that a moderator judges by; `ancestors` begin with the parent."""

    item: ItemReply
    comment: CommentReply
    article: ArticleReply | None
    ancestors: list[ThreadReply]
    replies: list[ThreadReply]
    objections: list[ObjectionReply]
    revisions: list[RevisionReply]
    events: list[EventReply]


def classified_reply(found: Classified, *, explain: bool) -> RulingReply:
    """The answer of `/v1/classify` for one comment."""
    reply = RulingReply(**_ruling(found.ruling))
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
        author=_author(comment.author),
        received_at=comment.received_at,
    )


def article_reply(article: StoredArticle) -> ArticleReply:
    """An article as kept."""
    return ArticleReply(article.id, article.title, article.text, article.url)


def item_reply(item: ReviewItem, now: datetime) -> ItemReply:
    """A review item as it stands at `now`."""
    holder, last = item.held_by(now), item.verdict
    return ItemReply(
        id=item.id,
        site=item.site_id,
        version=item.version,
        stage=item.stage.value,
        status=item.status.value,
        revision=item.revision,
        reasons=_reasons(item.reasons),
        severity=item.severity,
        reports=item.reports,
        appeals=item.appeals,
        opened_at=item.opened_at,
        lease=LeaseReply(holder, item.lease_until) if holder else None,
        verdict=VerdictReply(last.verdict.value, last.actor, last.labels, last.at, last.sequence)
        if last
        else None,
    )


def queue_reply(
    rows: Sequence[tuple[ReviewItem, StoredComment]],
    counts: Mapping[str, int],
    next_cursor: str | None,
    now: datetime,
) -> QueueReply:
    """A page of the queue."""
    items = [QueueRowReply(item_reply(item, now), comment_reply(of, item)) for item, of in rows]
    return QueueReply(items, counts, next_cursor)


def case_reply(case: CaseFile, now: datetime) -> CaseReply:
    """An item with all that belongs to it."""
    return CaseReply(
        item=item_reply(case.item, now),
        comment=comment_reply(case.comment, case.item),
        article=article_reply(case.article) if case.article else None,
        ancestors=[_in_thread(comment) for comment in case.ancestors],
        replies=[_in_thread(comment) for comment in case.replies],
        objections=[_objection(objection) for objection in case.objections],
        revisions=[
            RevisionReply(
                **_ruling(revision.ruling),
                number=revision.number,
                text=revision.text,
                at=revision.at,
            )
            for revision in case.revisions
        ],
        events=[_event(event) for event in case.events],
    )


def _spans(spans: Sequence[Span]) -> list[SpanReply]:
    return [SpanReply(span.start, span.end, span.label.value, span.share) for span in spans]


def _encoder(added: EncoderShare | None) -> EncoderReply | None:
    if added is None:
        return None
    shares = {label.value: share for label, share in added.shares.items()}
    spans = None if added.spans is None else _spans(added.spans)
    return EncoderReply(estimate=True, shares=shares, spans=spans)


def _ruling(ruling: Ruling | None) -> dict[str, Any]:
    if ruling is None:
        fields: dict[str, Any] = dict.fromkeys(("decision", "language", "model", "policy"))
        return fields | {"mode": None, "scores": {}, "reasons": [ReasonReply("not_scored")]}
    return {
        "scores": {label.value: ruling.scores[label] for label in Label if label in ruling.scores},
        "decision": ruling.decision.value,
        "reasons": _reasons(ruling.reasons),
        "language": ruling.language,
        "model": ruling.model,
        "policy": ruling.policy,
        "mode": ruling.mode,
    }


def _standing(comment: StoredComment, item: ReviewItem | None) -> dict[str, Any]:
    return _ruling(comment.ruling) | {
        "id": comment.id,
        "status": comment.status.value,
        "revision": comment.revision,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "orphan": comment.is_orphan,
        "item_id": item.id if item else None,
        "created_at": comment.created_at,
    }


def _reasons(reasons: Sequence[Reason]) -> list[ReasonReply]:
    return [
        ReasonReply(
            reason.code, reason.label, reason.score, reason.threshold, reason.level, reason.detail
        )
        for reason in reasons
    ]


def _author(author: Author) -> AuthorReply:
    return AuthorReply(author.id, author.name)


def _in_thread(comment: StoredComment) -> ThreadReply:
    return ThreadReply(
        id=comment.id,
        text=comment.text,
        author=_author(comment.author),
        status=comment.status.value,
        erased=comment.erased_at is not None,
        created_at=comment.created_at,
    )


def _objection(objection: Objection) -> ObjectionReply:
    return ObjectionReply(
        objection.kind, objection.reason, objection.text, objection.by, objection.at
    )


def _event(event: Event) -> EventReply:
    return EventReply(
        sequence=event.sequence,
        kind=event.kind.value,
        at=event.at,
        actor=event.actor,
        verdict=event.verdict.value if event.verdict else None,
        labels=event.labels,
        undoes=event.undoes,
    )
