"""Endpoints of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, literal_column, or_, select, update

from moderation.outgoing import Endpoint, Off
from moderation.storage.tables import webhook_deliveries, webhook_endpoints

_OURS = webhook_endpoints.c
_FIELDS = (
    *("id", "site_id", "url", "created_at", "secrets", "label", "types"),
    *("off", "off_since", "failures", "failing_since", "failed_at", "quiet_until"),
)


class SqlEndpoints:
    """Addresses of sites that want to be told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, endpoint_id: str, *, lock: bool = False) -> Endpoint | None:
        found = select(webhook_endpoints).where(_OURS.id == endpoint_id)
        if lock:
            # Not against those who only hand it something: that looks at its key alone.
            found = found.with_for_update(key_share=True)
        row = self._connection.execute(found).first()
        return _endpoint_of(row) if row else None

    def put(self, endpoint: Endpoint) -> None:
        values = {name: getattr(endpoint, name) for name in _FIELDS}
        values["off"] = endpoint.off.value if endpoint.off else None
        # Not an upsert: each takes a number of the order in which they were made.
        known = update(webhook_endpoints).where(_OURS.id == endpoint.id).values(values)
        if not self._connection.execute(known).rowcount:
            self._connection.execute(insert(webhook_endpoints).values(values))

    def of(self, site_id: str | None = None, *, lock: bool = False) -> list[Endpoint]:
        found = select(webhook_endpoints).order_by(_OURS.position)
        if lock:
            found = found.with_for_update(key_share=True)
        if site_id is not None:
            found = found.where(_OURS.site_id == site_id)
        return [_endpoint_of(row) for row in self._connection.execute(found)]

    def due(self, now: datetime) -> list[Endpoint]:
        theirs = webhook_deliveries.c
        waits = select(theirs.endpoint_id).where(
            theirs.endpoint_id == _OURS.id,
            # As text: a value that is bound later proves no index of pending ones to fit.
            theirs.state == literal_column("'pending'"),
            theirs.due_at <= now,
        )
        found = (
            select(webhook_endpoints)
            .where(
                _OURS.off.is_(None),
                or_(_OURS.quiet_until.is_(None), _OURS.quiet_until <= now),
                waits.exists(),
            )
            .order_by(_OURS.position)
        )
        return [_endpoint_of(row) for row in self._connection.execute(found)]


def _endpoint_of(row: Row[Any]) -> Endpoint:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Endpoint(**values | {"off": Off(row.off) if row.off else None})
