"""Fixtures that every part shares: stores over real databases, a clock, the use cases."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from moderation.comments import Site
from moderation.storage import SqlStore, open_store, upgrade
from moderation.storage.tables import metadata
from moderation.workflow import Services
from tests.factories import Clock, KeywordScorer, a_site
from tests.templates import CompiledOnce

# A busy machine is no reason for a property to fail.
# Examples are new on every run by hand, and the same ones in a gate: what has nothing to do
# with a change must not stop it.
settings.register_profile("untimed", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "untimed")

_DEFAULT_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/"


@pytest.fixture(scope="session", autouse=True)
def templates() -> Iterator[None]:
    """Every app shares the compiled templates, which is most of what its first page costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", CompiledOnce())
        yield


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "moderation.sqlite3"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of a PostgreSQL server on which databases can be made; skips without one."""
    url = os.environ.get("TEST_POSTGRES_URL", _DEFAULT_POSTGRES)
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return url
    except OperationalError:
        if "TEST_POSTGRES_URL" in os.environ:
            raise
        pytest.skip("NO POSTGRESQL: set TEST_POSTGRES_URL to run this over PostgreSQL too")
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """A migrated database of this session's own, dropped at its end."""
    with _fresh_database(postgres_server) as url:
        upgrade(url)
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database without a single table."""
    with _fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_sweeper(postgres_database: str) -> Engine:
    """Connects to the session's database anew each time, so that nobody is left in it."""
    return create_engine(postgres_database, poolclass=NullPool)


@pytest.fixture
def postgres_url(postgres_database: str, postgres_sweeper: Engine) -> str:
    """The session's PostgreSQL database, emptied."""
    # Quicker than TRUNCATE where little is in; and one statement, not one for each table.
    deletes = "".join(f"DELETE FROM {table.name}; " for table in reversed(metadata.sorted_tables))
    with postgres_sweeper.begin() as connection:
        connection.execute(text(f"DO $$ BEGIN {deletes} END $$"))
    return postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """An empty store, once over SQLite and once over PostgreSQL."""
    opened = open_store(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    """An empty store over SQLite, for tests of what lies above storage."""
    opened = open_store(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def server_store(postgres_url: str) -> Iterator[SqlStore]:
    """A store over PostgreSQL, which lets many write at once, with one site."""
    opened = open_store(postgres_url)
    with opened.write() as work:
        work.sites.put(a_site())
        work.commit()
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon until it is moved."""
    return Clock()


@pytest.fixture
def scorer() -> KeywordScorer:
    """A scorer that knows two words."""
    return KeywordScorer()


@pytest.fixture
def services(store: SqlStore, scorer: KeywordScorer, clock: Clock) -> Services:
    """The use cases' collaborators over each database; nothing is drawn for audit."""
    return Services(store, scorer, audit_rate=0.0, now=clock)


@pytest.fixture
def site(store: SqlStore) -> Site:
    """A site that is stored."""
    stored = a_site()
    with store.write() as work:
        work.sites.put(stored)
        work.commit()
    return stored


class _fresh_database:  # noqa: N801 - reads as the context manager it is
    """A database under a name that no other session has."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._name = f"moderation_test_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._execute(f'CREATE DATABASE "{self._name}"')
        self._execute(f'ALTER DATABASE "{self._name}" SET synchronous_commit = off')
        return self._server.set(database=self._name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._execute(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
