"""What people chose for themselves, when they last rested, and what they did since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from moderation.preferences import Choices
from moderation.review_queue import EventKind
from moderation.storage.rows import upsert
from moderation.storage.tables import preferences, review_events, review_items
from moderation.stored import Act

_OURS = preferences.c
_ACTS = (EventKind.DECIDED.value, EventKind.SKIPPED.value)


class SqlPreferences:
    """A row a person, made with their first choice or break."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> Choices:
        found = select(_OURS.choices).where(_OURS.user_id == user_id)
        return self._connection.execute(found).scalar() or Choices()

    def put(self, user_id: str, choices: Choices) -> None:
        upsert(self._connection, preferences, {"user_id": user_id, "choices": choices})

    def rested_at(self, user_id: str) -> datetime | None:
        found = select(_OURS.rested_at).where(_OURS.user_id == user_id)
        return self._connection.execute(found).scalar()

    def rest(self, user_id: str, at: datetime) -> None:
        upsert(self._connection, preferences, {"user_id": user_id, "rested_at": at})

    def acts(self, user_id: str, since: datetime) -> list[Act]:
        events = review_events.c
        latest = (
            select(events.item_id, func.max(events.at).label("at"))
            .where(
                events.actor == user_id,
                events.at >= since,
                events.kind.concat("").in_(_ACTS),  # by the index of the person
            )
            .group_by(events.item_id)
            .subquery("latest")
        )
        found = (
            select(latest.c.at, review_items.c.reasons)
            .join(review_items, review_items.c.id == latest.c.item_id)
            .order_by(latest.c.at)
        )
        return [Act(row.at, row.reasons) for row in self._connection.execute(found)]
