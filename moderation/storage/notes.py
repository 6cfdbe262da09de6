"""The words of notes between moderators; whose they are and when is in the item's events."""

from __future__ import annotations

from sqlalchemy import Connection, and_, insert, select

from moderation.storage.tables import notes, review_events
from moderation.stored import Note


class SqlNotes:
    """Notes on review items."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: Note) -> None:
        values = {"item_id": note.item_id, "sequence": note.sequence, "text": note.text}
        self._connection.execute(insert(notes).values(values))

    def of_item(self, item_id: str) -> list[Note]:
        events = review_events.c
        told_by = and_(events.item_id == notes.c.item_id, events.sequence == notes.c.sequence)
        found = (
            select(notes, events.actor, events.at)
            .join(review_events, told_by)
            .where(notes.c.item_id == item_id)
            .order_by(notes.c.sequence)
        )
        return [
            Note(row.item_id, row.sequence, row.actor, row.at, row.text)
            for row in self._connection.execute(found)
        ]
