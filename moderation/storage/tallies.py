"""Counts that are kept instead of made: the sum of `number` over the rows of each profile.

Counting hundreds of thousands of rows anew takes a tenth of a second, and every page and many calls
show counts. So whoever changes something adds a row with -1 for what it was and one with +1 for
what it is, in the transaction of the change. Nobody touches a row of somebody else's, so writers do
not wait for one another; now and then one of them puts rows of the same profile together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, func, insert, select

_EVERY = 512
"""Rows after which somebody looks whether rows can be put together."""

Profile = tuple[str | None, ...]
"""What something counts as: a value for each column of a tally, in their order."""


class Tally:
    """A table of `position`, what is counted by, and `number`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows = table.c
        self._by = [column for column in table.c if column.name not in ("position", "number")]
        # Made once: to put it together costs more than to ask it.
        self._new = insert(table).returning(table.c.position)

    def count(self, connection: Connection, profile: Profile, number: int) -> None:
        """Add so many to the profile; fewer where it is below zero."""
        row = self._named(profile) | {"number": number}
        position = connection.execute(self._new, row).scalar_one()
        if position % _EVERY == 0:
            self._put_together(connection)

    def sums(
        self, connection: Connection, *where: ColumnElement[bool]
    ) -> Iterator[tuple[Profile, int]]:
        """Each profile that fits, and how many there are of it; none of which there are none."""
        found = select(*self._by, func.sum(self._rows.number)).where(*where).group_by(*self._by)
        for *values, number in connection.execute(found):
            if number:
                yield tuple(values), int(number)

    def replace(self, connection: Connection, counted: Mapping[Any, int]) -> None:
        """Forget all that was counted, and say what there is: numbers by profile."""
        connection.execute(delete(self._table))
        self._add(connection, counted)

    def _named(self, profile: Profile) -> dict[str, object]:
        return {column.name: value for column, value in zip(self._by, profile, strict=True)}

    def _put_together(self, connection: Connection) -> None:
        """Join rows of the same profile, where they are more than half of all."""
        different = select(*self._by).distinct().subquery()
        rows = connection.execute(select(func.count()).select_from(self._table)).scalar_one()
        profiles = connection.execute(select(func.count()).select_from(different)).scalar_one()
        if rows < 2 * profiles:
            return
        # Rows that somebody else is just putting together are left to them.
        found = select(self._rows.position, *self._by, self._rows.number)
        joined: Counter[Profile] = Counter()
        gone = []
        for position, *values, number in connection.execute(
            found.with_for_update(skip_locked=True)
        ):
            gone.append({"gone": position})
            joined[tuple(values)] += number
        if gone:
            those = self._rows.position == bindparam("gone")
            connection.execute(delete(self._table).where(those), gone)
        self._add(connection, joined)

    def _add(self, connection: Connection, counted: Mapping[Any, int]) -> None:
        rows = [
            self._named(profile) | {"number": number}
            for profile, number in counted.items()
            if number
        ]
        if rows:
            connection.execute(insert(self._table), rows)
