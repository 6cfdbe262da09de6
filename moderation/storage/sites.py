"""Sites and their articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.comments import Site, StoredArticle
from moderation.storage.rows import upsert
from moderation.storage.search_index import index_article
from moderation.storage.tables import articles, sites

_SITE = ("id", "name", "language", "url", "publish_on_review", "thresholds")
_ARTICLE = ("site_id", "id", "title", "text", "url")


class SqlSites:
    """Publications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str) -> Site | None:
        row = self._connection.execute(select(sites).where(sites.c.id == site_id)).first()
        return _site(row) if row else None

    def put(self, site: Site) -> None:
        upsert(self._connection, sites, {name: getattr(site, name) for name in _SITE})

    def all(self) -> list[Site]:
        return [_site(row) for row in self._connection.execute(select(sites).order_by(sites.c.id))]


class SqlArticles:
    """Articles under their site's ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, article_id: str) -> StoredArticle | None:
        found = the_article().where(articles.c.site_id == site_id, articles.c.id == article_id)
        row = self._connection.execute(found).first()
        return article_of(row) if row else None

    def page(self, site_id: str, after: str = "", limit: int = 500) -> list[StoredArticle]:
        found = (
            the_article()
            .where(articles.c.site_id == site_id, articles.c.id > after)
            .order_by(articles.c.id)
            .limit(limit)
        )
        return [article_of(row) for row in self._connection.execute(found)]

    def put(self, article: StoredArticle, at: datetime) -> bool:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        values = {name: getattr(article, name) for name in _ARTICLE} | {"updated_at": at}
        statement = insert(articles).values(**values)
        told = ("title", "text", "url")
        # One statement, so that two requests with the same new article do not collide.
        done = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["site_id", "id"],
                set_={name: statement.excluded[name] for name in (*told, "updated_at")},
                where=or_(*(articles.c[name] != statement.excluded[name] for name in told)),
            ).returning(articles.c.id)
        )
        changed = done.first() is not None
        if changed:
            index_article(self._connection, article)
        return changed


def the_article() -> Select[Any]:
    """Articles as `article_of` reads them."""
    return select(*(articles.c[name] for name in _ARTICLE))


def article_of(row: Row[Any]) -> StoredArticle:
    """The article of a row."""
    return StoredArticle(**row._mapping)


def _site(row: Row[tuple[object, ...]]) -> Site:
    return Site(**{name: getattr(row, name) for name in _SITE})
