"""How much has not arrived at the endpoints, read off indexes and never off what is finished."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from moderation.outgoing import Off, OutgoingCounts, State
from moderation.storage.tables import outbox, webhook_deliveries, webhook_endpoints

_DELIVERIES = webhook_deliveries.c
_ENDPOINTS = webhook_endpoints.c


def counted(connection: Connection) -> OutgoingCounts:
    """The counts of this moment."""
    endpoints = select(_ENDPOINTS.off, func.count()).where(_ENDPOINTS.off.is_not(None))
    off = {
        Off(why): number for why, number in connection.execute(endpoints.group_by(_ENDPOINTS.off))
    }
    unsent = select(func.count(), func.min(outbox.c.position)).where(outbox.c.sent_at.is_(None))
    new, first_new = connection.execute(unsent).one()
    by_state = {row.state: row for row in connection.execute(_unfinished())}
    waiting, failed = (by_state.get(state.value) for state in (State.PENDING, State.FAILED))
    first = [position for position in (first_new, waiting and waiting.first) if position]
    return OutgoingCounts(
        new=new,
        waiting=waiting.number if waiting else 0,
        failed=failed.number if failed else 0,
        oldest_at=_written_at(connection, min(first)) if first else None,
        off=off,
    )


def _unfinished() -> Select[tuple[str, int, int]]:
    # One endpoint after the other, so that the index is entered which begins with it. Both states
    # at once: for one alone PostgreSQL may go through all of that state for every endpoint.
    return (
        select(
            _DELIVERIES.state,
            func.count().label("number"),
            func.min(_DELIVERIES.position).label("first"),
        )
        .where(
            _DELIVERIES.endpoint_id.in_(select(_ENDPOINTS.id)),
            _DELIVERIES.state.in_((State.PENDING.value, State.FAILED.value)),
        )
        .group_by(_DELIVERIES.state)
    )


def _written_at(connection: Connection, position: int) -> datetime | None:
    found = select(outbox.c.created_at).where(outbox.c.position == position)
    return connection.execute(found).scalar()
