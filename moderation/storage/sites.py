"""Sites."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from moderation.comments import Site
from moderation.rulebook import NO_RULES, SiteRules
from moderation.storage.rows import upsert
from moderation.storage.tables import sites

_SITE = ("id", "name", "language", "url", "publish_on_review", "thresholds")
_COLUMNS = tuple(sites.c[name] for name in (*_SITE, "rules_digest"))


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
