"""Taking words out of SQLite's index of comments (FTS5) so that nothing of them stays in it.

Left to itself FTS5 notes a deletion, and keeps the words until it next joins what it has written.
A newer SQLite can be told to take them out of its pages instead. What it leaves even then are
words, or beginnings of them, by which it tells one page from the page before. Where one of those
would stay, and on an older SQLite, all is joined at once; that takes time by the size of the index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Connection, Delete, text

ABLE = (3, 45)
"""The first SQLite that is told. It could be since 3.42, with faults that were found until the end
of 2023 (its own tests: `fts5secure8.test`)."""

_TELLING = 6
"""From so many bytes on the beginning of a word may tell which word it was."""

_IS_SET = text("SELECT v FROM comment_words_fts_config WHERE k = 'secure-delete'")
_SET = text("INSERT INTO comment_words_fts(comment_words_fts, rank) VALUES ('secure-delete', 1)")
_JOIN = text("INSERT INTO comment_words_fts(comment_words_fts) VALUES ('optimize')")
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


def take_out(connection: Connection, gone: Delete, number: int, words: Iterable[str]) -> None:
    """Delete the entry of that number, so that the index has none of these words by it any more.

    `gone` is the statement that deletes it; `words` all that it says or has said.
    """
    told = _is_set_up(connection)
    parting = told and _part_pages(connection, number, words)
    connection.execute(gone)
    if parting:
        connection.execute(_ADD_NOTHING)  # what is joined already would be left as it is
    if parting or not told:
        connection.execute(_JOIN)
    if parting:
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
