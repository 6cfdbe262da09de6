"""The log of the calls of endpoints."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from moderation.outgoing import Attempt
from moderation.storage.tables import webhook_attempts, webhook_endpoints

_OURS = webhook_attempts.c
_FIELDS = (
    *("endpoint_id", "message_id", "type", "number"),
    *("at", "milliseconds", "status", "error"),
)


class SqlAttempts:
    """Attempts in the order in which they were kept; a bounded number of each endpoint's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def log(self, attempts: Sequence[Attempt]) -> None:
        rows = [
            {name: getattr(one, name) for name in _FIELDS} | {"got_through": one.got_through}
            for one in attempts
        ]
        if rows:
            self._connection.execute(insert(webhook_attempts), rows)

    def attempts(self, endpoint_id: str, limit: int, *, failed: bool = False) -> list[Attempt]:
        found = select(*(_OURS[name] for name in _FIELDS)).where(_OURS.endpoint_id == endpoint_id)
        if failed:
            found = found.where(_OURS.got_through.is_(False))
        rows = self._connection.execute(found.order_by(_OURS.position.desc()).limit(limit))
        return [Attempt(**row._mapping) for row in rows]

    def forget_attempts(self, kept: int) -> None:
        """Of each endpoint's log leave the last `kept` of either outcome."""
        for endpoint_id in self._connection.execute(select(webhook_endpoints.c.id)).scalars().all():
            for outcome in (True, False):
                those = (_OURS.endpoint_id == endpoint_id, _OURS.got_through.is_(outcome))
                last = select(_OURS.position).where(*those).order_by(_OURS.position.desc())
                first_too_many = last.offset(kept).limit(1)
                position = self._connection.execute(first_too_many).scalar()
                if position is not None:
                    self._connection.execute(
                        delete(webhook_attempts).where(*those, _OURS.position <= position)
                    )
