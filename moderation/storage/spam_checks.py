"""Comments that were asked about as one asks Akismet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from moderation.storage.rows import upsert
from moderation.storage.tables import spam_checks
from moderation.stored import SpamCheck, SpamTally

_OURS = spam_checks.c


class SqlSpamChecks:
    """Ids and answers, counted by the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, check_id: str) -> SpamCheck | None:
        return self._one(_OURS.site_id == site_id, _OURS.id == check_id)

    def by_theirs(self, site_id: str, theirs: str) -> SpamCheck | None:
        return self._one(_OURS.site_id == site_id, _OURS.theirs == theirs)

    def put(self, check: SpamCheck) -> None:
        upsert(self._connection, spam_checks, asdict(check))

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
