"""Choices of the queue that people keep."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from moderation.storage.rows import upsert_by
from moderation.storage.tables import saved_filters
from moderation.stored import SavedFilter

_FIELDS = ("id", "user_id", "name", "wanted", "created_at")


class SqlSavedFilters:
    """Choices of the queue, each with the person whose it is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, user_id: str) -> list[SavedFilter]:
        found = select(saved_filters).where(saved_filters.c.user_id == user_id)
        rows = self._connection.execute(found.order_by(saved_filters.c.name, saved_filters.c.id))
        return [SavedFilter(**row._mapping) for row in rows]

    def put(self, saved: SavedFilter) -> None:
        values = {name: getattr(saved, name) for name in _FIELDS}
        upsert_by(self._connection, saved_filters, ("user_id", "name"), values)

    def remove(self, user_id: str, filter_id: str) -> bool:
        ours = delete(saved_filters).where(
            saved_filters.c.user_id == user_id, saved_filters.c.id == filter_id
        )
        return self._connection.execute(ours).rowcount > 0
