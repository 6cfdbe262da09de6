"""What a moderator may do to a review item: each function gives the event, or says why not.

`None` means that nothing is left to do: the item already is what was asked for.
The events are applied, and stored, by whoever called.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from moderation.comments import Reason, Status
from moderation.errors import Conflict, Erased, NotHeld, StaleVersion
from moderation.labels import Label
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Stage, Verdict

HARM = {
    Label.THREAT.value: 1.0,
    Label.IDENTITY_ATTACK.value: 1.0,
    Label.SEXUAL_EXPLICIT.value: 0.8,
    Label.INSULT.value: 0.7,
    Label.TOXICITY.value: 0.7,
    Label.PROFANITY.value: 0.5,
    Label.OFF_TOPIC.value: 0.4,
}
"""How bad it is where a comment is what a label says: what a reader may be hurt by, most of all."""

LISTED_SCORE = 0.5
"""How sure it is that a comment is what a site lists one of its words for."""

SEVERITY_HOURS = 8.0
"""Head start in the queue of what is as bad, and as sure, as can be."""

PEOPLE_HOURS = 10.0
"""Head start of what a person objected to: more than any score gives."""

MOST_AHEAD = timedelta(hours=SEVERITY_HOURS + PEOPLE_HOURS + 2.0 * 7 + 6.0)
"""The longest head start there is."""

_STATUS = {Verdict.APPROVE: Status.PUBLISHED, Verdict.REJECT: Status.REJECTED}


def claim(
    item: ReviewItem, actor: str, now: datetime, lease: timedelta, *, take_over: bool = False
) -> Event:
    """Take the lease. One's own lease is renewed; another's only with `take_over`.

    Raises `Conflict` when the item does not wait, `NotHeld` when a colleague holds it.
    """
    _check_waiting(item)
    if not take_over:
        _check_free(item, actor, now)
    others = item.held_by(now) not in (None, actor)
    kind = EventKind.TAKEN_OVER if others else EventKind.CLAIMED
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
    if item.held_by(now) is None:
        return None
    _check_free(item, actor, now)
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
    if _is_in_force(item, verdict, labels):
        return None
    if verdict is Verdict.SKIP and _is_passed_on(item, actor, now):
        return None
    if seen_version != item.version:
        raise StaleVersion(
            "This comment has changed since you saw it.",
            version=item.version,
            stage=item.stage.value,
            **_decided(item),
        )
    _check_free(item, actor, now)
    if verdict is Verdict.SKIP:
        return _skip(item, actor, now)
    said = {"verdict": verdict, "labels": labels, "status": _STATUS.get(verdict)}
    return _event(item, EventKind.DECIDED, actor, now, **said)


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


def severity_of(reasons: Iterable[Reason]) -> float:
    """How bad and how sure, in [0, 1]: the worst of the flagged labels, each times its score.

    Scores are calibrated, so a score is the share of such comments that are what the label says,
    and means the same whatever threshold a site has.
    """
    flagged = (reason for reason in reasons if reason.label)
    return max((HARM.get(one.label or "", 1.0) * _sureness(one) for one in flagged), default=0.0)


def rank(severity: float, reports: int, appeals: int, opened_at: datetime) -> float:
    """Sort key of the queue, lowest first: when it came, put forward by what it weighs.

    Age grows for all items alike, so the order of two items never changes while both wait, and
    nothing that comes `MOST_AHEAD` or more after an item is ever before it: nothing starves.
    What people object to is before anything that only the model did, of the same age.
    """
    hours = SEVERITY_HOURS * severity
    if reports or appeals:
        hours += PEOPLE_HOURS + 2.0 * min(reports, 7) + 6.0 * min(appeals, 1)
    return opened_at.timestamp() - 3600.0 * hours


def _sureness(reason: Reason) -> float:
    # A word that a site lists for a label has no score of its own.
    return LISTED_SCORE if reason.score is None else reason.score


def _skip(item: ReviewItem, actor: str, now: datetime) -> Event:
    _check_waiting(item)
    return _event(item, EventKind.SKIPPED, actor, now, verdict=Verdict.SKIP)


def _is_in_force(item: ReviewItem, verdict: Verdict, labels: tuple[str, ...]) -> bool:
    last = item.verdict
    if last is None or item.stage is Stage.OPEN:
        return False
    return (last.verdict, last.labels) == (verdict, labels)


def _is_passed_on(item: ReviewItem, actor: str, now: datetime) -> bool:
    """Whether the actor has skipped it; whoever was offered it since may well hold it."""
    skipped = item.stage in WAITING and actor in item.skipped_by
    return skipped and item.held_by(now) != actor


def _check_free(item: ReviewItem, actor: str, now: datetime) -> None:
    holder = item.held_by(now)
    if holder not in (None, actor):
        raise NotHeld("Somebody else is reviewing this comment.", holder=holder)


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
