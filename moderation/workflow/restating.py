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
    if (known.source_status is None) != (new.source_status is None):
        return False
    item = work.queue.item_of(known.key)
    if item is not None and item.verdict is not None:
        return False
    if known.source_status != new.source_status:
        return True
    if new.status in (None, known.status):
        return False
    return _status_by(work, item, new.status or known.status) is not known.status


def restate(services: Services, work: UnitOfWork, known: StoredComment, new: NewComment) -> bool:
    """Take the status over from the source, the comment being locked; whether it could be."""
    item = work.queue.item_of(known.key, lock=True)
    if not is_restated(work, known, new):
        return False
    now, status = services.now(), _status_by(work, item, new.status or known.status)
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


def _status_by(work: UnitOfWork, item: ReviewItem | None, told: Status) -> Status:
    """Where it is to stand: what people here said of it weighs more."""
    return status_of_revision(work.queue.events(item.id) if item else [], told)
