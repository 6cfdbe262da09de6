"""The review queue: events as the record, a projection of every item for finding it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)

from moderation.errors import InvalidInput
from moderation.review_moves import rank
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Stage
from moderation.storage.database import may_write, unique_or_conflict
from moderation.storage.given import given_verdicts
from moderation.storage.rows import event_of, event_values, item_of, item_values
from moderation.storage.tables import (
    comments,
    review_acts,
    review_events,
    review_items,
    review_marks,
)
from moderation.stores import GivenVerdict, Page, QueueFilter

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

    def item_of(self, comment_key: str, *, lock: bool = False) -> ReviewItem | None:
        return self._one(select(review_items).where(_OURS.comment_key == comment_key), lock)

    def append(self, item: ReviewItem, event: Event) -> None:
        with unique_or_conflict("Somebody else has acted on this at the same moment."):
            self._connection.execute(insert(review_events).values(event_values(event)))
            if event.kind is EventKind.OPENED:
                values = item_values(item) | _found_by(item) | {"language": self._language(item)}
                self._connection.execute(insert(review_items).values(values))
            else:
                self._replace(item, event)
        if event.kind not in _LEASES:
            self._mark(item)
            self._keep_acts(item, event)

    def next_free(self, now: datetime, wanted: QueueFilter) -> ReviewItem | None:
        found, order = _matching(wanted)
        free = or_(_OURS.lease_until.is_(None), _OURS.lease_until <= now)
        found = found.where(free).order_by(*order).limit(1)
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
        found, order = _matching(wanted)
        found = found.order_by(*order).limit(limit + 1)
        if cursor is not None:
            found = found.where(tuple_(*order) > tuple_(*_position(cursor)))
        rows = self._connection.execute(found).all()
        more = len(rows) > limit
        last = rows[limit - 1] if more else None
        return Page(
            tuple(item_of(row) for row in rows[:limit]),
            f"{last.rank!r}:{last.id}" if last else None,
        )

    def counts(
        self, site_id: str | None = None, *, with_escalated: bool = True
    ) -> Mapping[str, int]:
        stages = select(_OURS.stage, func.count()).where(_OURS.waiting.is_(true()))
        marks = select(review_marks.c.kind, review_marks.c.value, func.count())
        if site_id is not None:
            stages = stages.where(_OURS.site_id == site_id)
            marks = marks.where(review_marks.c.site_id == site_id)
        if not with_escalated:
            is_open = _OURS.stage == Stage.OPEN.value
            stages = stages.where(is_open)
            marks = marks.join(review_items, review_marks.c.item_id == _OURS.id).where(is_open)
        counted = {stage.value: 0 for stage in (Stage.OPEN, Stage.ESCALATED)}
        for stage, number in self._connection.execute(stages.group_by(_OURS.stage)):
            counted[stage] = number
        grouped = marks.group_by(review_marks.c.kind, review_marks.c.value)
        for kind, value, number in self._connection.execute(grouped):
            counted[f"{kind}:{value}"] = number
        return counted

    def events(self, item_id: str) -> list[Event]:
        found = (
            select(review_events)
            .where(review_events.c.item_id == item_id)
            .order_by(review_events.c.sequence)
        )
        return [event_of(row) for row in self._connection.execute(found)]

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

    def _replace(self, item: ReviewItem, event: Event) -> None:
        values = item_values(item) | _found_by(item)
        if event.kind is EventKind.REVISED:
            values["language"] = self._language(item)
        self._connection.execute(update(review_items).where(_OURS.id == item.id).values(values))

    def _language(self, item: ReviewItem) -> str | None:
        found = select(comments.c.language).where(comments.c.key == item.comment_key)
        return self._connection.execute(found).scalar()

    def _mark(self, item: ReviewItem) -> None:
        marks = review_marks.c
        self._connection.execute(delete(review_marks).where(marks.item_id == item.id))
        if item.stage not in WAITING:
            return
        wanted = {("reason", reason.code) for reason in item.reasons}
        wanted |= {("label", reason.label) for reason in item.reasons if reason.label}
        if wanted:
            place = {"item_id": item.id, "site_id": item.site_id, "rank": _rank(item)}
            rows = [place | {"kind": kind, "value": value} for kind, value in sorted(wanted)]
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


def _matching(
    wanted: QueueFilter,
) -> tuple[Select[tuple[object, ...]], tuple[ColumnElement[float], ColumnElement[str]]]:
    """Waiting items that fit, and the columns that put them in queue order."""
    found = select(review_items).where(_OURS.waiting.is_(true()))
    order: tuple[ColumnElement[float], ColumnElement[str]] = (_OURS.rank, _OURS.id)
    for kind, value in (("label", wanted.label), ("reason", wanted.reason)):
        if value is not None:
            marks = review_marks.alias(f"{kind}_marks")
            found = found.join(marks, marks.c.item_id == _OURS.id)
            found = found.where(marks.c.kind == kind, marks.c.value == value)
            # Ordered by its own copy of the rank, the index of a mark is walked in order.
            order = (marks.c.rank, marks.c.item_id)
    if wanted.site_id is not None:
        found = found.where(_OURS.site_id == wanted.site_id)
    if wanted.language is not None:
        found = found.where(_OURS.language == wanted.language)
    if wanted.escalated is not None:
        stage = Stage.ESCALATED if wanted.escalated else Stage.OPEN
        found = found.where(_OURS.stage == stage.value)
    if wanted.not_skipped_by is not None:
        skipped = select(review_acts.c.item_id).where(
            review_acts.c.item_id == _OURS.id,
            review_acts.c.user_id == wanted.not_skipped_by,
            review_acts.c.skip.is_(true()),
        )
        found = found.where(~skipped.exists())
    return found, order


def _position(cursor: str) -> tuple[float, str]:
    number, _, item_id = cursor.partition(":")
    try:
        return float(number), item_id
    except ValueError:
        raise InvalidInput("cursor", "must be one that a reply gave") from None
