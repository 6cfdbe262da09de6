"""Use cases that only look: the waiting queue as a list, and what a moderator did last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from moderation.accounts import Permission, User
from moderation.comments import StoredComment
from moderation.errors import Forbidden
from moderation.review_queue import ReviewItem
from moderation.stored import Facets, QueueFilter
from moderation.stores import UnitOfWork
from moderation.workflow.case_file import may_see
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
        holders = {item.id: item.held_by(now) for item in page.items}
        users = work.accounts.users_by_id(sorted({id for id in holders.values() if id}))
        rows = tuple(
            replace(row, holder=users.get(holders[row.item.id] or ""))
            for row in rows_of(work, page.items)
        )
        leads = actor.may(Permission.REVIEW_ESCALATED)
        counts = work.queue.counts(wanted.site_id, with_escalated=leads)
        return QueueList(rows, counts, page.next_cursor)


def rows_of(work: UnitOfWork, items: Sequence[ReviewItem]) -> tuple[Row, ...]:
    """The items with their comments, in the same order."""
    comments = work.comments.by_keys([item.comment_key for item in items])
    return tuple(
        Row(item, comments[item.comment_key]) for item in items if item.comment_key in comments
    )


def count_facets(services: Services, actor: User, wanted: QueueFilter) -> Facets:
    """How many items fit that `actor` may decide, by each way to choose."""
    with services.store.read() as work:
        return work.queue.facets(only_for(actor, wanted))


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


def held_row(services: Services, actor: User) -> Row | None:
    """The item that the actor took first of those they hold, with its comment."""
    with services.store.read() as work:
        held = work.queue.held_by(actor.id, services.now())
        # Whoever was a lead when they took what was escalated may be none any more.
        theirs = [item for item in held if may_see(actor, item)]
        return next(iter(rows_of(work, theirs[:1])), None)


def recent_acts(services: Services, actor: User, limit: int = 5) -> tuple[Row, ...]:
    """The actor's latest verdicts and skips still in force, latest first."""
    with services.store.read() as work:
        return rows_of(work, work.queue.last_verdicts(actor.id, limit))


def user_names(services: Services) -> dict[str, str]:
    """The display name of every user by id, for telling who did what."""
    with services.store.read() as work:
        return {user.id: user.name or user.login for user in work.accounts.users()}


def site_names(services: Services) -> dict[str, str]:
    """The name of every site by id."""
    with services.store.read() as work:
        return {site.id: site.name or site.id for site in work.sites.all()}
