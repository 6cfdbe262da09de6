"""The record of what administrators changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from moderation.changes import Change, Subject
from moderation.storage.tables import changes

_FIELDS = ("id", "at", "actor", "subject", "subject_id", "before", "after", "undoes")


class SqlChanges:
    """Changes in the order in which they were made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change: Change) -> None:
        values = {name: getattr(change, name) for name in _FIELDS}
        self._connection.execute(insert(changes).values(values | {"subject": change.subject.value}))

    def get(self, change_id: str) -> Change | None:
        row = self._connection.execute(select(changes).where(changes.c.id == change_id)).first()
        return change_of(row) if row else None

    def latest(
        self,
        limit: int,
        *,
        subject: Subject | None = None,
        subject_id: str | None = None,
        before: str | None = None,
    ) -> list[Change]:
        found = select(changes).order_by(changes.c.position.desc()).limit(limit)
        if subject is not None:
            found = found.where(changes.c.subject == subject.value)
        if subject_id is not None:
            found = found.where(changes.c.subject_id == subject_id)
        if before is not None:
            earlier = select(changes.c.position).where(changes.c.id == before).scalar_subquery()
            found = found.where(changes.c.position < earlier)
        return [change_of(row) for row in self._connection.execute(found)]


def change_of(row: Row[Any]) -> Change:
    """The change of a row of `changes`."""
    return Change(
        **{name: getattr(row, name) for name in _FIELDS} | {"subject": Subject(row.subject)}
    )
