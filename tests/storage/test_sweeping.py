"""What the file of a SQLite database holds of comments that were erased, byte for byte."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine

from moderation.comments import Author, StoredComment
from moderation.errors import Unavailable
from moderation.storage import SqlStore, fts5, sweeping
from moderation.storage.database import make_engine, parse_url
from moderation.stored import Objection
from moderation.workflow.search_query import parse
from tests.factories import NOON, a_site, a_stored_comment

_DRAWN = random.Random(7)
_SEEN = 9
"""So much of the end of a word is looked for: the index keeps what words begin with apart."""


def _word() -> str:
    return "".join(_DRAWN.choices(string.ascii_lowercase, k=18))


def _keep(store: SqlStore, count: int) -> list[tuple[StoredComment, list[str]]]:
    """Comments with words of their own, some rewritten, some objected to."""
    kept = []
    for number in range(count):
        words = [_word() for _ in range(6)]
        size = _DRAWN.choice((1, 1, 1, 40, 400))
        comment = a_stored_comment(
            text=" ".join([*words[:2], *["common"] * size]),
            author=Author(id=words[2], name=words[3]),
        )
        with store.write() as work:
            work.comments.add(comment)
            if number % 3 == 0:
                again = replace(comment, text=f"common {words[4]}", revision=2)
                work.comments.revise(again, NOON)
            if number % 4 == 0:
                objection = Objection(kind="report", at=NOON, text=words[5])
                work.comments.object_to(comment.key, objection)
            work.commit()
        kept.append((comment, words))
    return kept


def _erase(store: SqlStore, comments: Sequence[StoredComment]) -> None:
    for comment in comments:
        with store.write() as work:
            work.comments.erase(comment.key, NOON)
            work.commit()


def _found(url: str, words: Sequence[str]) -> list[str]:
    """Which of the words stand anywhere in the files of the database."""
    path = Path(str(parse_url(url).database))
    held = b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    return [word for word in words if word[-_SEEN:].encode() in held]


def _index_with_small_pages(url: str) -> None:
    engine = make_engine(parse_url(url), writes=True)
    for command in (
        "(comment_words_fts, rank) VALUES ('pgsz', 64)",
        "(comment_words_fts) VALUES ('rebuild')",
    ):
        with engine.begin() as connection:
            connection.execute(text(f"INSERT INTO comment_words_fts{command}"))
    engine.dispose()


@contextmanager
def _reader(store: SqlStore) -> Iterator[None]:
    """Somebody who looks at one state of the data for a long time."""
    with store.read() as work:
        work.sites.get("daily")
        yield


@pytest.fixture
def kept(sqlite_store: SqlStore) -> list[tuple[StoredComment, list[str]]]:
    """Comments, drawn anew in the same order each time."""
    _DRAWN.seed(7)
    with sqlite_store.write() as work:
        work.sites.put(a_site())
        work.commit()
    return _keep(sqlite_store, 60)


def test_nothing_of_what_was_erased_is_in_the_files_after_a_sweep(
    sqlite_store: SqlStore, sqlite_url: str, kept: list[tuple[StoredComment, list[str]]]
) -> None:
    gone = kept[::2]
    erased = [word for _, words in gone for word in words[:4]]
    assert _found(sqlite_url, erased) == erased
    _erase(sqlite_store, [comment for comment, _ in gone])
    assert sqlite_store.sweep() is False
    assert _found(sqlite_url, [word for _, words in gone for word in words]) == []
    for comment, words in kept[1::2]:
        with sqlite_store.read() as work:
            (hit,) = work.search.comments(parse(words[2]), 5).hits
        assert hit.comment.key == comment.key


def test_a_sweep_goes_on_in_small_pieces_until_all_is_joined(
    sqlite_store: SqlStore,
    sqlite_url: str,
    kept: list[tuple[StoredComment, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fts5, "PIECE", 1)
    monkeypatch.setattr(sweeping, "SMALL", 0)
    _index_with_small_pages(sqlite_url)
    _erase(sqlite_store, [kept[7][0]])
    pieces = []

    def note(connection: Connection, *_: object) -> None:
        pieces.append(connection)

    event.listen(Engine, "commit", note)
    try:
        sqlite_store.sweep()
    finally:
        event.remove(Engine, "commit", note)
    assert len(pieces) > 10
    assert _found(sqlite_url, kept[7][1]) == []


def test_what_is_erased_during_a_sweep_is_for_the_next(
    sqlite_store: SqlStore,
    sqlite_url: str,
    kept: list[tuple[StoredComment, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _erase(sqlite_store, [kept[0][0]])
    join_more = fts5.join_more

    def meanwhile(connection: Connection) -> bool:
        monkeypatch.undo()
        going_on = join_more(connection)
        with make_commit(connection):
            _erase(sqlite_store, [kept[1][0]])
        return going_on

    @contextmanager
    def make_commit(connection: Connection) -> Iterator[None]:
        connection.exec_driver_sql("COMMIT")
        yield
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    monkeypatch.setattr(fts5, "join_more", meanwhile)
    assert sqlite_store.sweep() is True
    assert sqlite_store.sweep() is False
    assert _found(sqlite_url, [*kept[0][1], *kept[1][1]]) == []


def test_a_reader_of_an_old_state_is_waited_for_and_holds_nobody_up(
    sqlite_store: SqlStore, sqlite_url: str, kept: list[tuple[StoredComment, list[str]]]
) -> None:
    with _reader(sqlite_store):
        _erase(sqlite_store, [kept[0][0]])
        assert sqlite_store.sweep() is False
        assert _found(sqlite_url, kept[0][1]) != []
    assert sqlite_store.sweep() is False
    assert _found(sqlite_url, kept[0][1]) == []


def test_a_store_without_erasures_is_left_alone(
    sqlite_store: SqlStore, sqlite_url: str, kept: list[tuple[StoredComment, list[str]]]
) -> None:
    before = Path(str(parse_url(sqlite_url).database)).with_suffix(".sqlite3-wal").stat().st_size
    assert before > 0
    assert sqlite_store.sweep() is False
    after = Path(str(parse_url(sqlite_url).database)).with_suffix(".sqlite3-wal").stat().st_size
    assert after == before


def test_a_large_file_is_clean_once_it_was_written_anew(
    sqlite_store: SqlStore,
    sqlite_url: str,
    kept: list[tuple[StoredComment, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "SMALL", 0)
    gone = kept[::2]
    erased = [word for _, words in gone for word in words]
    _erase(sqlite_store, [comment for comment, _ in gone])
    sqlite_store.sweep()
    assert _found(sqlite_url, erased) != []
    sqlite_store.compact()
    assert _found(sqlite_url, erased) == []


def test_a_file_that_somebody_reads_is_not_called_compact(
    sqlite_store: SqlStore, kept: list[tuple[StoredComment, list[str]]]
) -> None:
    with _reader(sqlite_store), pytest.raises(Unavailable):
        sqlite_store.compact()
    sqlite_store.compact()


def test_a_server_has_nothing_to_sweep(server_store: SqlStore) -> None:
    (comment, _), *_ = _keep(server_store, 1)
    _erase(server_store, [comment])
    assert server_store.sweep() is False
    server_store.compact()
