"""The store over SQLAlchemy, and its unit of work: one connection, one transaction."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from moderation.errors import Unavailable
from moderation.storage.accounts import SqlAccounts
from moderation.storage.articles import SqlArticles
from moderation.storage.audit import SqlAuditLog
from moderation.storage.authors import SqlAuthors
from moderation.storage.changes import SqlChanges
from moderation.storage.comments import SqlComments
from moderation.storage.database import AWAY, make_engine, parse_url, process_id
from moderation.storage.deliveries import SqlDeliveries
from moderation.storage.endpoints import SqlEndpoints
from moderation.storage.key_uses import SqlKeyUses
from moderation.storage.notes import SqlNotes
from moderation.storage.outbox import SqlOutbox
from moderation.storage.preferences import SqlPreferences
from moderation.storage.queue import SqlQueue
from moderation.storage.saved_filters import SqlSavedFilters
from moderation.storage.search import SqlSearch
from moderation.storage.sites import SqlSites
from moderation.storage.spam_checks import SqlSpamChecks
from moderation.storage.statistics import SqlStatistics
from moderation.storage.suggestions import SqlSuggestions
from moderation.storage.sweeping import compact, sweep
from moderation.storage.unscored import SqlUnscored
from moderation.storage.upgrading import is_current


class SqlUnitOfWork:
    """One transaction over all stores; leaving it without `commit` rolls back."""

    sites: SqlSites
    articles: SqlArticles
    comments: SqlComments
    authors: SqlAuthors
    queue: SqlQueue
    notes: SqlNotes
    search: SqlSearch
    saved_filters: SqlSavedFilters
    accounts: SqlAccounts
    key_uses: SqlKeyUses
    changes: SqlChanges
    audit: SqlAuditLog
    statistics: SqlStatistics
    outbox: SqlOutbox
    endpoints: SqlEndpoints
    deliveries: SqlDeliveries
    suggestions: SqlSuggestions
    spam_checks: SqlSpamChecks
    unscored: SqlUnscored
    preferences: SqlPreferences

    def __init__(self, engine: Engine, *, writes: bool) -> None:
        self._engine = engine
        self._writes = writes
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        if self._connection is not None:
            raise RuntimeError("a unit of work is entered once at a time")
        connection = _connect(self._engine)
        self._connection = connection
        self.sites = SqlSites(connection)
        self.articles = SqlArticles(connection)
        self.comments = SqlComments(connection)
        self.authors = SqlAuthors(connection)
        self.queue = SqlQueue(connection)
        self.notes = SqlNotes(connection)
        self.search = SqlSearch(connection)
        self.saved_filters = SqlSavedFilters(connection)
        self.accounts = SqlAccounts(connection)
        self.key_uses = SqlKeyUses(connection)
        self.changes = SqlChanges(connection)
        self.audit = SqlAuditLog(connection)
        self.statistics = SqlStatistics(connection)
        self.outbox = SqlOutbox(connection)
        self.endpoints = SqlEndpoints(connection)
        self.deliveries = SqlDeliveries(connection)
        self.suggestions = SqlSuggestions(connection)
        self.spam_checks = SqlSpamChecks(connection)
        self.unscored = SqlUnscored(connection)
        self.preferences = SqlPreferences(connection)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def commit(self) -> None:
        """Keep everything done so far. Raises `RuntimeError` in a reading unit."""
        if self._connection is None or not self._writes:
            raise RuntimeError("only a writing unit of work that is under way can commit")
        self._connection.commit()


class SqlStore:
    """A database, ready for work.

    Connections are made on first use in each process: a store made before a fork is
    safe in every child, none of which touches what the parent had opened.
    """

    def __init__(self, url: str) -> None:
        self._url: URL = parse_url(url)
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._engines: dict[bool, Engine] = {}
        self._inherited: list[dict[bool, Engine]] = []

    def write(self) -> SqlUnitOfWork:
        """A transaction that may change things; on SQLite it takes the write lock at once."""
        return SqlUnitOfWork(self._engine(writes=True), writes=True)

    def read(self) -> SqlUnitOfWork:
        """A consistent view that changes nothing."""
        return SqlUnitOfWork(self._engine(writes=False), writes=False)

    def ready(self) -> None:
        """Raises `Unavailable` without a database, `RuntimeError` without its migrations."""
        with _connect(self._engine(writes=False)) as connection:
            if not is_current(connection):
                raise RuntimeError(
                    "The database is not at the newest migration: "
                    "run `python -m moderation db upgrade`."
                )

    def sweep(self) -> bool:
        """Take out of a SQLite file what erased comments left in it; whether there is more."""
        try:
            return sweep(self._engine(writes=True))
        except (DBAPIError, PoolTimeout) as error:
            raise Unavailable(AWAY) from error

    def compact(self) -> None:
        """Write a SQLite file anew, with nothing of what was erased. Raises `Unavailable`."""
        try:
            compact(self._engine(writes=True))
        except (DBAPIError, PoolTimeout) as error:
            raise Unavailable(AWAY) from error

    def dispose(self) -> None:
        """Close every connection of this process; the store can be used again afterwards."""
        with self._lock:
            engines, self._engines = self._engines, {}
            if self._owner == process_id():
                for engine in engines.values():
                    engine.dispose()

    def _engine(self, *, writes: bool) -> Engine:
        with self._lock:
            if self._owner != process_id():
                # Kept from being collected: closing what the parent opened would reach
                # into the parent's own connections.
                self._inherited.append(self._engines)
                self._owner, self._engines = process_id(), {}
            if writes not in self._engines:
                self._engines[writes] = make_engine(self._url, writes=writes)
            return self._engines[writes]


def _connect(engine: Engine) -> Connection:
    try:
        connection = engine.connect()
        connection.begin()
    except (DBAPIError, PoolTimeout) as error:
        raise Unavailable(AWAY) from error
    return connection
