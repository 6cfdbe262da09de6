"""Messages to the outside, kept until somebody has sent them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from moderation.storage.database import may_write
from moderation.storage.tables import outbox
from moderation.stored import OutboxMessage

_FIELDS = (
    *("id", "site_id", "type", "payload", "created_at"),
    *("item_id", "sequence", "sent_at"),
)


class SqlOutbox:
    """Messages to the outside, in the order they were written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> None:
        values = {name: getattr(message, name) for name in _FIELDS}
        self._connection.execute(insert(outbox).values(values | {"payload": dict(message.payload)}))

    def withdraw(self, item_id: str, sequence: int) -> bool:
        # Waits for a sender who has locked the row, and then finds it sent.
        unsent = delete(outbox).where(
            outbox.c.item_id == item_id,
            outbox.c.sequence == sequence,
            outbox.c.sent_at.is_(None),
        )
        return self._connection.execute(unsent).rowcount > 0

    def pending(self, limit: int) -> list[OutboxMessage]:
        """Unsent messages, oldest first; in a writing unit locked, without those of others."""
        found = (
            select(*(outbox.c[name] for name in _FIELDS))
            .where(outbox.c.sent_at.is_(None))
            .order_by(outbox.c.position)
            .limit(limit)
        )
        if may_write(self._connection):
            found = found.with_for_update(skip_locked=True)
        return [OutboxMessage(**row._mapping) for row in self._connection.execute(found)]

    def mark_sent(self, message_id: str, at: datetime) -> None:
        self._connection.execute(update(outbox).where(outbox.c.id == message_id).values(sent_at=at))
