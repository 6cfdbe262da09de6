"""What becomes of a comment whose status has changed where it comes from, its text the same.

It takes the new status, unless a moderator here has spoken on it.
"""

from __future__ import annotations

from dataclasses import replace

from moderation.comments import NewComment, StoredComment
from moderation.review_queue import apply
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import queue_revision, requeue_restated, status_of_revision
from moderation.workflow.services import Services


def is_restated(work: UnitOfWork, known: StoredComment, new: NewComment) -> bool:
    """Whether the source says another word for its status, and no verdict here is in force."""
    if None in (known.source_status, new.source_status):
        return False
    if known.source_status == new.source_status:
        return False
    item = work.queue.item_of(known.key)
    return item is None or item.verdict is None


def restate(services: Services, work: UnitOfWork, known: StoredComment, new: NewComment) -> bool:
    """Take the status over from the source, the comment being locked; whether it could be."""
    item = work.queue.item_of(known.key, lock=True)
    if not is_restated(work, known, new):
        return False
    now, said = services.now(), work.queue.events(item.id) if item else []
    status = status_of_revision(said, new.status or known.status)
    changed = replace(known, status=status, source_status=new.source_status)
    work.comments.set_status(known.key, status, source_status=new.source_status)
    event = (
        requeue_restated(changed, item, now)
        if item
        else queue_revision(changed, None, now, services.audit_rate)
    )
    if event is not None:
        work.queue.append(apply(item, event), event)
    return True
