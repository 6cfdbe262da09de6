"""Having nothing that was erased stay in the file of a SQLite database.

What an erasure deletes in tables is overwritten (`secure_delete`). What it cannot take away at once
is what the index of comments has noted elsewhere, and what the write-ahead log still holds. So each
erasure leaves a mark in the same transaction, and a job sweeps: it joins the index piece by piece,
between which others write, and then empties the log. Any number of erasures cost one sweep.

One thing is left: where SQLite has moved a row to another page, to make room, it leaves a copy in a
part of the old page that is not in use, and does not find that again. Only writing the file anew
takes it away: a small one is written anew by each sweep, any one by `compact`.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine, text

from moderation.errors import Unavailable
from moderation.storage import fts5
from moderation.storage.database import AWAY

SMALL = 32 * 2**20
"""Bytes of a file that is written anew by a sweep, which takes some tenths of a second."""

PATIENCE = 200
"""Milliseconds that emptying the log waits for readers; whoever writes waits with it."""

_MARKED = text("PRAGMA user_version")  # kept for whoever owns the file; nothing else uses it
_LAST = 2**31 - 3

_log = logging.getLogger("moderation.sweeping")


def mark(connection: Connection, *, join: bool) -> None:
    """Note in this transaction that something was erased, and whether the index is to be joined.

    The number changes with each erasure, and is odd where there is something to be joined.
    """
    if connection.dialect.name == "sqlite":
        marked = _marked(connection)
        _set(connection, (marked + 2 if marked < _LAST else 2) | marked & 1 | join)


def sweep(engine: Engine) -> bool:
    """Take out what erasures left behind; whether there is more to do at once.

    Where a reader holds on to an old state of the data, it is for another time.
    """
    if engine.dialect.name != "sqlite":
        return False
    with engine.begin() as connection:
        marked, size = _marked(connection), _size(connection)
    if not marked or not _clean(engine, join=bool(marked & 1), anew=size <= SMALL):
        return False
    with engine.begin() as connection:
        is_all = _marked(connection) == marked
        if is_all:
            _set(connection, 0)
    return not is_all


def compact(engine: Engine) -> None:
    """Write the whole file anew, with nothing of what was erased. Raises `Unavailable`.

    Nobody else can write meanwhile, and it needs as much room again.
    """
    if engine.dialect.name == "sqlite" and not _clean(engine, join=True, anew=True):
        raise Unavailable("Somebody reads an old state of the data.")


def _clean(engine: Engine, *, join: bool, anew: bool) -> bool:
    """Whether the files are clean now; not where a reader holds on to what they were."""
    if join:
        _join(engine)
    with _by_itself(engine) as cursor:
        if anew:
            cursor.execute("VACUUM")
        is_empty = _empty_log(cursor)
    if not is_empty:
        _log.info("a reader holds on to what was erased")
    return is_empty


def _join(engine: Engine) -> None:
    with engine.begin() as connection:
        fts5.begin_to_join(connection)
    going_on = True
    while going_on:
        with engine.begin() as connection:
            going_on = fts5.join_more(connection)
            if not going_on:
                fts5.end_joining(connection)


@contextmanager
def _by_itself(engine: Engine) -> Iterator[sqlite3.Cursor]:
    """For what SQLite does in no transaction."""
    pooled = engine.raw_connection()
    try:
        yield cast(sqlite3.Cursor, pooled.cursor())
    except sqlite3.Error as error:
        raise Unavailable(AWAY) from error
    finally:
        pooled.close()


def _empty_log(cursor: sqlite3.Cursor) -> bool:
    """Whether all of the log is in the database, and nothing in the log."""
    cursor.execute("PRAGMA busy_timeout")
    (patience,) = cursor.fetchone()
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone()
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")
    return not busy


def _size(connection: Connection) -> int:
    pages, each = (
        connection.execute(text(f"PRAGMA {name}")).scalar() or 0
        for name in ("page_count", "page_size")
    )
    return int(pages * each)


def _marked(connection: Connection) -> int:
    return int(connection.execute(_MARKED).scalar() or 0)


def _set(connection: Connection, value: int) -> None:
    connection.execute(text(f"PRAGMA user_version = {value:d}"))
