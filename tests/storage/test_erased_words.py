"""What SQLite's index does with the words of an erased comment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from moderation.comments import StoredComment
from moderation.storage import SqlStore, fts5
from moderation.storage.database import make_engine, parse_url
from moderation.workflow.search_query import parse
from tests.factories import NOON, a_site, a_stored_comment


@pytest.fixture
def index(sqlite_store: SqlStore, sqlite_url: str) -> Iterator[Connection]:
    """A connection of one's own beside a store with a site; the index has the smallest pages."""
    engine = make_engine(parse_url(sqlite_url), writes=True)
    with engine.connect() as connection:
        command(connection, "'pgsz', 64")
        with sqlite_store.write() as work:
            work.sites.put(a_site())
            work.commit()
        yield connection
    engine.dispose()


def command(connection: Connection, values: str) -> None:
    """Tell the index something."""
    columns = "comment_words_fts" + (", rank" if "," in values else "")
    connection.execute(text(f"INSERT INTO comment_words_fts({columns}) VALUES ({values})"))
    connection.commit()


def written(store: SqlStore, *texts: str) -> list[StoredComment]:
    comments = [a_stored_comment(f"c-{words}", text=words) for words in texts]
    with store.write() as work:
        for comment in comments:
            work.comments.add(comment)
        work.commit()
    return comments


def erase(store: SqlStore, comment: StoredComment) -> None:
    with store.write() as work:
        work.comments.erase(comment.key, NOON)
        work.commit()


def pages(connection: Connection) -> bytes:
    """All that the index keeps words in."""
    kept = "SELECT block FROM comment_words_fts_data UNION ALL SELECT term "
    found = b"|".join(connection.execute(text(f"{kept}FROM comment_words_fts_idx")).scalars())
    connection.rollback()
    return found


def parting(connection: Connection) -> set[str]:
    """What the pages are told apart by."""
    found = connection.execute(text("SELECT term FROM comment_words_fts_idx")).scalars()
    words = {term[1:].decode(errors="ignore") for term in found}
    connection.rollback()
    return words


def is_to_be_joined(connection: Connection) -> bool:
    """Whether an erasure has left words in the index that joining will take away."""
    marked = connection.execute(text("PRAGMA user_version")).scalar()
    connection.rollback()
    return bool(marked & 1)


def test_a_sqlite_that_can_is_told_to_take_deleted_words_out_of_its_pages(
    index: Connection,
) -> None:
    able = sqlite3.sqlite_version_info >= fts5.ABLE
    assert fts5._is_set_up(index) is able
    fts5.set_up(index)
    assert fts5._is_set_up(index) is able


@pytest.mark.parametrize("told", [True, False])
def test_all_is_joined_only_where_sqlite_does_not_take_words_out(
    sqlite_store: SqlStore, index: Connection, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(fts5, "_is_set_up", lambda connection: told)
    first, *_ = written(sqlite_store, "alone", "something else", "one more")
    erase(sqlite_store, first)
    assert is_to_be_joined(index) is not told


def test_a_word_by_which_pages_are_told_apart_goes_as_well(
    sqlite_store: SqlStore, index: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fts5, "_is_set_up", lambda connection: True)
    words = [f"aardvark{a}{b}" for a in "bcdefgh" for b in "ijklmnop"]
    comments = dict(zip(words, written(sqlite_store, *words), strict=True))
    command(index, "'optimize'")
    word = max(parting(index) & set(words))
    erase(sqlite_store, comments[word])
    assert is_to_be_joined(index)
    assert sqlite_store.sweep() is False
    assert not is_to_be_joined(index)
    assert word.encode() not in pages(index)
    assert word not in parting(index)
    with sqlite_store.read() as work:
        for other in (min(words), max(words)):
            (hit,) = work.search.comments(parse(other), 5).hits
            assert hit.comment.text == other


def test_a_word_that_another_comment_has_may_tell_pages_apart(
    sqlite_store: SqlStore, index: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fts5, "_is_set_up", lambda connection: True)
    words = [f"aardvark{a}{b}" for a in "bcdefgh" for b in "ijklmnop"]
    written(sqlite_store, *words)
    command(index, "'optimize'")
    word = max(parting(index) & set(words))
    (second,) = written(sqlite_store, f"{word} again")
    erase(sqlite_store, second)
    assert not is_to_be_joined(index)
