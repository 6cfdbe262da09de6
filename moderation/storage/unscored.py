"""Revisions that wait to be scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, not_, or_, select, update

from moderation.storage.rows import upsert
from moderation.storage.tables import unscored
from moderation.unscored import Unscored

_OURS = unscored.c
_COUNTED = ("due_at", "tries", "lost", "is_lent")
_FIELDS = ("comment_key", "revision", "since", *_COUNTED)


class SqlUnscored:
    """Revisions that wait to be scored, at most one of each comment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, waiting: Unscored) -> None:
        upsert(self._connection, unscored, _values(waiting, _FIELDS))

    def claim(self, now: datetime, until: datetime, model: str, limit: int) -> list[Unscored]:
        tried_by_others = and_(
            _OURS.is_lent.is_(False),
            _OURS.models != "",
            not_(_OURS.models.contains(f"\n{model}\n", autoescape=True)),
        )
        found = (
            select(unscored)
            .where(or_(_OURS.due_at <= now, tried_by_others))
            .order_by(_OURS.due_at, _OURS.comment_key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = [_of_row(row._asdict()) for row in self._connection.execute(found)]
        fresh = list(takewhile(lambda one: not (one.tries or one.lost or one.is_lent), rows))
        taken = [_lent(one, until, model) for one in fresh or rows[:1]]
        for one in taken:
            self._write(one)
        return taken

    def put_back(self, waiting: Unscored) -> None:
        self._write(replace(waiting, is_lent=False))

    def _write(self, waiting: Unscored) -> None:
        ours = _of(waiting.comment_key, waiting.revision)
        self._connection.execute(update(unscored).where(ours).values(_values(waiting, _COUNTED)))

    def drop(self, comment_key: str, revision: int | None = None) -> bool:
        ours = _OURS.comment_key == comment_key
        if revision is not None:
            ours = _of(comment_key, revision)
        return self._connection.execute(delete(unscored).where(ours)).rowcount > 0

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(unscored)).scalar_one()


def _of(comment_key: str, revision: int) -> ColumnElement[bool]:
    return and_(_OURS.comment_key == comment_key, _OURS.revision == revision)


def _values(waiting: Unscored, names: Sequence[str]) -> dict[str, Any]:
    # A line each, with ends on both sides, so that one is found without those that begin alike.
    models = "".join(f"\n{model}" for model in waiting.models)
    values = {name: getattr(waiting, name) for name in names}
    return {**values, "models": models and models + "\n"}


def _of_row(row: Mapping[str, Any]) -> Unscored:
    models = row["models"].strip("\n")
    return Unscored(**{**row, "models": tuple(models.split("\n")) if models else ()})


def _lent(waiting: Unscored, until: datetime, model: str) -> Unscored:
    lent = replace(waiting, due_at=until, lost=waiting.lost + waiting.is_lent, is_lent=True)
    if model in waiting.models:
        return lent
    # Kept with all versions before it: two that take turns must not begin anew each time.
    return replace(lent, tries=0, lost=0, models=(*waiting.models, model))
