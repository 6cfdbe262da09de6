"""What a moderator may do to a review item: each function gives the event, or says why not.

`None` means that nothing is left to do: the item already is what was asked for.
The events are applied, and stored, by whoever called.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from moderation.comments import Status
from moderation.errors import Conflict, Erased, NotHeld, StaleVersion
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Stage, Verdict

_STATUS = {Verdict.APPROVE: Status.PUBLISHED, Verdict.REJECT: Status.REJECTED}


def claim(
    item: ReviewItem, actor: str, now: datetime, lease: timedelta, *, take_over: bool = False
) -> Event:
    """Take the lease. One's own lease is renewed; another's only with `take_over`.

    Raises `Conflict` when the item does not wait, `NotHeld` when a colleague holds it.
    """
    _check_waiting(item)
    holder = item.held_by(now)
    if holder is not None and holder != actor and not take_over:
        raise NotHeld("Somebody else is reviewing this comment.", holder=holder)
    kind = EventKind.TAKEN_OVER if holder not in (None, actor) else EventKind.CLAIMED
    return _event(item, kind, actor, now, lease_until=now + lease)


def renew(item: ReviewItem, actor: str, now: datetime, lease: timedelta) -> Event:
    """Prolong one's own lease, even one that has just ended while nobody else took it.

    Raises `NotHeld` once the item is somebody else's or nobody's.
    """
    _check_waiting(item)
    if item.holder != actor:
        raise NotHeld("You no longer hold this comment.", holder=item.held_by(now))
    return _event(item, EventKind.RENEWED, actor, now, lease_until=now + lease)


def release(item: ReviewItem, actor: str, now: datetime) -> Event | None:
    """Give the lease back. Quiet where nobody holds it; raises `NotHeld` where a colleague does."""
    holder = item.held_by(now)
    if holder is None:
        return None
    if holder != actor:
        raise NotHeld("Somebody else is reviewing this comment.", holder=holder)
    return _event(item, EventKind.RELEASED, actor, now)


def decide(
    item: ReviewItem,
    verdict: Verdict,
    actor: str,
    now: datetime,
    *,
    seen_version: int,
    labels: tuple[str, ...] = (),
) -> Event | None:
    """Give a verdict on the version that was seen; the same verdict again is `None`.

    Raises `StaleVersion` when the item has changed since (the details say who decided
    what), `NotHeld` when a colleague holds it, `Erased` when the comment is gone.
    """
    if item.stage is Stage.ERASED:
        raise Erased("This comment has been erased.")
    last = item.verdict
    if last and item.stage is not Stage.OPEN and (last.verdict, last.labels) == (verdict, labels):
        return None
    holder = item.held_by(now)
    passed_on = verdict is Verdict.SKIP and actor in item.skipped_by and item.stage in WAITING
    if passed_on and holder != actor:
        # Whoever was offered it since may hold it: the skip was taken all the same.
        return None
    if seen_version != item.version:
        raise StaleVersion(
            "This comment has changed since you saw it.",
            version=item.version,
            stage=item.stage.value,
            **_decided(item),
        )
    if holder is not None and holder != actor:
        raise NotHeld("Somebody else is reviewing this comment.", holder=holder)
    if verdict is Verdict.SKIP:
        return _skip(item, actor, now)
    return _event(
        item,
        EventKind.DECIDED,
        actor,
        now,
        verdict=verdict,
        labels=labels,
        status=_STATUS.get(verdict),
    )


def undoable(item: ReviewItem, actor: str) -> int | None:
    """The sequence of the verdict or skip that `undo` would take back, if there is one."""
    if item.stage in WAITING and actor in item.skipped_by:
        return item.skipped_by[actor]
    last = item.verdict
    if last is None or last.actor != actor or item.stage not in (Stage.DECIDED, Stage.ESCALATED):
        return None
    return last.sequence


def undo(
    item: ReviewItem, actor: str, now: datetime, lease: timedelta, *, sequence: int | None = None
) -> Event:
    """Take back one's own last verdict or skip; the item is one's own again.

    With `sequence` only that one. Raises `Conflict` once anybody else has acted on the
    item, or there is nothing to undo.
    """
    if item.held_by(now) not in (None, actor):
        raise Conflict("Somebody else has taken this comment since.", holder=item.held_by(now))
    last, found = item.verdict, undoable(item, actor)
    if found is None and last is not None and item.stage not in (Stage.OPEN, Stage.ERASED):
        raise Conflict("Somebody else has decided this comment since.", decided_by=last.actor)
    if found is None or sequence not in (None, found):
        raise Conflict("There is no verdict of yours to undo here.")
    return _event(item, EventKind.UNDONE, actor, now, undoes=found, lease_until=now + lease)


def rank(severity: float, reports: int, appeals: int, opened_at: datetime) -> float:
    """Sort key of the queue, lowest first: the time an item has waited, put forward by its weight.

    Age grows for all items alike, so the order of two items never changes while both
    wait and nothing starves: the head start is at most 30 hours.
    """
    hours = 8.0 * severity + 2.0 * min(reports, 8) + 6.0 * min(appeals, 1)
    return opened_at.timestamp() - 3600.0 * hours


def _skip(item: ReviewItem, actor: str, now: datetime) -> Event:
    _check_waiting(item)
    return _event(item, EventKind.SKIPPED, actor, now, verdict=Verdict.SKIP)


def _check_waiting(item: ReviewItem) -> None:
    if item.stage is Stage.ERASED:
        raise Erased("This comment has been erased.")
    if item.stage not in WAITING:
        raise Conflict("This comment is decided already.", **_decided(item))


def _decided(item: ReviewItem) -> dict[str, str | None]:
    """For an error's details: the verdict in force, and whose it is."""
    last = item.verdict
    return {
        "verdict": last.verdict.value if last else None,
        "decided_by": last.actor if last else None,
    }


def _event(
    item: ReviewItem, kind: EventKind, actor: str | None, now: datetime, **fields: object
) -> Event:
    return Event(item.id, item.sequence + 1, kind, now, actor, **fields)  # type: ignore[arg-type]
