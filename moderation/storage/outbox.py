"""Messages to the outside, kept until they are handed out, and then as long as they are told of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from moderation.outgoing import State
from moderation.storage.database import may_write
from moderation.storage.tables import outbox, webhook_deliveries
from moderation.stored import OutboxMessage

MESSAGE_FIELDS = (
    *("id", "site_id", "type", "payload", "created_at"),
    *("item_id", "sequence", "sent_at"),
)


class SqlOutbox:
    """Messages to the outside, in the order they were written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> None:
        values = {name: getattr(message, name) for name in MESSAGE_FIELDS}
        self._connection.execute(insert(outbox).values(values | {"payload": dict(message.payload)}))

    def withdraw(self, item_id: str, sequence: int) -> bool:
        about = (outbox.c.item_id == item_id, outbox.c.sequence == sequence)
        # Waits for whoever is handing the message out, and then finds it handed out.
        unsent = delete(outbox).where(*about, outbox.c.sent_at.is_(None))
        if self._connection.execute(unsent).rowcount > 0:
            return True
        ids = self._connection.execute(select(outbox.c.id).where(*about)).scalars().all()
        ours = webhook_deliveries.c
        # Waits for whoever takes one of them up, and then leaves that one.
        not_left = delete(webhook_deliveries).where(
            ours.message_id.in_(ids),
            ours.state.in_((State.PENDING.value, State.DISCARDED.value)),
            ours.may_have_left.is_(False),
        )
        if not self._connection.execute(not_left).rowcount:
            return False
        left = select(ours.message_id).where(ours.message_id.in_(ids)).limit(1)
        if self._connection.execute(left).first() is not None:
            return False
        self.remove(ids)
        return True

    def pending(self, limit: int) -> list[OutboxMessage]:
        """In a writing unit they are locked, and those that others hold left out."""
        found = _messages().where(outbox.c.sent_at.is_(None)).limit(limit)
        if may_write(self._connection):
            found = found.with_for_update(skip_locked=True)
        return [OutboxMessage(**row._mapping) for row in self._connection.execute(found)]

    def mark_sent(self, message_id: str, at: datetime) -> None:
        self.mark_all_sent([message_id], at)

    def mark_all_sent(self, message_ids: Collection[str], at: datetime) -> None:
        those = update(outbox).where(outbox.c.id.in_(message_ids))
        self._connection.execute(those.values(sent_at=at))

    def remove(self, message_ids: Collection[str]) -> None:
        self._connection.execute(delete(outbox).where(outbox.c.id.in_(message_ids)))

    def all(self, limit: int) -> list[OutboxMessage]:
        rows = self._connection.execute(_messages().limit(limit))
        return [OutboxMessage(**row._mapping) for row in rows]


def _messages() -> Select[Any]:
    return select(*(outbox.c[name] for name in MESSAGE_FIELDS)).order_by(outbox.c.position)
