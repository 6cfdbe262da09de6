"""What the native protocol answers about review items: the queue, and an item with its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from moderation.comments import StoredComment
from moderation.review_queue import Event, ReviewItem
from moderation.stored import Objection
from moderation.wire.replies import (
    ArticleReply,
    AuthorReply,
    CommentReply,
    ReasonReply,
    RulingReply,
    article_reply,
    author_reply,
    comment_reply,
    reasons_reply,
    ruling_fields,
)
from moderation.workflow.reviewing import CaseFile


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
        reasons=reasons_reply(item.reasons),
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
                **ruling_fields(revision.ruling),
                number=revision.number,
                text=revision.text,
                at=revision.at,
            )
            for revision in case.revisions
        ],
        events=[_event(event) for event in case.events],
    )


def _in_thread(comment: StoredComment) -> ThreadReply:
    return ThreadReply(
        id=comment.id,
        text=comment.text,
        author=author_reply(comment.author),
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
