"""How SQLite goes about what a store is asked."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

from moderation.storage import SqlStore
from moderation.storage.sql import SqlUnitOfWork


def plan_of(store: SqlStore, ask: Callable[[SqlUnitOfWork], object]) -> str:
    """The steps of every statement, a line each."""
    steps: list[str] = []

    def explain(
        connection: Connection, cursor: DBAPICursor, statement: str, parameters: object, *_: object
    ) -> None:
        told = connection.connection.cursor()
        told.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps.extend(row[3] for row in told.fetchall())

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        with store.read() as work:
            ask(work)
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    return "\n".join(steps)
