"""The life of a review item as a pure function: (item, event) gives the item after it.

Events are the record: ids, labels and versions, never text or names. The state of
an item is `fold(events)` and nothing else; storage keeps a projection of it for
finding items, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from moderation.comments import Reason, Status


class Verdict(StrEnum):
    """What a moderator says of a comment."""

    APPROVE = "approve"
    REJECT = "reject"
    ESCALATE = "escalate"
    SKIP = "skip"


class Stage(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    DECIDED = "decided"
    ERASED = "erased"


WAITING = frozenset({Stage.OPEN, Stage.ESCALATED})
"""Stages in which an item can be claimed."""


class EventKind(StrEnum):
    """Everything that can happen to an item."""

    OPENED = "opened"
    REVISED = "revised"
    RESTATED = "restated"
    SCORED = "scored"
    GIVEN_UP = "given_up"
    REPORTED = "reported"
    APPEALED = "appealed"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    RENEWED = "renewed"
    RELEASED = "released"
    SKIPPED = "skipped"
    DECIDED = "decided"
    UNDONE = "undone"
    NOTED = "noted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one item. `actor` is a user's id, `None` for the site.

    Which of the optional fields are set depends on `kind`; `version` is the item's
    version after the event.
    """

    item_id: str
    sequence: int
    kind: EventKind
    at: datetime
    actor: str | None = None
    site_id: str | None = None
    comment_key: str | None = None
    verdict: Verdict | None = None
    labels: tuple[str, ...] = ()
    """With a verdict: the labels that the moderator set, where they corrected them."""
    reasons: tuple[Reason, ...] = ()
    severity: float | None = None
    status: Status | None = None
    lease_until: datetime | None = None
    undoes: int | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict in force, and what stood before it so that it can be taken back."""

    sequence: int
    actor: str
    verdict: Verdict
    labels: tuple[str, ...]
    at: datetime
    stage_before: Stage
    status_before: Status


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A comment that somebody should look at, or has looked at.

    `version` rises with whatever a verdict could be stale against: the text, a
    verdict, an undo. Leases and reports leave it alone, so a moderator who reads
    while reports come in is not sent back.
    """

    id: str
    site_id: str
    comment_key: str
    sequence: int
    version: int
    stage: Stage
    status: Status
    revision: int
    reasons: tuple[Reason, ...]
    severity: float
    opened_at: datetime
    reports: int = 0
    appeals: int = 0
    holder: str | None = None
    lease_until: datetime | None = None
    skipped_by: Mapping[str, int] = field(default_factory=dict)
    """Who passed it on since it was last opened, and the sequence of that event."""
    settled: tuple[Settled, ...] = ()

    @property
    def verdict(self) -> Settled | None:
        """The verdict in force, if one is."""
        return self.settled[-1] if self.settled else None

    def held_by(self, now: datetime) -> str | None:
        """Who holds a lease that has not ended at `now`."""
        if self.holder is None or self.lease_until is None or now >= self.lease_until:
            return None
        return self.holder


def fold(events: Iterable[Event]) -> ReviewItem:
    """The item that a complete run of events amounts to. Raises `ValueError` on a gap."""
    item: ReviewItem | None = None
    for event in events:
        item = apply(item, event)
    if item is None:
        raise ValueError("an item has at least the event that opened it")
    return item


def apply(item: ReviewItem | None, event: Event) -> ReviewItem:
    """The item after one more event. Raises `ValueError` where the event does not follow."""
    if item is None:
        return _opened(event)
    if event.sequence != item.sequence + 1 or event.item_id != item.id:
        raise ValueError(f"event {event.sequence} does not follow {item.sequence}")
    return replace(_CHANGES[event.kind](item, event), sequence=event.sequence)


def _opened(event: Event) -> ReviewItem:
    if event.kind is not EventKind.OPENED or event.sequence != 1:
        raise ValueError("the first event opens the item")
    if event.site_id is None or event.comment_key is None or event.status is None:
        raise ValueError("an opening names the site, the comment and its status")
    return ReviewItem(
        id=event.item_id,
        site_id=event.site_id,
        comment_key=event.comment_key,
        sequence=1,
        version=1,
        # It may come from where somebody has passed it to the leads.
        stage=Stage.ESCALATED if event.verdict is Verdict.ESCALATE else Stage.OPEN,
        status=event.status,
        revision=event.revision or 1,
        reasons=event.reasons,
        severity=event.severity or 0.0,
        opened_at=event.at,
        reports=_count(event, "reported"),
        appeals=_count(event, "appeal"),
    )


def _revised(item: ReviewItem, event: Event) -> ReviewItem:
    reopened = _reopen(item, event)
    return replace(
        reopened,
        version=item.version + 1,
        revision=event.revision or item.revision,
        reasons=event.reasons,
        severity=event.severity or 0.0,
        status=event.status or item.status,
        settled=(),
        # Whoever passed the old text on has not seen this one.
        skipped_by={},
    )


