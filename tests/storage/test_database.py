"""What the databases are told, and the migrations that make them."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from moderation.comments import Reason, StoredArticle
from moderation.errors import ModerationError, Unavailable
from moderation.review_queue import apply
from moderation.storage import SqlStore, open_store, upgrade
from moderation.storage.database import make_engine, parse_url
from moderation.storage.tables import metadata
from moderation.stored import QueueFilter
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_site, a_stored_comment
from tests.storage.migrating import down, down_and_up

# Every row: what SQLite must be told, and why.
_PRAGMAS = [
    ("journal_mode", "wal"),  # readers do not wait for the writer
    ("synchronous", 2),  # FULL: a commit is on the disk before it is acknowledged
    ("foreign_keys", 1),
    ("secure_delete", 1),  # erased text is overwritten
    ("busy_timeout", 30_000),
]


@pytest.mark.parametrize(("pragma", "value"), _PRAGMAS)
@pytest.mark.parametrize("writes", [True, False])
def test_sqlite_is_told(sqlite_url: str, pragma: str, value: object, writes: bool) -> None:
    engine = make_engine(parse_url(sqlite_url), writes=writes)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    engine.dispose()


def test_an_error_of_the_database_quotes_nothing_that_people_wrote(store: SqlStore) -> None:
    with store.write() as work, pytest.raises(DBAPIError) as failed:
        work.articles.put(StoredArticle("no such site", "a", "Words", "of people"), NOON)
    assert "of people" not in str(failed.value)


# On SQLite an index of words is a table of its own, and neither the order of an index nor what it
# reckons can be read back.
_ON_SERVERS = {f"ix_{name}_words" for name in ("comment_words", "article_words")}
_FALLING = {f"ix_review_items_waiting_{name}" for name in ("severity", "reports")}
reckoned = pytest.mark.filterwarnings("ignore:.*expression-based index")


def _comparable(of: object, name: str | None, kind: str, reflected: bool, to: object) -> bool:
    return "_fts" not in (name or "") and name not in _ON_SERVERS | _FALLING


@reckoned
def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = make_engine(parse_url(database_url), writes=True)
    with engine.connect() as connection:
        on_file = engine.dialect.name == "sqlite"
        opts = {"include_object": _comparable} if on_file else {}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(store: SqlStore, database_url: str) -> None:
    with store.write() as work:
        work.sites.put(a_site())
        work.commit()
    store.dispose()
    upgrade(database_url)
    with store.read() as work:
        assert work.sites.get("daily") == a_site()


def test_marks_learn_the_rank_of_their_item_when_they_are_upgraded(database_url: str) -> None:
    store = open_store(database_url)
    comment = a_stored_comment()
    with store.write() as work:
        work.sites.put(a_site())
        work.comments.add(comment)
        event = open_item(comment, (Reason("appeal"),), NOON)
        item = apply(None, event)
        work.queue.append(item, event)
        work.commit()
    store.dispose()
    down_and_up(database_url, "0001")
    with store.read() as work:
        assert work.queue.waiting(QueueFilter(reason="appeal"), 5).items == (item,)
        assert work.queue.counts("daily")["reason:appeal"] == 1
    store.dispose()


def test_logins_that_differ_in_capitals_alone_are_named_before_anything_is_upgraded(
    database_url: str,
) -> None:
    down(database_url, "0008")
    engine = make_engine(parse_url(database_url), writes=True)
    columns = "id, login, name, role, password_hash, active, session_epoch"
    with engine.begin() as connection:
        for number, login in enumerate(("Mona", "mona", "bo")):
            values = f"'u{number}', '{login}', '', 'lead', '', true, 0"
            connection.execute(text(f"INSERT INTO users ({columns}) VALUES ({values})"))
    with pytest.raises(ModerationError, match="login mona, in other capitals"):
        upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET login = 'mona-2' WHERE id = 'u1'"))
    engine.dispose()
    upgrade(database_url)
    store = open_store(database_url)
    with store.read() as work:
        assert {user.login for user in work.accounts.users()} == {"Mona", "mona-2", "bo"}
    store.dispose()


def test_upgrading_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    url = f"sqlite:///{tmp_path / 'deep' / 'down' / 'new.sqlite3'}"
    upgrade(url)
    assert _is_ready(url)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    upgrade(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _is_ready(url: str) -> bool:
    store = open_store(url)
    try:
        store.ready()
    except (ConnectionError, RuntimeError):
        return False
    finally:
        store.dispose()
    return True


def _upgrade_and_ask(url: str) -> bool:
    upgrade(url)
    return _is_ready(url)


def _upgrade_at_once(url: str) -> list[bool]:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        return pool.map(_upgrade_and_ask, [url] * 3, chunksize=1)


def test_processes_that_upgrade_one_file_at_once_all_succeed(tmp_path: Path) -> None:
    assert _upgrade_at_once(f"sqlite:///{tmp_path / 'new.sqlite3'}") == [True] * 3


def test_processes_that_upgrade_one_server_at_once_all_succeed(empty_postgres_url: str) -> None:
    assert _upgrade_at_once(empty_postgres_url) == [True] * 3


def test_a_store_is_not_ready_before_its_migrations(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    path.touch()
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(RuntimeError, match="db upgrade"):
        store.ready()
    store.dispose()


def test_a_store_is_ready_after_them(database_url: str) -> None:
    assert _is_ready(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/nothing",
        "sqlite:////nowhere/at/all/moderation.sqlite3",
    ],
)
def test_a_database_that_cannot_be_reached_is_unavailable(url: str) -> None:
    store = open_store(url)
    with pytest.raises(Unavailable):
        store.ready()
    with pytest.raises(Unavailable), store.write():
        pass
    store.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_would_not_do_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite"):
        open_store(url)


def test_a_reading_unit_neither_commits_nor_writes(store: SqlStore) -> None:
    with pytest.raises(RuntimeError), store.read() as work:
        work.commit()
    with pytest.raises(DBAPIError), store.read() as work:
        work.sites.put(a_site())
    with store.read() as work:
        assert work.sites.all() == []


@reckoned
def test_every_constraint_has_a_name(database_url: str) -> None:
    engine = make_engine(parse_url(database_url), writes=False)
    seen = inspect(engine)
    for table in metadata.tables:
        assert seen.get_pk_constraint(table)["name"] == f"pk_{table}"
        assert all(key["name"] for key in seen.get_foreign_keys(table))
        assert all(key["name"] for key in seen.get_unique_constraints(table))
    engine.dispose()


def test_a_store_made_before_a_fork_works_in_the_child_and_in_the_parent(store: SqlStore) -> None:
    with store.write() as work:
        work.sites.put(a_site("before"))
        work.commit()
    opened_by_parent = store._engine(writes=True)
    child = os.fork()
    if child == 0:
        try:
            assert store._engine(writes=True) is not opened_by_parent
            assert opened_by_parent in [kept for held in store._inherited for kept in held.values()]
            with store.write() as work:
                work.sites.put(a_site("in-child"))
                work.commit()
            store.dispose()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with store.write() as work:
        assert [site.id for site in work.sites.all()] == ["before", "in-child"]
        work.sites.put(a_site("after"))
        work.commit()
    with store.read() as work:
        assert len(work.sites.all()) == 3


def test_what_was_committed_outlives_a_killed_process(store: SqlStore) -> None:
    child = os.fork()
    if child == 0:
        with store.write() as work:
            work.sites.put(a_site("kept"))
            work.commit()
            work.sites.put(a_site("never-committed"))
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    with store.read() as work:
        assert [site.id for site in work.sites.all()] == ["kept"]
