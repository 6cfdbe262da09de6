"""Sites and their articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.comments import Site, StoredArticle
from moderation.rulebook import NO_RULES, SiteRules
from moderation.storage.rows import upsert
from moderation.storage.search_index import index_article
from moderation.storage.tables import articles, sites
from moderation.stored import ArticleHead

_SITE = ("id", "name", "language", "url", "publish_on_review", "thresholds")
_COLUMNS = tuple(sites.c[name] for name in (*_SITE, "rules_digest"))
_ARTICLE = ("site_id", "id", "title", "text", "url")


_MOST_KNOWN = 64
_known: dict[str, SiteRules] = {"": NO_RULES}
"""Rules by their digest: a long word list is not read anew for every comment. Only ever a cache."""


class SqlSites:
    """Publications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, *, lock: bool = False) -> Site | None:
        found = select(*_COLUMNS).where(sites.c.id == site_id)
        row = self._connection.execute(found.with_for_update() if lock else found).first()
        return self._site(row) if row else None

    def put(self, site: Site) -> None:
        values = {name: getattr(site, name) for name in (*_SITE, "rules")}
        digest = "" if site.rules.are_none else site.rules.digest
        upsert(self._connection, sites, values | {"rules_digest": digest})

    def all(self) -> list[Site]:
        rows = self._connection.execute(select(*_COLUMNS).order_by(sites.c.id)).all()
        return [self._site(row) for row in rows]

    def _site(self, row: Row[Any]) -> Site:
        values = {name: getattr(row, name) for name in _SITE}
        return Site(**values, rules=_known.get(row.rules_digest) or self._rules(row.id))

    def _rules(self, site_id: str) -> SiteRules:
        found = select(sites.c.rules, sites.c.rules_digest).where(sites.c.id == site_id)
        row = self._connection.execute(found).one()
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
            _known[""] = NO_RULES
        return _known.setdefault(row.rules_digest, row.rules)


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

    def heads(self, site_id: str, after: str, limit: int) -> list[ArticleHead]:
        found = (
            select(articles.c.id, articles.c.title, articles.c.url, articles.c.updated_at)
            .where(articles.c.site_id == site_id, articles.c.id > after)
            .order_by(articles.c.id)
            .limit(limit)
        )
        return [ArticleHead(**row._mapping) for row in self._connection.execute(found)]

    def first_seen(self, site_id: str, article_id: str) -> datetime | None:
        found = select(articles.c.first_seen_at).where(
            articles.c.site_id == site_id, articles.c.id == article_id
        )
        return self._connection.execute(found).scalar()

    def first_seen_of(self, site_id: str, article_ids: Sequence[str]) -> Mapping[str, datetime]:
        found = select(articles.c.id, articles.c.first_seen_at).where(
            articles.c.site_id == site_id,
            articles.c.id.in_(article_ids),
            articles.c.first_seen_at.is_not(None),
        )
        return {row.id: row.first_seen_at for row in self._connection.execute(found)}

    def put(self, article: StoredArticle, at: datetime) -> bool:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        values = {name: getattr(article, name) for name in _ARTICLE} | {"updated_at": at}
        values["first_seen_at"] = at
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
