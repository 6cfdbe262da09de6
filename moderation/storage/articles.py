"""Articles, and those among them whose text is still to be fetched from their page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    TextClause,
    and_,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from moderation.comments import StoredArticle
from moderation.storage.search_index import index_article
from moderation.storage.tables import articles
from moderation.storage.tables.publications import ADDRESSED, TEXTLESS
from moderation.stored import ArticleHead

_OURS = articles.c
_ARTICLE = ("site_id", "id", "title", "text", "url")
_COLUMNS = tuple(_OURS[name] for name in _ARTICLE)


class SqlArticles:
    """Articles under their site's ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, article_id: str) -> StoredArticle | None:
        found = the_article().where(_OURS.site_id == site_id, _OURS.id == article_id)
        row = self._connection.execute(found).first()
        return article_of(row) if row else None

    def at_url(self, site_id: str, url: str) -> StoredArticle | None:
        found = (
            the_article()
            # The index knows its condition by the very words.
            .where(_OURS.site_id == site_id, _OURS.url == url, ADDRESSED)
            .where(or_(_OURS.text != "", _OURS.title != ""))
            .order_by(_OURS.text == "", _OURS.first_seen_at, _OURS.id)
            .limit(1)
        )
        row = self._connection.execute(found).first()
        return article_of(row) if row else None

    def page(self, site_id: str, after: str = "", limit: int = 500) -> list[StoredArticle]:
        found = (
            the_article()
            .where(_OURS.site_id == site_id, _OURS.id > after)
            .order_by(_OURS.id)
            .limit(limit)
        )
        return [article_of(row) for row in self._connection.execute(found)]

    def heads(self, site_id: str, after: str, limit: int) -> list[ArticleHead]:
        found = (
            select(_OURS.id, _OURS.title, _OURS.url, _OURS.updated_at)
            .where(_OURS.site_id == site_id, _OURS.id > after)
            .order_by(_OURS.id)
            .limit(limit)
        )
        return [ArticleHead(**row._mapping) for row in self._connection.execute(found)]

    def first_seen(self, site_id: str, article_id: str) -> datetime | None:
        found = select(_OURS.first_seen_at).where(_OURS.site_id == site_id, _OURS.id == article_id)
        return self._connection.execute(found).scalar()

    def first_seen_of(self, site_id: str, article_ids: Sequence[str]) -> Mapping[str, datetime]:
        found = select(_OURS.id, _OURS.first_seen_at).where(
            _OURS.site_id == site_id, _OURS.id.in_(article_ids), _OURS.first_seen_at.is_not(None)
        )
        return {row.id: row.first_seen_at for row in self._connection.execute(found)}

    def put(self, article: StoredArticle, at: datetime) -> bool:
        statement = self._inserted(article, at)
        brought = statement.excluded
        # A site that knows no text must not take away the one that was had from its page.
        is_from_page = and_(
            brought.text == "", _OURS.fetched_at.is_not(None), brought.url == _OURS.url
        )
        told = {
            "title": case(
                (and_(is_from_page, brought.title == ""), _OURS.title), else_=brought.title
            ),
            "text": case((is_from_page, _OURS.text), else_=brought.text),
            "url": brought.url,
        }
        # One statement, so that two requests with the same new article do not collide.
        return self._written(
            statement.on_conflict_do_update(
                index_elements=["site_id", "id"],
                set_={
                    **told,
                    "updated_at": brought.updated_at,
                    "fetch_tries": 0,
                    "fetch_at": None,
                    "fetched_at": case((is_from_page, _OURS.fetched_at), else_=None),
                },
                where=or_(*(_OURS[name] != value for name, value in told.items())),
            )
        )

    def add(self, article: StoredArticle, at: datetime) -> bool:
        return self._written(self._inserted(article, at).on_conflict_do_nothing())

    def is_text_due(self, now: datetime, tries: int) -> bool:
        found = select(_OURS.id).where(*_due(now, tries)).limit(1)
        return self._connection.execute(found).first() is not None

    def claim_textless(self, now: datetime, waits: Sequence[timedelta]) -> StoredArticle | None:
        due = (
            select(*_COLUMNS, _OURS.fetch_tries)
            .where(*_due(now, len(waits)))
            .order_by(_OURS.fetch_tries, _OURS.fetch_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(due).first()
        if row is None:
            return None
        tried = update(articles).where(_OURS.site_id == row.site_id, _OURS.id == row.id)
        self._connection.execute(
            tried.values(fetch_tries=row.fetch_tries + 1, fetch_at=now + waits[row.fetch_tries])
        )
        return StoredArticle(**{name: getattr(row, name) for name in _ARTICLE})

    def fill(self, article: StoredArticle, at: datetime) -> bool:
        lacking = update(articles).where(
            _OURS.site_id == article.site_id,
            _OURS.id == article.id,
            _OURS.url == article.url,
            _OURS.text == "",
        )
        title = case((_OURS.title == "", article.title), else_=_OURS.title)
        values = {"title": title, "text": article.text, "updated_at": at, "fetched_at": at}
        return self._written(lacking.values(values))

    def _inserted(self, article: StoredArticle, at: datetime) -> postgresql.Insert | sqlite.Insert:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        values = {name: getattr(article, name) for name in _ARTICLE}
        return insert(articles).values(**values, updated_at=at, first_seen_at=at)

    def _written(self, statement: Any) -> bool:  # noqa: ANN401 - an insert or an update
        """Write one article and what it is found by; whether anything was written."""
        row = self._connection.execute(statement.returning(*_COLUMNS)).first()
        if row is not None:
            index_article(self._connection, article_of(row))
        return row is not None


def the_article() -> Select[Any]:
    """Articles as `article_of` reads them."""
    return select(*_COLUMNS)


def article_of(row: Row[Any]) -> StoredArticle:
    """The article of a row."""
    return StoredArticle(**row._mapping)


def _due(now: datetime, tries: int) -> tuple[ColumnElement[bool] | TextClause, ...]:
    # The index knows its condition by the very words.
    is_time = or_(_OURS.fetch_at.is_(None), _OURS.fetch_at <= now)
    return TEXTLESS, _OURS.fetch_tries < tries, is_time
