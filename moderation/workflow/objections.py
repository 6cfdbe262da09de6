"""Use cases: a reader reports a comment, an author appeals. Both bring it before a person."""

from __future__ import annotations

from moderation.comments import Reason, Site
from moderation.review_queue import Event, EventKind, ReviewItem, apply
from moderation.stored import Objection
from moderation.workflow.intake import present
from moderation.workflow.queueing import open_item
from moderation.workflow.services import Services

_REASONS = {"report": "reported", "appeal": "appeal"}
_EVENTS = {"report": EventKind.REPORTED, "appeal": EventKind.APPEALED}


def object_to(services: Services, site: Site, comment_id: str, objection: Objection) -> ReviewItem:
    """Keep the objection and queue the comment; a decided item is opened again.

    The same person counts once a kind and revision: sent again, it changes the words alone.
    Raises `NotFound` or `Erased` for a comment that is not there.
    """
    reason = Reason(_REASONS[objection.kind])
    with services.store.write() as work:
        comment = present(work, site, comment_id, lock=True)
        is_new = work.comments.object_to(comment.key, objection)
        item = work.queue.item_of(comment.key, lock=True)
        if item is not None and not is_new:
            work.commit()
            return item
        if item is None:
            event = open_item(comment, (reason,), objection.at)
        else:
            event = Event(
                item.id,
                item.sequence + 1,
                _EVENTS[objection.kind],
                objection.at,
                reasons=(reason,),
            )
        changed = apply(item, event)
        work.queue.append(changed, event)
        work.commit()
    return changed
