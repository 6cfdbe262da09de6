"""Revisions that wait to be scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from moderation.storage.rows import upsert
from moderation.storage.tables import unscored
from moderation.unscored import Unscored

_OURS = unscored.c
_FIELDS = ("comment_key", "revision", "since", "due_at", "tries", "model")


class SqlUnscored:
    """Revisions that wait to be scored, at most one of each comment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, waiting: Unscored) -> None:
        upsert(self._connection, unscored, {name: getattr(waiting, name) for name in _FIELDS})

    def claim(self, now: datetime, until: datetime, model: str, limit: int) -> list[Unscored]:
        given_up = and_(_OURS.due_at.is_(None), _OURS.model != model)
        found = (
            select(unscored)
            .where(or_(_OURS.due_at <= now, given_up))
            .order_by(_OURS.due_at, _OURS.comment_key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = [Unscored(**row._mapping) for row in self._connection.execute(found)]
        fresh = list(takewhile(lambda one: one.tries == 0, rows))
        taken = [_tried(one, until, model) for one in fresh or rows[:1]]
        for one in taken:
            self.put_back(one)
        return taken

    def put_back(self, waiting: Unscored) -> None:
        ours = _of(waiting.comment_key, waiting.revision)
        values = {name: getattr(waiting, name) for name in ("due_at", "tries", "model")}
        self._connection.execute(update(unscored).where(ours).values(values))

    def drop(self, comment_key: str, revision: int | None = None) -> bool:
        ours = _OURS.comment_key == comment_key
        if revision is not None:
            ours = _of(comment_key, revision)
        return self._connection.execute(delete(unscored).where(ours)).rowcount > 0

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(unscored)).scalar_one()


def _of(comment_key: str, revision: int) -> ColumnElement[bool]:
    return and_(_OURS.comment_key == comment_key, _OURS.revision == revision)


def _tried(waiting: Unscored, until: datetime, model: str) -> Unscored:
    before = waiting.tries if waiting.model == model else 0
    return replace(waiting, due_at=until, tries=before + 1, model=model)
