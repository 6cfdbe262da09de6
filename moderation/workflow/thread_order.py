"""Comments of a file in an order in which every parent comes before its replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from moderation.records import CommentRecord
from moderation.spill import HeldBack


def parents_first(
    records: Iterable[CommentRecord], is_there: Callable[[str], bool]
) -> Iterator[CommentRecord]:
    """The records, each reply held back until its parent has passed.

    `is_there` says whether a parent has passed or is there from earlier. At the end of
    the file come the replies whose parent is nowhere, each followed by its own answers;
    comments that answer one another in a circle come last. What is held back waits on
    disk, so that memory does not grow with the file.
    """
    waiting = HeldBack()
    for record in records:
        parent = record.comment.parent_id
        if parent is None or is_there(parent):
            yield record
            yield from _replies(record.comment.id, waiting)
        else:
            waiting.add(parent, record)
    for missing in waiting.missing():
        yield from _replies(missing, waiting)
    while (parent := waiting.first()) is not None:
        yield from _replies(parent, waiting)


def _replies(parent: str, waiting: HeldBack) -> Iterator[CommentRecord]:
    """All that waited for it, each reply after its parent and before its sisters."""
    path = [parent]
    while path:
        record = waiting.next_of(path[-1])
        if record is None:
            path.pop()
            continue
        yield record
        path.append(record.comment.id)
