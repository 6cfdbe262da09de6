"""A database that is away or full says so in one way, and is well again without a restart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from moderation.errors import Unavailable
from moderation.storage import SqlStore, open_store
from tests.factories import a_site


@pytest.fixture
def away(server_store: SqlStore, postgres_url: str) -> Iterator[Engine]:
    """Somebody beside the store who may end its connections."""
    engine = create_engine(make_url(postgres_url), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _end_all_others(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text(_OTHERS))


def _has_room(store: SqlStore, pages: int) -> None:
    """Have the database file grow no further than that, in connections of this store."""

    def limit(connection: DBAPIConnection, entry: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={pages}")

    event.listen(store._engine(writes=True), "connect", limit)


def _put(store: SqlStore, id: str, name: str = "x") -> None:
    with store.write() as work:
        work.sites.put(a_site(id, url=name))
        work.commit()


def test_a_full_disk_keeps_nothing_and_is_no_more_than_an_outage(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    _put(store, "before")
    store.dispose()
    _has_room(store, 1)
    with pytest.raises(Unavailable):
        _put(store, "full", "x" * 10_000_000)
    with store.read() as work:
        assert [site.id for site in work.sites.all()] == ["before"]
    # What needs no more room goes on, with the same connections; and so does all of it with room.
    _put(store, "small")
    with store.write() as work:
        work.sites._connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    _put(store, "after", "x" * 1_000_000)
    with store.read() as work:
        assert [site.id for site in work.sites.all()] == ["after", "before", "small"]
    store.dispose()


def test_a_file_that_was_moved_away_is_an_outage_until_it_is_back(sqlite_url: str) -> None:
    store, path = open_store(sqlite_url), Path(make_url(sqlite_url).database or "")
    _put(store, "before")
    aside = path.rename(path.with_name("aside"))
    with pytest.raises(Unavailable):
        _put(store, "into a file that nobody will find")
    with pytest.raises(Unavailable), store.read() as work:
        work.sites.all()
    assert not path.exists(), "an empty database took its place"
    aside.rename(path)
    _put(store, "after")
    with store.read() as work:
        assert [site.id for site in work.sites.all()] == ["after", "before"]
    store.dispose()


def test_a_file_that_was_replaced_is_the_one_that_is_written(sqlite_url: str) -> None:
    store, path = open_store(sqlite_url), Path(make_url(sqlite_url).database or "")
    _put(store, "before")
    store.dispose()  # so that a copy of the one file has all of it
    copy = shutil.copyfile(path, path.with_name("copy"))
    _put(store, "lost with the file")
    copy.rename(path)
    path.with_name(f"{path.name}-wal").unlink()
    path.with_name(f"{path.name}-shm").unlink()
    _put(store, "after")
    other = open_store(sqlite_url)
    with other.read() as work:
        assert [site.id for site in work.sites.all()] == ["after", "before"]
    other.dispose()
    store.dispose()


def test_a_connection_that_was_opened_while_nothing_could_be_written_is_not_kept(
    sqlite_url: str,
) -> None:
    store, is_read_only = open_store(sqlite_url), True

    def connect(_: object, __: object, given: list[str], ___: object) -> None:
        # As SQLite by itself opens a file that is read-only then: for as long as it is open.
        if is_read_only:
            given[0] = given[0].replace("mode=rw", "mode=ro")

    event.listen(store._engine(writes=True), "do_connect", connect)
    with pytest.raises(Unavailable):
        _put(store, "refused")
    is_read_only = False
    _put(store, "after")
    store.dispose()


# By the codes of PostgreSQL: a full disk, no memory, too many connections, a failing disk, a
# shutdown, a standby that takes no writes, rights taken away, tables that are not restored yet.
@pytest.mark.parametrize(
    "code",
    ["53100", "53200", "53300", "58030", "57P01", "08006", "25006", "42501", "42P01"],
)
def test_a_server_in_trouble_is_an_outage(server_store: SqlStore, code: str) -> None:
    trouble = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"
    with pytest.raises(Unavailable), server_store.write() as work:
        work.sites._connection.exec_driver_sql(trouble)
    _put(server_store, "after")


def test_connections_that_died_are_replaced(server_store: SqlStore, away: Engine) -> None:
    _put(server_store, "before")
    _end_all_others(away)
    _put(server_store, "after")
    with server_store.read() as work:
        assert [site.id for site in work.sites.all()] == ["after", "before", "daily"]


def test_a_connection_that_dies_in_the_middle_keeps_nothing(
    server_store: SqlStore, away: Engine
) -> None:
    with server_store.write() as work:
        work.sites.put(a_site("lost"))
        _end_all_others(away)
        with pytest.raises(Unavailable):
            work.commit()
    with server_store.read() as work:
        assert [site.id for site in work.sites.all()] == ["daily"]
