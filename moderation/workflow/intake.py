"""Use cases: articles and comments come in, are scored, kept and queued in one transaction."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from moderation.comments import (
    Author,
    Comment,
    Decision,
    NewComment,
    Ruling,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.errors import (
    Conflict,
    Erased,
    NotFound,
    NotScored,
    RateLimited,
    UnknownReference,
)
from moderation.review_queue import Event, EventKind, ReviewItem, apply
from moderation.site_rules import Circumstances
from moderation.stored import OutboxMessage
from moderation.stores import UnitOfWork
from moderation.unscored import Unscored, wanted_of
from moderation.workflow.circumstances import circumstances
from moderation.workflow.classify import RETRY_AFTER, classify, retry_after_of
from moderation.workflow.queueing import queue_revision, status_of_revision
from moderation.workflow.services import Services

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What became of a comment that was handed in."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The comment as kept, and whether it was new, known or a revision."""

    comment: StoredComment
    outcome: Outcome
    item: ReviewItem | None
    retry_after: int | None = None
    """Seconds after which to ask again for the score of a comment that has none yet."""


class _Overtaken(Exception):
    """The comment changed between its scoring and its writing."""


def put_article(services: Services, article: StoredArticle) -> bool:
    """Keep or replace an article; whether anything changed. Comments keep their scores."""
    with services.store.write() as work:
        changed = work.articles.put(article, services.now())
        work.commit()
    return changed


def submit(
    services: Services, site: Site, new: NewComment, *, put_off: RateLimited | None = None
) -> Submitted:
    """Score, decide, keep and queue one comment.

    The same text under the same id and context is answered as before; another text is
    a revision, scored anew and reopened. Where the model cannot answer, the comment is kept without
    a ruling, stands as its site wants of such (`unscored.wanted_of`), comes before moderators, and
    is scored later; so is one whose scoring is `put_off`, and no model is asked. Raises `Erased`
    for an id that was erased, `UnknownReference` for an article that is not stored, `Conflict` when
    others keep changing it, `Unavailable`.
    """
    for _ in range(3):
        try:
            return _submit(services, site, new, put_off)
        except (_Overtaken, Conflict):
            # Two requests brought the same id at once: look again at what is there now.
            continue
    raise Conflict("This comment is being changed by others.", field="id")


def _submit(
    services: Services, site: Site, new: NewComment, put_off: RateLimited | None
) -> Submitted:
    # Scored before the write lock is taken: writers must not wait for a model.
    with services.store.read() as work:
        known = work.comments.get(site.id, new.id)
        if known is not None and known.erased_at is not None:
            raise Erased("This comment has been erased.")
        if known is not None and same_content(known, new):
            later = retry_after_of(put_off) if put_off else RETRY_AFTER
            item = work.queue.item_of(known.key)
            return Submitted(known, Outcome.UNCHANGED, item, later if known.is_unscored else None)
        context = in_context(work, site, new)
        author = author_of(new.author, known)
        now = services.now()
        around = circumstances(work, site, new, author, now)
    if put_off is None:
        ruling, retry_after = _score(services, site, context, around)
    else:
        ruling, retry_after = None, retry_after_of(put_off)
    with services.store.write() as work:
        current = work.comments.get(site.id, new.id, lock=True)
        if state_of(current) != state_of(known):
            raise _Overtaken
        comment = build_comment(services, work, site, new, ruling, known)
        comment, item = keep_comment(services, work, site, comment)
        if ruling is not None:
            work.outbox.add(scored_message(services, comment, item))
        work.commit()
    return Submitted(comment, Outcome.REVISED if known else Outcome.CREATED, item, retry_after)


def _score(
    services: Services, site: Site, context: Comment, around: Circumstances | None
) -> tuple[Ruling | None, int | None]:
    """The ruling, or else the seconds after which there may be one."""
    try:
        scorer = services.scorers.current()
        return classify(scorer, site, [context], around=around)[0].ruling, None
    except NotScored as error:
        why = type(error.__cause__ or error).__name__
        _log.warning("a comment is kept without a score", extra={"site": site.id, "error": why})
        return None, retry_after_of(error)


def read(
    services: Services, site: Site, comment_id: str
) -> tuple[StoredComment, ReviewItem | None]:
    """A comment of the site and its review item. Raises `NotFound`, or `Erased`."""
    with services.store.read() as work:
        comment = present(work, site, comment_id)
        return comment, work.queue.item_of(comment.key)


def erase(services: Services, site: Site, comment_id: str) -> None:
    """Remove a comment's texts and names, and what was told of it, for good.

    Quiet the second time. Of a comment that is not stored there may be something to remove all the
    same. Raises `NotFound` where there is not.
    """
    with services.store.write() as work:
        comment = work.comments.get(site.id, comment_id, lock=True)
        told = work.suggestions.erase(site.id, comment_id)
        if comment is None and not told:
            raise NotFound("There is no such comment.", field="id")
        if comment is None or comment.erased_at is not None:
            work.commit()
            return
        now = services.now()
        work.comments.erase(comment.key, now)
        item = work.queue.item_of(comment.key, lock=True)
        if item is not None:
            event = Event(item.id, item.sequence + 1, EventKind.ERASED, now)
            work.queue.append(apply(item, event), event)
        work.commit()


def present(work: UnitOfWork, site: Site, comment_id: str, *, lock: bool = False) -> StoredComment:
    """The comment, which must be stored and not erased. Raises `NotFound`, or `Erased`."""
    comment = work.comments.get(site.id, comment_id, lock=lock)
    if comment is None:
        raise NotFound("There is no such comment.", field="id")
    if comment.erased_at is not None:
        raise Erased("This comment has been erased.")
    return comment


