"""Engines and transactions: what SQLite and PostgreSQL must be told so that both keep the promises.

SQLite runs in WAL mode: readers never wait for the writer, each sees one state of the
data. `synchronous=FULL` costs a flush a commit and is what makes an acknowledged
comment survive a power cut as well as a killed process.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from moderation.errors import Conflict, Unavailable
from moderation.storage.silence import connect_watched

BUSY_SECONDS = 30
"""How long a writer waits for another on SQLite before it gives up."""

AWAY = "The database cannot be reached, or has no room left."

_WRITES = "moderation_writes"
_FILE = "moderation_file"
_UNIQUE = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
_COLLIDED = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL, appendix A)
_OUT_OF_ORDER = (
    # PostgreSQL: broken connections, no resources (53100 is a full disk), ended by the operator,
    # failures of its system; rights that were taken away, and tables that are not (re)stored yet.
    *("08", "53", "57P", "58", "42501", "42P01"),
    # SQLite: no room, a disk that fails, a file that is away, locked for too long.
    *("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_LOCKED"),
    "SQLITE_NOMEM",
)
"""How the codes of errors begin that say nothing of the statement: later, it may well succeed."""

_TAKES_NO_WRITES = ("25006", "SQLITE_READONLY")
"""A standby, or a file system that was mounted so; in a reading unit it is the code's own fault."""

_PATIENCE = {
    # Seconds. A server that says nothing at all must not take the threads of the service with it.
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}


def parse_url(url: str) -> URL:
    """The URL with the driver that is installed. Raises `ValueError` for another database."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ValueError("the database must be SQLite or PostgreSQL")
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: a database in memory would not survive the process")
    return parsed


def make_engine(url: URL, *, writes: bool) -> Engine:
    """An engine whose every transaction may write, or else sees one unchanging state.

    Its errors never quote values: those are what people wrote.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, writes)
    options: dict[str, object] = {"isolation_level": "READ COMMITTED"}
    if not writes:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    engine = create_engine(
        url,
        connect_args={name: value for name, value in _PATIENCE.items() if name not in url.query},
        pool_pre_ping=True,
        hide_parameters=True,
        execution_options=options,
    )

    def connect(_: Dialect, __: ConnectionPoolEntry, given: Any, options: Any) -> DBAPIConnection:  # noqa: ANN401
        return cast("DBAPIConnection", connect_watched(given, options))

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", _in_our_words)
    return engine


def may_write(connection: Connection) -> bool:
    """Whether the connection belongs to a writing engine, so that rows can be locked."""
    return bool(connection.get_execution_options().get(_WRITES, True)) and not (
        connection.get_execution_options().get("postgresql_readonly", False)
    )


def create_file(url: URL) -> None:
    """Make the file of a SQLite database, with its folder, readable by its owner alone."""
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)


def is_missing(url: str) -> bool:
    """Whether it is SQLite's and there is no such file. Raises `ValueError` as `parse_url`."""
    parsed = parse_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists()


@contextmanager
def unique_or_conflict(message: str, **details: object) -> Iterator[None]:
    """Turn a broken unique constraint into `Conflict`; every other error passes."""
    try:
        yield
    except IntegrityError as error:
        if _code(error.orig) not in _UNIQUE:
            raise
        raise Conflict(message, **details) from error


def _sqlite_engine(url: URL, writes: bool) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        execution_options={_WRITES: writes},
    )

    def do_connect(_: Dialect, entry: ConnectionPoolEntry, given: Any, options: Any) -> None:  # noqa: ANN401
        entry.info[_FILE] = _file_at(url)
        # Left to itself SQLite makes an empty database where the file is away.
        if not options.get("uri"):
            given[0] = f"{Path(given[0]).as_uri()}?mode=rw"
            options["uri"] = True

    def on_connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        _set_up(connection, writes)

    def on_checkout(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        # What is written to a file that was moved away or replaced is found by nobody again.
        if entry.info.get(_FILE) != _file_at(url):
            raise DisconnectionError

    def on_begin(connection: Connection) -> None:
        # The driver would begin late and without the lock, and two writers could then
        # both read before either writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")

    event.listen(engine, "do_connect", do_connect)
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "checkout", on_checkout)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "handle_error", _in_our_words)
    return engine


def _file_at(url: URL) -> tuple[int, int] | None:
    """Which file it is that lies where the database should."""
    try:
        found = Path(url.database or "").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_up(connection: DBAPIConnection, writes: bool) -> None:
    connection.isolation_level = None  # transactions are begun by `on_begin`, never by the driver
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() != ("wal",):
            _switch_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten in the file
        cursor.execute("PRAGMA query_only=" + ("OFF" if writes else "ON"))
    finally:
        cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    # SQLite does not wait for a lock here, whatever the busy timeout says.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _in_our_words(context: ExceptionContext) -> Conflict | Unavailable | None:
    """What to raise in the place of an error that says nothing of the statement itself."""
    if context.is_pre_ping:
        return None  # the pool asks whether a connection is still good, and makes a new one
    code = _code(context.original_exception) or ""
    if code in _COLLIDED:
        return Conflict("Somebody else changed this at the same moment.")
    connection = context.connection
    refuses = code.startswith(_TAKES_NO_WRITES) and connection and may_write(connection)
    if refuses:
        # It was opened while nothing could be written, and stays so: the next may not be.
        context.is_disconnect = True
    if context.is_disconnect or refuses or code.startswith(_OUT_OF_ORDER):
        return Unavailable(AWAY)
    return None


def _code(error: BaseException | None) -> str | None:
    found = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return str(found) if found else None


def process_id() -> int:
    """The process that connections made now belong to."""
    return os.getpid()
