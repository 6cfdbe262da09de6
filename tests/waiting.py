"""Waits for something to happen in another thread, without sleeping."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from sqlalchemy import create_engine, text


def until_blocked(task: Future[Any], url: str) -> None:
    """Return once somebody waits for a lock in that PostgreSQL database, or `task` is done."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        while not task.done() and connection.execute(blocked).scalar_one() == 0:
            pass
    engine.dispose()
