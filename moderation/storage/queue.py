"""The review queue: events as the record, a projection of every item for finding it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, true, update

from moderation.review_moves import rank
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Stage
from moderation.storage import queue_counts
from moderation.storage.database import may_write, unique_or_conflict
from moderation.storage.given import given_verdicts
from moderation.storage.queue_finding import matching
from moderation.storage.rows import event_of, event_values, item_of, item_values
from moderation.storage.tables import (
    comments,
    review_acts,
    review_events,
    review_items,
    review_marks,
)
from moderation.stored import Facets, GivenVerdict, Page, QueueFilter

_LEASES = frozenset(
    {EventKind.CLAIMED, EventKind.TAKEN_OVER, EventKind.RENEWED, EventKind.RELEASED}
)
"""Events that change the lease alone, so that nothing but the item's own row follows them."""

_OURS = review_items.c


class SqlQueue:
    """Review items: events written, their projection kept beside them in the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def item(self, item_id: str, *, lock: bool = False) -> ReviewItem | None:
        return self._one(select(review_items).where(_OURS.id == item_id), lock)

    def items(self, item_ids: Sequence[str]) -> Mapping[str, ReviewItem]:
        found = select(review_items).where(_OURS.id.in_(item_ids))
        return {row.id: item_of(row) for row in self._connection.execute(found)}

    def item_of(self, comment_key: str, *, lock: bool = False) -> ReviewItem | None:
        return self._one(select(review_items).where(_OURS.comment_key == comment_key), lock)

    def items_of(self, comment_keys: Sequence[str]) -> Mapping[str, ReviewItem]:
        found = select(review_items).where(_OURS.comment_key.in_(comment_keys))
        return {row.comment_key: item_of(row) for row in self._connection.execute(found)}

    def append(self, item: ReviewItem, event: Event) -> None:
        with unique_or_conflict("Somebody else has acted on this at the same moment."):
            self._connection.execute(insert(review_events).values(event_values(event)))
            if event.kind in _LEASES:
                self._replace(item_values(item), item.id)
                return
            self._project(item, event)
        self._keep_acts(item, event)

    def next_free(self, now: datetime, wanted: QueueFilter) -> ReviewItem | None:
        free = or_(_OURS.lease_until.is_(None), _OURS.lease_until <= now)
        found = matching(wanted).sorted().where(free).limit(1)
        if may_write(self._connection):
            found = found.with_for_update(of=review_items, skip_locked=True)
        row = self._connection.execute(found).first()
        return item_of(row) if row else None

    def held_by(self, user_id: str, now: datetime) -> list[ReviewItem]:
        """Waiting items that this user holds a live lease on, in queue order, not locked.

        In a writing unit it also makes other requests of the same user wait, so that
        two of them do not take more than one may hold.
        """
        if may_write(self._connection) and self._connection.dialect.name == "postgresql":
            digest = hashlib.blake2b(f"holder\0{user_id}".encode(), digest_size=8).digest()
            number = int.from_bytes(digest, "big", signed=True)
            self._connection.execute(select(func.pg_advisory_xact_lock(number)))
        found = (
            select(review_items)
            .where(_OURS.holder == user_id, _OURS.lease_until > now, _OURS.waiting.is_(true()))
            .order_by(_OURS.rank, _OURS.id)
        )
        return [item_of(row) for row in self._connection.execute(found)]

    def waiting(self, wanted: QueueFilter, limit: int, cursor: str | None = None) -> Page:
        """Waiting items in queue order. Raises `InvalidInput` for a cursor that is not ours."""
        ordered = matching(wanted)
        found = ordered.sorted() if cursor is None else ordered.after(cursor)
        rows = self._connection.execute(found.limit(limit + 1)).all()
        more = len(rows) > limit
        items = tuple(item_of(row) for row in rows[:limit])
        return Page(items, ordered.cursor(rows[limit - 1]) if more else None)

    def counts(
        self, site_id: str | None = None, *, with_escalated: bool = True
    ) -> Mapping[str, int]:
        return queue_counts.counts(self._connection, site_id, with_escalated)

    def facets(self, wanted: QueueFilter) -> Facets:
        return queue_counts.facets(self._connection, wanted)

    def recount(self) -> None:
        queue_counts.recount(self._connection)

    def events(self, item_id: str) -> list[Event]:
        found = (
            select(review_events)
            .where(review_events.c.item_id == item_id)
            .order_by(review_events.c.sequence)
        )
        return [event_of(row) for row in self._connection.execute(found)]

    def records(self, item_ids: Sequence[str]) -> Mapping[str, list[Event]]:
        found = (
            select(review_events)
            .where(review_events.c.item_id.in_(item_ids))
            .order_by(review_events.c.item_id, review_events.c.sequence)
        )
        by_item = groupby(self._connection.execute(found), lambda row: row.item_id)
        return {item_id: [event_of(row) for row in rows] for item_id, rows in by_item}

    def last_verdicts(self, user_id: str, limit: int) -> list[ReviewItem]:
        found = (
            select(review_items)
            .join(review_acts, review_acts.c.item_id == _OURS.id)
            .where(review_acts.c.user_id == user_id)
            .order_by(review_acts.c.at.desc(), review_acts.c.item_id)
            .limit(limit)
        )
        return [item_of(row) for row in self._connection.execute(found)]

    def verdicts(self, site_id: str | None = None) -> Iterator[GivenVerdict]:
        return given_verdicts(self._connection, site_id)

    def _one(self, found: Select[tuple[object, ...]], lock: bool) -> ReviewItem | None:
        if lock:
            found = found.with_for_update()
        row = self._connection.execute(found).first()
        return item_of(row) if row else None

    def _project(self, item: ReviewItem, event: Event) -> None:
        """Bring the item's row, its marks and the tally to what it is now."""
        language = self._language(item)
        values = item_values(item) | _found_by(item) | {"language": language}
        before = queue_counts.stored_profile(self._connection, item.id)
        if event.kind is EventKind.OPENED:
            self._connection.execute(insert(review_items).values(values))
        else:
            self._replace(values, item.id)
        self._mark(item)
        queue_counts.move(self._connection, before, queue_counts.profile_of(item, language))

    def _replace(self, values: Mapping[str, object], item_id: str) -> None:
        self._connection.execute(update(review_items).where(_OURS.id == item_id).values(values))

    def _language(self, item: ReviewItem) -> str | None:
        found = select(comments.c.language).where(comments.c.key == item.comment_key)
        return self._connection.execute(found).scalar()

    def _mark(self, item: ReviewItem) -> None:
        self._connection.execute(delete(review_marks).where(review_marks.c.item_id == item.id))
        place = {"item_id": item.id, "site_id": item.site_id, "rank": _rank(item)}
        marks = sorted(queue_counts.marks_of(item))
        if rows := [place | {"kind": kind, "value": value} for kind, value in marks]:
            self._connection.execute(insert(review_marks), rows)

    def _keep_acts(self, item: ReviewItem, event: Event) -> None:
        acts = review_acts.c
        known = select(acts.user_id, acts.sequence, acts.at).where(acts.item_id == item.id)
        since = {(row.user_id, row.sequence): row.at for row in self._connection.execute(known)}
        wanted = {row["user_id"]: row for row in _acts(item, since, event.at)}
        if since or wanted:
            self._connection.execute(delete(review_acts).where(acts.item_id == item.id))
        if wanted:
            self._connection.execute(insert(review_acts), list(wanted.values()))


def _acts(
    item: ReviewItem, since: Mapping[tuple[str, int], datetime], now: datetime
) -> Iterator[dict[str, object]]:
    """What can still be undone on the item and by whom, skips before the verdict."""
    if item.stage in WAITING:
        for user, sequence in item.skipped_by.items():
            at = since.get((user, sequence), now)
            yield {"item_id": item.id, "user_id": user, "sequence": sequence, "at": at} | {
                "skip": True
            }
    last = item.verdict
    if last is not None and item.stage in (Stage.DECIDED, Stage.ESCALATED):
        yield {"item_id": item.id, "user_id": last.actor, "sequence": last.sequence} | {
            "at": last.at,
            "skip": False,
        }


def _found_by(item: ReviewItem) -> dict[str, object]:
    decided = item.verdict if item.stage is Stage.DECIDED else None
    return {
        "rank": _rank(item),
        "waiting": item.stage in WAITING,
        "decided_at": decided.at if decided else None,
    }


def _rank(item: ReviewItem) -> float:
    return rank(item.severity, item.reports, item.appeals, item.opened_at)