def state_of(comment: StoredComment | None) -> tuple[int, bool] | None:
    """What must not have changed while a text was being scored."""
    return (comment.revision, comment.erased_at is not None) if comment else None


def same_content(known: StoredComment, new: NewComment) -> bool:
    """Whether `new` brings nothing that scoring would read differently."""
    return (known.text, known.article_id, known.parent_id) == (
        new.text,
        new.article_id,
        new.parent_id,
    )


def in_context(work: UnitOfWork, site: Site, new: NewComment | StoredComment) -> Comment:
    """What the model is given: the text with what it stands under. Raises `UnknownReference`."""
    article = None
    if new.article_id is not None:
        stored = work.articles.get(site.id, new.article_id)
        if stored is None:
            raise UnknownReference("article_id", "no article with this id is stored; PUT it first")
        article = stored.as_context()
    parent = work.comments.get(site.id, new.parent_id) if new.parent_id else None
    return Comment(new.text, article, parent.text if parent and not parent.erased_at else None)


def build_comment(
    services: Services,
    work: UnitOfWork,
    site: Site,
    new: NewComment,
    ruling: Ruling | None,
    known: StoredComment | None,
) -> StoredComment:
    """The comment as it will be kept: revision 1, or the one after `known`."""
    parent = work.comments.get(site.id, new.parent_id) if new.parent_id else None
    now = services.now()
    return StoredComment(
        key=known.key if known else uuid.uuid4().hex,
        site_id=site.id,
        id=new.id,
        text=new.text,
        article_id=new.article_id,
        parent_id=new.parent_id,
        parent_key=parent.key if parent else None,
        author=author_of(new.author, known),
        kind=new.kind,
        status=new.status or status_of(site, ruling),
        source_status=new.source_status,
        revision=known.revision + 1 if known else 1,
        ruling=ruling,
        created_at=new.created_at or (known.created_at if known else now),
        received_at=known.received_at if known else now,
        is_vouched_for=new.is_vouched_for,
    )


def author_of(brought: Author, known: StoredComment | None) -> Author:
    """Who wrote a text: what a revision does not say of the same person stays known."""
    kept = known.author if known else Author()
    if None not in (brought.id, kept.id) and brought.id != kept.id:
        return brought
    return Author(
        id=brought.id or kept.id,
        name=brought.name or kept.name,
        email_hash=brought.email_hash or kept.email_hash,
        ip_hash=brought.ip_hash or kept.ip_hash,
    )


def status_of(site: Site, ruling: Ruling | None) -> Status:
    """Where a comment stands by its ruling alone, or without one."""
    if ruling is None:
        return Status.HELD if wanted_of(site) == "hold" else Status.PUBLISHED
    decision = ruling.decision
    if decision is Decision.REVIEW:
        return Status.PUBLISHED if site.publish_on_review else Status.HELD
    return Status.PUBLISHED if decision is Decision.ALLOW else Status.REJECTED


Queueing = Callable[[StoredComment, ReviewItem | None], Event | None]
"""The event that queues a comment as written, which may have an item already; `None` for none."""


def keep_comment(
    services: Services,
    work: UnitOfWork,
    site: Site,
    comment: StoredComment,
    queueing: Queueing | None = None,
) -> tuple[StoredComment, ReviewItem | None]:
    """Write a comment that was just built, first text or revision, and queue it where it must be.

    Without a ruling it waits for one. `queueing` decides in place of the policy. The comment as
    written, whose standing may be stricter, and its review item.
    """
    now, item = services.now(), None
    if comment.revision == 1:
        work.comments.add(comment)
        work.comments.adopt(comment.site_id, comment.id, comment.key)
    else:
        item = work.queue.item_of(comment.key, lock=True)
        said = work.queue.events(item.id) if item else []
        comment = replace(comment, status=status_of_revision(said, comment.status))
        work.comments.revise(comment, now)
    if comment.ruling is None:
        work.unscored.put(Unscored(comment.key, comment.revision, now, now))
    elif comment.revision > 1:
        work.unscored.drop(comment.key)
    if queueing is not None:
        event = queueing(comment, item)
    elif comment.ruling is None and item is None and site.rules.log_only:
        event = None
    else:
        event = queue_revision(comment, item, now, audit_rate_of(services, site))
    if event is not None:
        item = apply(item, event)
        work.queue.append(item, event)
    return comment, item


def audit_rate_of(services: Services, site: Site) -> float:
    """The share of its undisputed comments that is queued."""
    if site.rules.log_only:
        return 0.0
    wanted = site.rules.audit_rate
    return services.audit_rate if wanted is None else wanted


def scored_message(
    services: Services, comment: StoredComment, item: ReviewItem | None
) -> OutboxMessage:
    """What the outside is told of a comment that was scored."""
    ruling = comment.ruling
    return OutboxMessage(
        id=uuid.uuid4().hex,
        site_id=comment.site_id,
        type="comment.scored",
        payload={
            "comment_id": comment.id,
            "item_id": item.id if item else None,
            "revision": comment.revision,
            "version": item.version if item else 0,
            "decision": ruling.decision.value if ruling else None,
            "status": comment.status.value,
            "model": ruling.model if ruling else None,
            "policy": ruling.policy if ruling else None,
        },
        created_at=services.now(),
    )
