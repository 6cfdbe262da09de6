"""Whether a comment is queued, and why. Pure: a comment and its item in, an event out."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from moderation.comments import Decision, Reason, Ruling, Status, StoredComment
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Verdict

_FINAL = frozenset({Verdict.APPROVE, Verdict.REJECT})
_LISTED = 0.5
_OBJECTIONS = frozenset({"reported", "appeal"})


def queue_revision(
    comment: StoredComment, item: ReviewItem | None, now: datetime, audit_rate: float
) -> Event | None:
    """The event that opens, or reopens, the item of a comment just scored; `None` = not queued."""
    reasons = _why(comment, audit_rate)
    if item is not None:
        reasons += _unanswered(item)
        return Event(
            item.id,
            item.sequence + 1,
            EventKind.REVISED,
            now,
            reasons=reasons or (Reason("rule", detail="edited after it was queued"),),
            severity=_severity(comment.ruling),
            status=comment.status,
            revision=comment.revision,
        )
    return open_item(comment, reasons, now) if reasons else None


def requeue_restated(comment: StoredComment, item: ReviewItem, now: datetime) -> Event:
    """The event of a comment that another system has given another status, its text the same."""
    return Event(
        item.id,
        item.sequence + 1,
        EventKind.RESTATED,
        now,
        reasons=_why(comment, 0.0) + _unanswered(item),
        status=comment.status,
    )


def open_item(comment: StoredComment, reasons: tuple[Reason, ...], now: datetime) -> Event:
    """The first event of a comment's review item."""
    return Event(
        uuid.uuid4().hex,
        1,
        EventKind.OPENED,
        now,
        site_id=comment.site_id,
        comment_key=comment.key,
        reasons=reasons,
        severity=_severity(comment.ruling),
        status=comment.status,
        revision=comment.revision,
    )


def status_of_revision(events: Sequence[Event], status: Status) -> Status:
    """The standing of a rewritten text: no rewrite publishes what a person had rejected.

    `events` is the record of its item, however many rewrites ago that was.
    """
    rejected = _last_said(events) is Verdict.REJECT
    return Status.HELD if rejected and status is Status.PUBLISHED else status


def _last_said(events: Sequence[Event]) -> Verdict | None:
    """The last approval or rejection that was not taken back, of whatever revision."""
    undone = {event.undoes for event in events}
    given = [
        event.verdict
        for event in events
        if event.verdict in _FINAL and event.sequence not in undone
    ]
    return given[-1] if given else None


def _why(comment: StoredComment, audit_rate: float) -> tuple[Reason, ...]:
    ruling = comment.ruling
    if ruling is None or comment.kind != "comment":
        return ()
    if comment.source_status is not None:
        # An import brings verdicts of its own: only what waited there waits here.
        held = comment.status is Status.HELD
        return (*ruling.reasons, Reason("rule", detail="held at its source")) if held else ()
    if ruling.decision is Decision.REVIEW:
        return ruling.reasons
    sampled = _drawn(comment.key, audit_rate)
    return (*ruling.reasons, Reason("audit")) if sampled else ()


def _unanswered(item: ReviewItem) -> tuple[Reason, ...]:
    """Reports and appeals that nobody has looked at yet: a rewrite does not answer them."""
    if item.stage not in WAITING:
        return ()
    return tuple(reason for reason in item.reasons if reason.code in _OBJECTIONS)


def _drawn(key: str, rate: float) -> bool:
    # By a hash, so that the draw is the same however often one asks.
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") < rate * 2**64


def _severity(ruling: Ruling | None) -> float:
    """How bad and how sure, in [0, 1]: the highest score among the flagged labels."""
    reasons = ruling.reasons if ruling else ()
    return max((_weight(reason) for reason in reasons), default=0.0)


def _weight(reason: Reason) -> float:
    if reason.score is None:
        # A listed word that the site takes for a sign of a label.
        return _LISTED if reason.label else 0.0
    return reason.score
