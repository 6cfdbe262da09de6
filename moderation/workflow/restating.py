"""What becomes of a comment whose status has changed where it comes from, its text the same.

It takes the new status, unless a moderator here has spoken on it.
"""

from __future__ import annotations

from dataclasses import replace

from moderation.comments import NewComment, Status, StoredComment
from moderation.review_queue import ReviewItem, apply
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import queue_revision, requeue_restated, status_of_revision
from moderation.workflow.services import Services


def is_restated(work: UnitOfWork, known: StoredComment, new: NewComment) -> bool:
    """Whether the source says another status, or another word for it, and no verdict is in force.

    Not told where only one of the two came with such a word: they are not of one source.
    """
    return _new_status(work, work.queue.item_of(known.key), known, new) is not None


def restate(services: Services, work: UnitOfWork, known: StoredComment, new: NewComment) -> bool:
    """Take the status over from the source, the comment being locked; whether it could be."""
    item = work.queue.item_of(known.key, lock=True)
    status = _new_status(work, item, known, new)
    if status is None:
        return False
    now = services.now()
    changed = replace(known, status=status, source_status=new.source_status)
    work.comments.set_status(known.key, status, source_status=new.source_status)
    event = (
        requeue_restated(changed, item, now)
        if item
        else queue_revision(changed, None, now, 0.0, is_told=True)
    )
    if event is not None:
        work.queue.append(apply(item, event), event)
    return True


def _new_status(
    work: UnitOfWork, item: ReviewItem | None, known: StoredComment, new: NewComment
) -> Status | None:
    """Where it is to stand by its source's word; `None` where that is nothing new here."""
    has_word = new.source_status is not None
    if has_word != (known.source_status is not None):
        return None
    if item is not None and item.verdict is not None:
        return None
    says_another = known.source_status != new.source_status
    if not says_another and new.status in (None, known.status):
        return None
    # What people here said of it before weighs more.
    said = work.queue.events(item.id) if item else []
    status = status_of_revision(said, new.status or known.status)
    return status if says_another or status is not known.status else None
