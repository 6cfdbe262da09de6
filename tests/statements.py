"""What a database is asked, listened to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that this process sends to any database from here on."""
    sent: list[str] = []

    def hear(connection: Connection, cursor: DBAPICursor, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
