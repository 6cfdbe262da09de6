"""Use cases that only look: the waiting queue as a list, and what a moderator did last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.accounts import Permission, User
from moderation.comments import StoredComment
from moderation.errors import Forbidden
from moderation.review_queue import ReviewItem
from moderation.stores import QueueFilter
from moderation.workflow.services import Services


@dataclass(frozen=True, slots=True)
class Row:
    """An item with the comment it is about, and who holds it now."""

    item: ReviewItem
    comment: StoredComment
    holder: User | None = None


@dataclass(frozen=True, slots=True)
class QueueList:
    """One page of waiting items in queue order, and how many wait of each kind."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    next_cursor: str | None


def list_waiting(
    services: Services, actor: User, wanted: QueueFilter, limit: int, cursor: str | None = None
) -> QueueList:
    """Waiting items as `actor` may see them: escalated ones only for leads."""
    wanted, now = only_for(actor, wanted), services.now()
    with services.store.read() as work:
        page = work.queue.waiting(wanted, limit, cursor)
        rows = []
        for item in page.items:
            comment = work.comments.by_key(item.comment_key)
            holder = item.held_by(now)
            if comment is not None:
                rows.append(Row(item, comment, work.accounts.user(holder) if holder else None))
        leads = actor.may(Permission.REVIEW_ESCALATED)
        counts = work.queue.counts(wanted.site_id, with_escalated=leads)
        return QueueList(tuple(rows), counts, page.next_cursor)


def only_for(actor: User, wanted: QueueFilter) -> QueueFilter:
    """Of what is wanted, what `actor` may decide. Raises `Forbidden` where that is nothing."""
    if actor.may(Permission.REVIEW_ESCALATED):
        return wanted
    if wanted.escalated:
        raise Forbidden("Escalated comments are for lead moderators.")
    return replace(wanted, escalated=False)


def count_waiting(services: Services, actor: User) -> int:
    """How many items wait that `actor` may decide."""
    with services.store.read() as work:
        counts = work.queue.counts(with_escalated=actor.may(Permission.REVIEW_ESCALATED))
    return counts["open"] + counts["escalated"]


def something_waits(services: Services, actor: User, wanted: QueueFilter) -> bool:
    """Whether an item is free that the actor could claim. Takes nothing."""
    wanted = replace(only_for(actor, wanted), not_skipped_by=actor.id)
    with services.store.read() as work:
        return work.queue.next_free(services.now(), wanted) is not None


def recent_acts(services: Services, actor: User, limit: int = 5) -> tuple[Row, ...]:
    """The actor's latest verdicts and skips still in force, latest first."""
    with services.store.read() as work:
        found = [
            (item, work.comments.by_key(item.comment_key))
            for item in work.queue.last_verdicts(actor.id, limit)
        ]
    return tuple(Row(item, comment) for item, comment in found if comment is not None)


def user_names(services: Services) -> dict[str, str]:
    """The display name of every user by id, for telling who did what."""
    with services.store.read() as work:
        return {user.id: user.name or user.login for user in work.accounts.users()}
