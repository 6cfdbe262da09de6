"""Which waiting items fit a filter, in which order, and where a page of them goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, true

from moderation.errors import InvalidInput
from moderation.review_queue import Stage
from moderation.storage.tables import review_acts, review_items, review_marks
from moderation.stored import QueueFilter, QueueOrder

_OURS = review_items.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEPARATOR = "|"


class _Key(NamedTuple):
    """A column that is sorted by; `falling` puts the greatest first."""

    column: ColumnElement[Any]
    name: str
    falling: bool = False


_KEYS = {
    QueueOrder.RANK: (_Key(_OURS.rank, "rank"),),
    QueueOrder.OLDEST: (_Key(_OURS.opened_at, "opened_at"),),
    QueueOrder.NEWEST: (_Key(_OURS.opened_at, "opened_at", falling=True),),
    QueueOrder.SEVEREST: (_Key(_OURS.severity, "severity", falling=True), _Key(_OURS.rank, "rank")),
    QueueOrder.REPORTED: (_Key(_OURS.reports, "reports", falling=True), _Key(_OURS.rank, "rank")),
}


class Ordered(NamedTuple):
    """Waiting items that fit a filter, not yet sorted or cut."""

    found: Select[Any]
    order: QueueOrder
    keys: tuple[_Key, ...]

    def sorted(self) -> Select[Any]:
        """In order from the first on."""
        by = (key.column.desc() if key.falling else key.column for key in self.keys)
        return self.found.order_by(*by)

    def after(self, cursor: str) -> Select[Any]:
        """In order, from behind the item that `cursor` names. Raises `InvalidInput`."""
        place = list(zip(self.keys, _read(cursor, self.order), strict=True))
        first, value = place[0]
        # Said apart, so that the index is entered at the place and not at its beginning.
        begun = first.column <= value if first.falling else first.column >= value
        return self.sorted().where(begun, or_(*_beyond(place)))

    def cursor(self, row: Row[Any]) -> str:
        """Names the place of an item, so that the next page begins behind it."""
        values = (_written(getattr(row, key.name)) for key in self.keys)
        return _SEPARATOR.join((self.order, *values))


def matching(wanted: QueueFilter) -> Ordered:
    """Waiting items that fit."""
    found = select(review_items).where(_OURS.waiting.is_(true()))
    keys = (*_KEYS[wanted.order], _Key(_OURS.id, "id", _KEYS[wanted.order][0].falling))
    for kind, value in (("label", wanted.label), ("reason", wanted.reason)):
        if value is None:
            continue
        marks = review_marks.alias(f"{kind}_marks")
        found = found.join(marks, marks.c.item_id == _OURS.id)
        found = found.where(marks.c.kind == kind, marks.c.value == value)
        if wanted.site_id is not None:
            found = found.where(marks.c.site_id == wanted.site_id)
        if wanted.order is QueueOrder.RANK:
            # Ordered by its own copy of the rank, the index of a mark is walked in order.
            keys = (_Key(marks.c.rank, "rank"), _Key(marks.c.item_id, "id"))
    if wanted.site_id is not None:
        found = found.where(_OURS.site_id == wanted.site_id)
    if wanted.language is not None:
        found = found.where(_OURS.language == wanted.language)
    if wanted.escalated:
        found = found.where(_OURS.stage == Stage.ESCALATED.value)
    elif wanted.escalated is not None:
        # Nearly all that waits. Said as equality, SQLite would look it up and sort what it found.
        found = found.where(_OURS.stage != Stage.ESCALATED.value)
    if wanted.not_skipped_by is not None:
        found = found.where(~_skipped_by(wanted.not_skipped_by))
    return Ordered(found, wanted.order, keys)


def _skipped_by(user_id: str) -> ColumnElement[bool]:
    skipped = select(review_acts.c.item_id).where(
        review_acts.c.item_id == _OURS.id,
        review_acts.c.user_id == user_id,
        review_acts.c.skip.is_(true()),
    )
    return skipped.exists()


def _beyond(place: Sequence[tuple[_Key, object]]) -> Iterator[ColumnElement[bool]]:
    """Later by the first key, or the same there and later by the next, and so on."""
    for number, (key, value) in enumerate(place):
        later = key.column < value if key.falling else key.column > value
        yield and_(*(same.column == at for same, at in place[:number]), later)


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return str((value - _EPOCH) // timedelta(microseconds=1))
    return value if isinstance(value, str) else repr(value)


def _read(cursor: str, order: QueueOrder) -> list[object]:
    named, *values = cursor.split(_SEPARATOR)
    kinds = [_READ[key.name] for key in _KEYS[order]]
    try:
        if named != order or len(values) != len(kinds) + 1:
            raise ValueError
        read = [kind(value) for kind, value in zip(kinds, values[:-1], strict=True)]
    except (ValueError, OverflowError):
        raise InvalidInput("cursor", "must be one that a reply gave") from None
    return [*read, values[-1]]


def _number(value: str) -> float:
    if not math.isfinite(number := float(value)):
        raise ValueError
    return number


def _count(value: str) -> int:
    if not 0 <= (number := int(value)) < 1 << 31:
        raise ValueError
    return number


def _moment(value: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(value))


_READ: dict[str, Callable[[str], object]] = {
    "rank": _number,
    "severity": _number,
    "reports": _count,
    "opened_at": _moment,
}
