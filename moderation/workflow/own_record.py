"""Use case: what a moderator has done, for themselves: their verdicts, which of them did not
last, and how many there were."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta

from moderation.accounts import User
from moderation.audit_log import LogFilter, Place, Stretch
from moderation.comments import StoredComment
from moderation.overturned import Overturned, overturned_of
from moderation.review_queue import Event, EventKind, ReviewItem
from moderation.stores import UnitOfWork
from moderation.workflow.desk import Row, rows_of
from moderation.workflow.services import Services


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """A verdict of one's own with the comment it is about, and where that stands now."""

    event: Event
    item: ReviewItem
    comment: StoredComment


@dataclass(frozen=True, slots=True)
class OwnReversal:
    """A verdict of one's own that did not last, and why."""

    overturned: Overturned
    item: ReviewItem
    comment: StoredComment


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Each list latest first, with the place after which the rest follows, if there is any."""

    verdicts: tuple[OwnVerdict, ...]
    more_verdicts: Place | None
    reversals: tuple[OwnReversal, ...]
    more_reversals: Place | None
    today: Mapping[str, int]
    """How many of each verdict since midnight UTC."""
    this_week: Mapping[str, int]
    """The same since Monday."""


def own_record(
    services: Services,
    actor: User,
    limit: int,
    *,
    verdicts_after: Place | None = None,
    reversals_after: Place | None = None,
) -> OwnRecord:
    """Up to `limit` of the actor's verdicts and of those that did not last, and their numbers."""
    midnight = services.now().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    wanted = LogFilter(actor=actor.id, kind=EventKind.DECIDED.value)
    with services.store.read() as work:
        found = work.audit.events(wanted, limit + 1, verdicts_after)
        events = [entry.event for entry in found.entries[:limit] if entry.event is not None]
        turned = work.audit.contradicted(actor.id, limit + 1, reversals_after)
        places = {
            (entry.event.item_id, entry.event.sequence)
            for entry in turned.entries[:limit]
            if entry.event is not None
        }
        rows = _rows(work, {event.item_id for event in events} | {id for id, _ in places})
        return OwnRecord(
            verdicts=tuple(_verdict(rows[event.item_id], event) for event in events),
            more_verdicts=_rest(found, limit),
            reversals=_reversals(work, actor, places, rows),
            more_reversals=_rest(turned, limit),
            today=work.audit.verdicts_since(actor.id, midnight),
            this_week=work.audit.verdicts_since(actor.id, monday),
        )


def _rest(found: Stretch, limit: int) -> Place | None:
    return found.entries[limit - 1].place if len(found.entries) > limit else found.looked_to


def _rows(work: UnitOfWork, item_ids: Set[str]) -> Mapping[str, Row]:
    items = work.queue.items(sorted(item_ids))
    return {row.item.id: row for row in rows_of(work, [*items.values()])}


def _verdict(row: Row, event: Event) -> OwnVerdict:
    return OwnVerdict(event, row.item, row.comment)


def _reversals(
    work: UnitOfWork, actor: User, places: Set[tuple[str, int]], rows: Mapping[str, Row]
) -> tuple[OwnReversal, ...]:
    records = work.queue.records(sorted({item_id for item_id, _ in places}))
    found = [
        OwnReversal(overturned, rows[item_id].item, rows[item_id].comment)
        for item_id, events in records.items()
        for overturned in overturned_of(events, actor.id)
        if (item_id, overturned.verdict.sequence) in places
    ]
    found.sort(key=lambda one: one.overturned.verdict.at, reverse=True)
    return tuple(found)
