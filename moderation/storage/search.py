"""Finding comments and articles by their words; `search_index` writes what is found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, Table, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import OperationalError

from moderation.comments import StoredArticle
from moderation.errors import InvalidInput
from moderation.review_queue import ReviewItem, Stage
from moderation.storage.articles import article_of, the_article
from moderation.storage.comments import current
from moderation.storage.rows import comment_of, item_of
from moderation.storage.search_index import tokens_of
from moderation.storage.tables import article_words, articles, comment_words, comments, review_items
from moderation.stored import Hit, SearchPage, SearchQuery, Term

_NEWEST = 10_000
"""Entries that PostgreSQL reads one by one, newest first, before it asks its index for more."""

_NEWER = 50_000
"""Entries that it then looks for by the index, before it looks for all."""

_SECONDS = 5
"""How long PostgreSQL may look for anything."""

_CANCELLED = "57014"  # query_canceled (PostgreSQL, appendix A)


class SqlSearch:
    """Full-text search over SQLite's FTS5 or PostgreSQL's `tsvector`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_server = connection.dialect.name == "postgresql"
        self._bounded = False

    def comments(self, query: SearchQuery, limit: int, cursor: str | None = None) -> SearchPage:
        before = _position(cursor)
        with self._in_time():
            numbers = self._numbers(comment_words, query, limit + 1, before)
            hits = self._hits(numbers[:limit])
        more = len(numbers) > limit
        return SearchPage(hits, str(numbers[limit - 1]) if more else None)

    def articles(self, terms: Sequence[Term], limit: int) -> list[StoredArticle]:
        with self._in_time():
            numbers = self._numbers(article_words, SearchQuery(tuple(terms)), limit, None)
            found = (
                the_article()
                .join(article_words, _is_about(article_words))
                .where(article_words.c.number.in_(numbers))
                .order_by(article_words.c.number.desc())
            )
            return [article_of(row) for row in self._connection.execute(found)]

    def _numbers(
        self, index: Table, query: SearchQuery, limit: int, before: int | None
    ) -> list[int]:
        """The newest entries that fit, before one of them where it is given."""
        if not query.terms:
            raise InvalidInput("q", "needs a word, a name, a site or an article to look for")
        if not self._on_server:
            return self._in_order(index, query, limit, before=before)
        top = before or self._newest(index) + 1
        floor = top - _NEWEST
        # What is common is found among the newest; what is not there is rare enough to be
        # sorted. Left to itself the database takes a rare word for a common one, and then
        # reads a million entries to find the three that have it.
        found = self._in_order(index, query, limit, before=top, least=floor)
        for least in (floor - _NEWER, 0):
            if len(found) < limit and floor > 0:
                found += self._by_index(index, query, limit - len(found), floor, least)
            floor = least
        return found

    def _newest(self, index: Table) -> int:
        return self._connection.execute(select(func.max(index.c.number))).scalar() or 0

    def _in_order(
        self,
        index: Table,
        query: SearchQuery,
        limit: int,
        *,
        before: int | None,
        least: int | None = None,
    ) -> list[int]:
        number, fitting = self._fitting(index, query)
        found = select(number).where(*fitting).order_by(number.desc()).limit(limit)
        if before is not None:
            found = found.where(number < before)
        if least is not None:
            found = found.where(number >= least)
        return list(self._connection.execute(found).scalars())

    def _by_index(
        self, index: Table, query: SearchQuery, limit: int, before: int, least: int
    ) -> list[int]:
        number, fitting = self._fitting(index, query)
        found = select(number).where(*fitting, number < before, number >= least)
        # A sum is in no index, so what fits is collected first and sorted then.
        ordered = found.order_by((number + 0).desc()).limit(limit)
        return list(self._connection.execute(ordered).scalars())

    def _fitting(
        self, index: Table, query: SearchQuery
    ) -> tuple[ColumnElement[int], list[ColumnElement[bool]]]:
        """The number of an entry, and what must hold of it."""
        if self._on_server:
            number: ColumnElement[int] = index.c.number
            matches = index.c.words.op("@@")(cast(_for_server(query), TSQUERY))
        else:
            name = f"{index.name}_fts"
            fts = table(name, column("rowid"), column(name))
            number, matches = fts.c.rowid, fts.c[name].op("MATCH")(_for_file(query))
        return number, [matches, *_of_the_comment(number, query)]

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Bound what one search may cost a server that others use."""
        if self._on_server and not self._bounded:
            self._connection.execute(text(f"SET LOCAL statement_timeout = '{_SECONDS}s'"))
            self._bounded = True
        try:
            yield
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _CANCELLED:
                raise
            problem = "fits too many comments; add a word that is less common"
            raise InvalidInput("q", problem) from error

    def _hits(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        found = (
            current()
            .join(comment_words, comment_words.c.comment_key == comments.c.key)
            .where(comment_words.c.number.in_(numbers))
            .order_by(comment_words.c.number.desc())
        )
        hits = [comment_of(row) for row in self._connection.execute(found)]
        items = self._items([comment.key for comment in hits])
        return tuple(Hit(comment, items.get(comment.key)) for comment in hits)

    def _items(self, keys: Sequence[str]) -> dict[str, ReviewItem]:
        found = select(review_items).where(review_items.c.comment_key.in_(keys))
        items = (item_of(row) for row in self._connection.execute(found))
        return {item.comment_key: item for item in items}


def _is_about(index: Table) -> ColumnElement[bool]:
    same_site = index.c.site_id == articles.c.site_id
    return same_site & (index.c.article_id == articles.c.id)


def _of_the_comment(
    number: ColumnElement[int], query: SearchQuery
) -> Iterator[ColumnElement[bool]]:
    """Conditions on what changes without the words."""
    entry = comment_words.alias("entry")
    of_entry = select(entry.c.number).where(entry.c.number == number)
    if query.status is not None:
        its = of_entry.join(comments, comments.c.key == entry.c.comment_key)
        yield its.where(comments.c.status == query.status.value).exists()
    if not query.escalated:
        its = of_entry.join(review_items, review_items.c.comment_key == entry.c.comment_key)
        yield ~its.where(review_items.c.stage == Stage.ESCALATED.value).exists()


def _for_server(query: SearchQuery) -> str:
    phrases = (" <-> ".join(f"'{token}'" for token in tokens_of(term)) for term in query.terms)
    without = (" <-> ".join(f"'{token}'" for token in tokens_of(term)) for term in query.excluded)
    return " & ".join([*(f"({one})" for one in phrases), *(f"!({one})" for one in without)])


def _for_file(query: SearchQuery) -> str:
    phrases = (f'"{" ".join(tokens_of(term))}"' for term in query.terms)
    without = (f' NOT "{" ".join(tokens_of(term))}"' for term in query.excluded)
    return f"({' AND '.join(phrases)}){''.join(without)}"


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise InvalidInput("cursor", "must be one that a reply gave")
    return int(cursor)
