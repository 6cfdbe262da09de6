"""Use cases that open an item: everything that a moderator judges by, read in one view."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.accounts import Permission, User
from moderation.comments import Revision, StoredArticle, StoredComment
from moderation.errors import Erased, Forbidden, NotFound
from moderation.review_queue import Event, ReviewItem, Stage
from moderation.stored import Note, Objection, PastComment
from moderation.stores import UnitOfWork
from moderation.workflow.author_history import AuthorHistory, history_of
from moderation.workflow.services import Services


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one item that a moderator judges by."""

    item: ReviewItem
    comment: StoredComment
    article: StoredArticle | None
    ancestors: tuple[StoredComment, ...]
    """Nearest parent first."""
    siblings: tuple[StoredComment, ...]
    """Some of those that answer what it answers, oldest first."""
    replies: tuple[StoredComment, ...]
    author: AuthorHistory | None
    """`None` where the site names nobody who could be known again."""
    objections: tuple[Objection, ...]
    notes: tuple[Note, ...]
    revisions: tuple[Revision, ...]
    events: tuple[Event, ...]
    holder: User | None
    """Who holds a live lease."""
    decided_by: User | None


def open_case(services: Services, item_id: str) -> CaseFile:
    """All that belongs to an item, read in one consistent view. Raises `NotFound`, `Erased`."""
    with services.store.read() as work:
        item = work.queue.item(item_id)
        if item is None:
            raise NotFound("There is no such review item.", field="id")
        comment = work.comments.by_key(item.comment_key)
        if comment is None or comment.erased_at is not None:
            raise Erased("This comment has been erased.")
        holder = item.held_by(services.now())
        last = item.verdict
        return CaseFile(
            item=item,
            comment=comment,
            article=work.articles.get(comment.site_id, comment.article_id)
            if comment.article_id
            else None,
            ancestors=tuple(work.comments.ancestors(comment.key)),
            siblings=tuple(work.comments.siblings(comment)),
            replies=tuple(work.comments.replies(comment.key)),
            author=history_of(work, comment),
            objections=tuple(work.comments.objections(comment.key)),
            notes=tuple(work.notes.of_item(item_id)),
            revisions=tuple(work.comments.revisions(comment.key)),
            events=tuple(work.queue.events(item_id)),
            holder=work.accounts.user(holder) if holder else None,
            decided_by=work.accounts.user(last.actor) if last else None,
        )


def look_at(services: Services, actor: User, item_id: str) -> CaseFile:
    """The case of an item, claimed or not. Raises `NotFound`, `Erased`, and `Forbidden`.

    An escalated one is for leads, and for whoever escalated it.
    """
    case = open_case(services, item_id)
    require_sight(actor, case.item)
    return case


def may_see(actor: User, item: ReviewItem | PastComment) -> bool:
    """Whether the actor may open an item: an escalated one is for leads, and who escalated it.

    Outside of a thread, what they may not open is not to be read either.
    """
    last = item.verdict
    mine = last is not None and last.actor == actor.id
    return item.stage is not Stage.ESCALATED or mine or actor.may(Permission.REVIEW_ESCALATED)


def require_sight(actor: User, item: ReviewItem) -> None:
    """Raises `Forbidden` for who may not see the item."""
    if not may_see(actor, item):
        require_lead(actor)


def require_lead(actor: User) -> None:
    """Raises `Forbidden` for who may not decide what was escalated."""
    if not actor.may(Permission.REVIEW_ESCALATED):
        raise Forbidden("This needs a lead moderator.")


def locked_item(work: UnitOfWork, item_id: str) -> ReviewItem:
    """The item, locked with its comment until the unit of work ends. Raises `NotFound`."""
    item = work.queue.item(item_id)
    if item is not None:
        # Comment before item, as whoever rewrites a text: else the two could wait for each other.
        work.comments.by_key(item.comment_key, lock=True)
        item = work.queue.item(item_id, lock=True)
    if item is None:
        raise NotFound("There is no such review item.", field="id")
    return item
