"""Whether a comment is queued, and why. Pure: a comment and its item in, an event out."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from moderation.comments import Decision, Reason, Ruling, Status, StoredComment
from moderation.records import Queued
from moderation.review_moves import severity_of
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Verdict

_FINAL = frozenset({Verdict.APPROVE, Verdict.REJECT})
_OBJECTIONS = frozenset({"reported", "appeal"})
_EDITED = Reason("rule", detail="edited after it was queued")
_TEXTS = frozenset({EventKind.OPENED, EventKind.REVISED})
_HANDLED = frozenset({EventKind.SKIPPED, EventKind.DECIDED, EventKind.NOTED})

NOT_SCORED = "not_scored"
"""Code of the reason that has a moderator see what the model could not."""


def queue_revision(
    comment: StoredComment,
    item: ReviewItem | None,
    now: datetime,
    audit_rate: float,
    *,
    is_told: bool = False,
) -> Event | None:
    """The event that opens, or reopens, the item of a comment just scored; `None` = not queued.

    `is_told` says that its status is its source's and not the policy's.
    """
    reasons = _why(comment, audit_rate, is_told=is_told)
    if item is not None:
        reasons += _unanswered(item)
        return Event(
            item.id,
            item.sequence + 1,
            EventKind.REVISED,
            now,
            reasons=reasons or (_EDITED,),
            severity=_severity(comment.ruling),
            status=comment.status,
            revision=comment.revision,
        )
    return open_item(comment, reasons, now) if reasons else None


def queue_imported(
    comment: StoredComment,
    item: ReviewItem | None,
    queued: Queued | None,
    now: datetime,
    audit_rate: float,
    *,
    is_told: bool,
) -> Event | None:
    """As `queue_revision`, of a comment that an import brings.

    `queued` is its item where it comes from, if it waits there. `is_told` says that its status came
    along: then only what is held waits, besides what waits there, and nothing is drawn.
    """
    if item is None and queued is not None and (queued.reasons or queued.is_escalated):
        opened = open_item(comment, queued.reasons, min(queued.since, now))
        return replace(opened, verdict=Verdict.ESCALATE) if queued.is_escalated else opened
    if item is None and is_told and comment.ruling is None:
        # Where it comes from it waits for its score alone, and comes before nobody until then.
        return None
    return queue_revision(comment, item, now, audit_rate, is_told=is_told)


def requeue_scored(
    comment: StoredComment,
    item: ReviewItem,
    events: Sequence[Event],
    now: datetime,
    audit_rate: float,
) -> Event | None:
    """The event of an item whose comment has got the score that it waited for.

    `comment` has the ruling, and the status that follows from it alone; the event has the one that
    it is to have. Without reasons it leaves the queue. `None` where it does not wait there.
    """
    if item.stage not in WAITING or comment.ruling is None:
        return None
    decision, attended = comment.ruling.decision, _is_attended(item, events, now)
    reasons = _why(comment, audit_rate) + _unanswered(item)
    if not reasons and comment.revision > 1 and _was_looked_into(events):
        reasons = (_EDITED,)
    if not reasons and attended:
        reasons = (Reason(NOT_SCORED, detail=f"scored since then: {decision}"),)
    # Whoever is at it goes on with what they see, unless that may not stand any longer.
    stays = item.verdict is not None or (attended and decision is not Decision.BLOCK)
    return Event(
        item.id,
        item.sequence + 1,
        EventKind.SCORED,
        now,
        reasons=reasons,
        severity=_severity(comment.ruling),
        status=item.status if stays else comment.status,
    )


def give_up(
    comment: StoredComment, item: ReviewItem | None, why: str, now: datetime
) -> Event | None:
    """The event that tells people of a comment which no model can score.

    Opens an item where there is none. `None` where they know, or have decided.
    """
    told = Reason(NOT_SCORED, detail=f"{why}; a person must look")
    if item is None:
        return open_item(comment, (told,), now)
    if item.stage not in WAITING or told in item.reasons:
        return None
    others = tuple(reason for reason in item.reasons if reason.code != NOT_SCORED)
    return Event(item.id, item.sequence + 1, EventKind.GIVEN_UP, now, reasons=(told, *others))


def requeue_restated(comment: StoredComment, item: ReviewItem, now: datetime) -> Event:
    """The event of a comment that another system has given another status, its text the same."""
    return Event(
        item.id,
        item.sequence + 1,
        EventKind.RESTATED,
        now,
        reasons=_why(comment, 0.0, is_told=True) + _unanswered(item),
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


def _why(comment: StoredComment, audit_rate: float, *, is_told: bool = False) -> tuple[Reason, ...]:
    ruling = comment.ruling
    if comment.kind != "comment":
        return ()
    known = ruling.reasons if ruling else (Reason(NOT_SCORED),)
    if is_told or comment.source_status is not None:
        # An import brings verdicts of its own: only what waited there waits here.
        held = comment.status is Status.HELD
        return (*known, Reason("rule", detail="held at its source")) if held else ()
    if ruling is None:
        return known
    if ruling.decision is Decision.REVIEW:
        return ruling.reasons
    sampled = _drawn(comment.key, audit_rate)
    return (*ruling.reasons, Reason("audit")) if sampled else ()


def _unanswered(item: ReviewItem) -> tuple[Reason, ...]:
    """Reports and appeals that nobody has looked at yet: a rewrite does not answer them."""
    if item.stage not in WAITING:
        return ()
    return tuple(reason for reason in item.reasons if reason.code in _OBJECTIONS)


def _was_looked_into(events: Sequence[Event]) -> bool:
    """Whether it was ever in the queue for more than a missing score, or a person spoke on it."""
    return any(
        event.verdict in _FINAL or any(reason.code != NOT_SCORED for reason in event.reasons)
        for event in events
    )


def _is_attended(item: ReviewItem, events: Sequence[Event], now: datetime) -> bool:
    """Whether somebody holds it, or has done anything about the text that stands."""
    texts = [number for number, event in enumerate(events) if event.kind in _TEXTS]
    since = events[texts[-1] :] if texts else events
    return item.held_by(now) is not None or any(event.kind in _HANDLED for event in since)


def _drawn(key: str, rate: float) -> bool:
    # By a hash, so that the draw is the same however often one asks.
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") < rate * 2**64


def _severity(ruling: Ruling | None) -> float:
    return severity_of(ruling.reasons if ruling else ())
