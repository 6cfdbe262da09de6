"""What sites tell of their own moderators' decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from moderation.storage.rows import upsert
from moderation.storage.tables import suggestions
from moderation.stored import Suggestion

_OURS = suggestions.c
_FIELDS = (
    *("id", "site_id", "source", "at", "text", "labels", "verdict"),
    *("comment_key", "comment_id", "told"),
)
_BATCH = 500


class SqlSuggestions:
    """Kept under ids that say what was told, so that telling it again adds nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, suggestion: Suggestion) -> bool:
        is_new = self.get(suggestion.id) is None
        values = {name: getattr(suggestion, name) for name in _FIELDS}
        maps = {name: dict(values[name]) for name in ("labels", "told")}
        upsert(self._connection, suggestions, values | maps)
        return is_new

    def get(self, suggestion_id: str) -> Suggestion | None:
        found = select(suggestions).where(_OURS.id == suggestion_id)
        row = self._connection.execute(found).first()
        return _suggestion(row) if row else None

    def erase(self, site_id: str, comment_id: str) -> int:
        ours = delete(suggestions).where(_OURS.site_id == site_id, _OURS.comment_id == comment_id)
        return self._connection.execute(ours).rowcount

    def forget(self, site_id: str, before: datetime) -> None:
        self._connection.execute(
            delete(suggestions).where(
                _OURS.site_id == site_id, _OURS.at < before, _OURS.comment_key.is_(None)
            )
        )

    def page(self, site_id: str, after: Suggestion | None, limit: int) -> list[Suggestion]:
        found = select(suggestions).where(_OURS.site_id == site_id)
        if after is not None:
            behind = or_(_OURS.at > after.at, _OURS.id > after.id)
            found = found.where(_OURS.at >= after.at, behind)
        rows = self._connection.execute(found.order_by(_OURS.at, _OURS.id).limit(limit))
        return [_suggestion(row) for row in rows]

    def all(self, site_id: str | None = None) -> Iterator[Suggestion]:
        found = select(suggestions).order_by(_OURS.at, _OURS.id)
        if site_id is not None:
            found = found.where(_OURS.site_id == site_id)
        rows = self._connection.execution_options(yield_per=_BATCH).execute(found)
        for row in rows:
            yield _suggestion(row)


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(**{name: getattr(row, name) for name in _FIELDS})