def _restated(item: ReviewItem, event: Event) -> ReviewItem:
    """Its standing where it comes from has changed: with no reason left, nobody need look."""
    moved = (
        _reopen(item, event)
        if event.reasons
        else replace(_released(item, event), stage=Stage.DECIDED)
    )
    status = event.status or item.status
    return replace(
        moved,
        reasons=event.reasons or item.reasons,
        status=status,
        version=item.version + ((moved.stage, status) != (item.stage, item.status)),
    )


def _scored(item: ReviewItem, event: Event) -> ReviewItem:
    """It has the score that it waited for: with no reason left, nobody need look."""
    moved = item if event.reasons else replace(_released(item, event), stage=Stage.DECIDED)
    status = event.status or item.status
    return replace(
        moved,
        reasons=event.reasons or item.reasons,
        severity=event.severity or 0.0,
        status=status,
        version=item.version + ((moved.stage, status) != (item.stage, item.status)),
    )


def _given_up(item: ReviewItem, event: Event) -> ReviewItem:
    """It will not be scored: the reasons say so, and it stays where it is."""
    return replace(item, reasons=event.reasons)


def _reported(item: ReviewItem, event: Event) -> ReviewItem:
    reopened = _reopen(item, event)
    return replace(
        reopened,
        reasons=_joined(item.reasons, event.reasons),
        reports=item.reports + _count(event, "reported"),
        appeals=item.appeals + _count(event, "appeal"),
        version=item.version + (reopened.stage is not item.stage),
    )


def _reopen(item: ReviewItem, event: Event) -> ReviewItem:
    """Back to open, unless it waits already; what was decided stays on record."""
    if item.stage is not Stage.DECIDED:
        return item
    return replace(item, stage=Stage.OPEN, opened_at=event.at, skipped_by={})


def _leased(item: ReviewItem, event: Event) -> ReviewItem:
    return replace(item, holder=event.actor, lease_until=event.lease_until)


def _released(item: ReviewItem, event: Event) -> ReviewItem:
    return replace(item, holder=None, lease_until=None)


def _skipped(item: ReviewItem, event: Event) -> ReviewItem:
    return replace(
        _released(item, event),
        skipped_by={**item.skipped_by, event.actor or "": event.sequence},
    )


def _decided(item: ReviewItem, event: Event) -> ReviewItem:
    if event.verdict is None or event.actor is None:
        raise ValueError("a verdict names itself and who gave it")
    settled = Settled(
        event.sequence, event.actor, event.verdict, event.labels, event.at, item.stage, item.status
    )
    escalated = event.verdict is Verdict.ESCALATE
    return replace(
        _released(item, event),
        version=item.version + 1,
        stage=Stage.ESCALATED if escalated else Stage.DECIDED,
        status=event.status or item.status,
        skipped_by={} if escalated else item.skipped_by,
        settled=(*item.settled, settled),
    )


def _undone(item: ReviewItem, event: Event) -> ReviewItem:
    held = _leased(item, event)
    if event.undoes in item.skipped_by.values():
        kept = {who: at for who, at in item.skipped_by.items() if at != event.undoes}
        return replace(held, skipped_by=kept)
    last = item.settled[-1]
    # What was an earlier verdict before is decided again, and nobody's to hold.
    return replace(
        held if last.stage_before in WAITING else _released(item, event),
        version=item.version + 1,
        stage=last.stage_before,
        status=last.status_before,
        settled=item.settled[:-1],
    )


def _erased(item: ReviewItem, event: Event) -> ReviewItem:
    return replace(_released(item, event), version=item.version + 1, stage=Stage.ERASED)


def _noted(item: ReviewItem, event: Event) -> ReviewItem:
    """A note says something of the item and changes nothing; its words are kept apart."""
    return item


_CHANGES = {
    EventKind.REVISED: _revised,
    EventKind.RESTATED: _restated,
    EventKind.SCORED: _scored,
    EventKind.GIVEN_UP: _given_up,
    EventKind.REPORTED: _reported,
    EventKind.APPEALED: _reported,
    EventKind.CLAIMED: _leased,
    EventKind.TAKEN_OVER: _leased,
    EventKind.RENEWED: _leased,
    EventKind.RELEASED: _released,
    EventKind.SKIPPED: _skipped,
    EventKind.DECIDED: _decided,
    EventKind.UNDONE: _undone,
    EventKind.NOTED: _noted,
    EventKind.ERASED: _erased,
}


def _count(event: Event, code: str) -> int:
    return sum(reason.code == code for reason in event.reasons)


def _joined(known: tuple[Reason, ...], more: tuple[Reason, ...]) -> tuple[Reason, ...]:
    codes = {reason.code for reason in known if reason.code != "label"}
    return known + tuple(reason for reason in more if reason.code not in codes)
