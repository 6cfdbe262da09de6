"""Taking words out of SQLite's index of comments (FTS5) so that nothing of them stays in it.

Left to itself FTS5 notes a deletion, and keeps the words until it next joins what it has written.
A newer SQLite can be told to take them out of its pages instead. What it leaves even then are
words, or beginnings of them, by which it tells one page from the page before. Where one of those
would stay, and on an older SQLite, all has to be joined; that takes time by the size of the index,
and is done piece by piece (`sweeping`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, Delete, text

ABLE = (3, 45)
"""The first SQLite that is told. It could be since 3.42, with faults that were found until the end
of 2023 (its own tests: `fts5secure8.test`)."""

PIECE = 200
"""Pages of the index (4 kB each) that are joined in one transaction."""

_JOINED = 2
"""Changes that a piece makes at least; asking for one that is not there makes one."""

_TELLING = 6
"""From so many bytes on the beginning of a word may tell which word it was."""

_IS_SET = text("SELECT v FROM comment_words_fts_config WHERE k = 'secure-delete'")
_SET = text("INSERT INTO comment_words_fts(comment_words_fts, rank) VALUES ('secure-delete', 1)")
_JOIN_TWO = text("INSERT INTO comment_words_fts(comment_words_fts, rank) VALUES ('usermerge', 2)")
_JOIN_ALL = text("INSERT INTO comment_words_fts(comment_words_fts, rank) VALUES ('merge', :pages)")
_REBUILD = text("INSERT INTO comment_words_fts(comment_words_fts) VALUES ('rebuild')")
_ADD_NOTHING = text("INSERT INTO comment_words_fts(rowid, words) VALUES (0, '~')")
_FORGET_NOTHING = text(
    "INSERT INTO comment_words_fts(comment_words_fts, rowid, words) VALUES ('delete', 0, '~')"
)
_PARTING = text("SELECT substr(term, 2) FROM comment_words_fts_idx")  # after a sign of the index
_LIST_TERMS = text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.comment_terms"
    " USING fts5vocab('main', 'comment_words_fts', 'instance')"
)
_ANOTHER = text(
    "SELECT 1 FROM temp.comment_terms"
    " WHERE term >= :begin AND term < :end AND doc <> :number LIMIT 1"
)


def set_up(connection: Connection) -> None:
    """Have SQLite, where it can, take deleted words out of its pages from now on.

    The database keeps that, and a SQLite before 3.42 cannot search it any more.
    """
    if sqlite3.sqlite_version_info >= ABLE and not _is_set_up(connection):
        connection.execute(_SET)
        # Of what was deleted or rewritten before, joining might leave notes.
        connection.execute(_REBUILD)


def take_out(connection: Connection, gone: Delete, number: int, words: Iterable[str]) -> bool:
    """Delete the entry of that number; whether the index has to be joined until it has none of
    these words by it any more.

    `gone` is the statement that deletes it; `words` all that it says or has said.
    """
    told = _is_set_up(connection)
    parting = told and _part_pages(connection, number, words)
    connection.execute(gone)
    return parting or not told


def begin_to_join(connection: Connection) -> None:
    """Have all that is written so far joined into one by `join_more`."""
    if _is_set_up(connection):
        connection.execute(_ADD_NOTHING)  # what is joined already would be left as it is
    connection.execute(_JOIN_TWO)
    connection.execute(_JOIN_ALL, {"pages": -PIECE})


def join_more(connection: Connection) -> bool:
    """Join another piece; whether there was one."""
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    before = driver.total_changes
    connection.execute(_JOIN_ALL, {"pages": PIECE})
    return driver.total_changes - before >= _JOINED


def end_joining(connection: Connection) -> None:
    """Leave nothing of what `begin_to_join` added."""
    if _is_set_up(connection):
        connection.execute(_FORGET_NOTHING)


def _is_set_up(connection: Connection) -> bool:
    return bool(connection.execute(_IS_SET).scalar())


def _part_pages(connection: Connection, number: int, words: Iterable[str]) -> bool:
    """Whether pages are told apart by what only words of this entry begin with."""
    every = {word.encode() for word in words}
    begins = {word[:size] for word in every for size in range(_TELLING, len(word))} | every
    parting = begins.intersection(connection.execute(_PARTING).scalars())
    connection.execute(_LIST_TERMS)
    return not all(_begins_another(connection, begin, number) for begin in parting)


def _begins_another(connection: Connection, begin: bytes, number: int) -> bool:
    """Whether a word of another entry begins so."""
    first = begin.decode(errors="ignore")  # a page may be told apart within a letter
    limits = {"begin": first, "end": f"{first}\U0010ffff", "number": number}
    return connection.execute(_ANOTHER, limits).first() is not None
