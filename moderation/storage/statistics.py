"""What sites and moderators did, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, func, select

from moderation.comments import Status
from moderation.outgoing import OutgoingCounts
from moderation.storage import comment_counts, outgoing_counts
from moderation.storage.tables import review_items, sites
from moderation.stored import CommentCounts, DayOfVerdicts


class SqlStatistics:
    """Counts that are there already, or are read off an index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def comments(self, site_id: str | None = None) -> CommentCounts:
        return comment_counts.sums(self._connection, site_id)

    def verdicts(self, days: Sequence[date], site_id: str | None = None) -> list[DayOfVerdicts]:
        return [self._of_day(day, site_id) for day in days]

    def outgoing(self) -> OutgoingCounts:
        return outgoing_counts.counted(self._connection)

    def _of_day(self, day: date, site_id: str | None) -> DayOfVerdicts:
        begins = datetime.combine(day, time(), UTC)
        decided = review_items.c.decided_at
        found = select(review_items.c.status, func.count()).group_by(review_items.c.status)
        found = found.where(decided >= begins, decided < begins + timedelta(days=1))
        if site_id is None:
            # By every site there is, so that the index is entered which begins with the site.
            found = found.where(review_items.c.site_id.in_(select(sites.c.id)))
        else:
            found = found.where(review_items.c.site_id == site_id)
        counted = {status: number for status, number in self._connection.execute(found)}
        return DayOfVerdicts(
            day, counted.get(Status.PUBLISHED.value, 0), counted.get(Status.REJECTED.value, 0)
        )
