"""Comments that were asked about as one asks Akismet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.storage.rows import upsert
from moderation.storage.tables import spam_blogs, spam_checks
from moderation.stored import SpamCheck, SpamTally

_OURS, _BLOGS = spam_checks.c, spam_blogs.c
_MOST_ALIKE = 20


class SqlSpamChecks:
    """Ids and answers, counted by the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, check_id: str) -> SpamCheck | None:
        return self._one(_OURS.site_id == site_id, _OURS.id == check_id)

    def by_theirs(self, site_id: str, theirs: str) -> SpamCheck | None:
        return self._one(_OURS.site_id == site_id, _OURS.theirs == theirs)

    def by_alike(self, site_id: str, digests: Sequence[str]) -> list[SpamCheck]:
        found = (
            select(spam_checks)
            .where(_OURS.site_id == site_id, _OURS.alike.in_(digests))
            .order_by(_OURS.at.desc(), _OURS.id)
            .limit(_MOST_ALIKE)
        )
        return [SpamCheck(**row._mapping) for row in self._connection.execute(found)]

    def put(self, check: SpamCheck) -> None:
        upsert(self._connection, spam_checks, asdict(check))

    def meet(self, site_id: str, blog: str, at: datetime) -> None:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        met = insert(spam_blogs).values(site_id=site_id, blog=blog, at=at)
        self._connection.execute(met.on_conflict_do_nothing())

    def home(self, site_id: str, preferred: str) -> str | None:
        found = (
            select(_BLOGS.blog)
            .where(_BLOGS.site_id == site_id)
            .order_by((_BLOGS.blog == preferred).desc(), _BLOGS.at, _BLOGS.blog)
            .limit(1)
        )
        return self._connection.execute(found).scalar()

    def tally(
        self, site_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> SpamTally:
        counted = select(_OURS.is_spam, _OURS.verdict, func.count()).where(_OURS.site_id == site_id)
        if since is not None:
            counted = counted.where(_OURS.at >= since)
        if until is not None:
            counted = counted.where(_OURS.at < until)
        spam = ham = missed = mistaken = 0
        for is_spam, verdict, number in self._connection.execute(
            counted.group_by(_OURS.is_spam, _OURS.verdict)
        ):
            if is_spam:
                spam += number
                mistaken += number if verdict == "approve" else 0
            else:
                ham += number
                missed += number if verdict == "reject" else 0
        return SpamTally(spam, ham, missed, mistaken)

    def _one(self, *which: ColumnElement[bool]) -> SpamCheck | None:
        found = select(spam_checks).where(*which).order_by(_OURS.at.desc(), _OURS.id).limit(1)
        row = self._connection.execute(found).first()
        return SpamCheck(**row._mapping) if row else None
