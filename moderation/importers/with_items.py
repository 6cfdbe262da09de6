"""A comment of our own export together with its review item, which stands a few lines further on.

Between the two there is only what belongs to the comment, so that one comment at a time is
held back and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from moderation.errors import ImportRefused
from moderation.records import (
    CommentRecord,
    ItemRecord,
    LeftBehindRecord,
    ObjectionRecord,
    Queued,
    Record,
    UnreadableRecord,
)

_CODES = {"report": "reported", "appeal": "appeal"}


def with_items(records: Iterable[Record]) -> Iterator[Record]:
    """The records; a waiting item is part of its comment, and any other stays as it is."""
    held: CommentRecord | None = None
    objected: set[str] = set()
    try:
        for record in records:
            if held is not None and not _may_belong(record, held):
                yield held
                held = None
            if isinstance(record, CommentRecord):
                held, objected = record, set()
            elif isinstance(record, ItemRecord) and held is not None:
                held = _with_item(held, record, objected)
                if not record.is_waiting:
                    yield record
            else:
                if isinstance(record, ObjectionRecord) and record.waiting:
                    objected.add(_CODES[record.kind])
                yield record
    except ImportRefused:
        # What was read before the break is good.
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def _may_belong(record: Record, held: CommentRecord) -> bool:
    if isinstance(record, ObjectionRecord | ItemRecord):
        return record.comment_id == held.comment.id
    return isinstance(record, LeftBehindRecord | UnreadableRecord)


def _with_item(held: CommentRecord, record: ItemRecord, objected: set[str]) -> CommentRecord:
    if not record.is_waiting:
        # Somebody has spoken on it, so that its status is no longer the score's to set.
        return replace(held, is_unscored=False)
    asked: Queued = record.as_queued
    # What still waits for an answer is brought by itself, and counted then.
    reasons = tuple(reason for reason in asked.reasons if reason.code not in objected)
    return replace(held, queued=replace(asked, reasons=reasons))
