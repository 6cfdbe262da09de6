"""Comments of a file in an order in which every parent comes before its replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from moderation.records import CommentRecord


def parents_first(
    records: Iterable[CommentRecord], is_stored: Callable[[str], bool]
) -> Iterator[CommentRecord]:
    """The records, each reply held back until its parent has passed.

    `is_stored` says whether a parent is there from earlier. At the end of the file come
    the replies whose parent is nowhere, each followed by its own answers; comments that
    answer one another in a circle come last. Only what is held back is kept in memory,
    beside the ids that have passed.
    """
    passed: set[str] = set()
    waiting: dict[str, list[CommentRecord]] = defaultdict(list)
    for record in records:
        parent = record.comment.parent_id
        if parent is None or parent in passed or is_stored(parent):
            yield from _with_replies(record, waiting, passed)
        else:
            waiting[parent].append(record)
    held_back = {record.comment.id for group in waiting.values() for record in group}
    for parent in [missing for missing in waiting if missing not in held_back]:
        for record in waiting.pop(parent):
            yield from _with_replies(record, waiting, passed)
    while waiting:
        for record in waiting.pop(next(iter(waiting))):
            yield from _with_replies(record, waiting, passed)


def _with_replies(
    record: CommentRecord, waiting: dict[str, list[CommentRecord]], passed: set[str]
) -> Iterator[CommentRecord]:
    """The record and all that waited for it, each reply after its parent."""
    ready = [record]
    while ready:
        current = ready.pop()
        passed.add(current.comment.id)
        yield current
        ready.extend(reversed(waiting.pop(current.comment.id, [])))
