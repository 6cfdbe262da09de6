"""Use case: a moderator leaves the others a note on an item. It changes nothing about the item."""

from __future__ import annotations

from moderation.accounts import User
from moderation.errors import Erased, InvalidInput
from moderation.review_queue import Event, EventKind, Stage, apply
from moderation.stored import Note
from moderation.workflow.case_file import locked_item, require_sight
from moderation.workflow.services import Services

MAX_NOTE = 2_000
"""Longest note, in Unicode code points."""


def add_note(services: Services, actor: User, item_id: str, text: str) -> Note:
    """Keep a note; the same words again, with nothing between, are the same note.

    Raises `InvalidInput` for one that is empty or too long, `NotFound`, `Erased`, and
    `Forbidden` for an item that the actor may not see.
    """
    words = text.replace("\r\n", "\n").strip()
    if not 0 < len(words) <= MAX_NOTE:
        raise InvalidInput("text", f"must have 1 to {MAX_NOTE} characters")
    with services.store.write() as work:
        item = locked_item(work, item_id)
        if item.stage is Stage.ERASED:
            raise Erased("This comment has been erased.")
        require_sight(actor, item)
        known = work.notes.of_item(item_id)
        if known and (known[-1].author, known[-1].text) == (actor.id, words):
            return known[-1]
        event = Event(item.id, item.sequence + 1, EventKind.NOTED, services.now(), actor.id)
        note = Note(item.id, event.sequence, actor.id, event.at, words)
        work.queue.append(apply(item, event), event)
        work.notes.add(note)
        work.commit()
    return note
