"""Use case: a comment comes in by a protocol that gives it no id.

It gets one made of all that was sent and of the time, so that the same thing sent again within a
while is the same comment: kept once, answered as before, and never refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from moderation.comments import (
    Author,
    Comment,
    NewComment,
    Ruling,
    Site,
    StoredArticle,
    StoredComment,
)
from moderation.errors import Erased
from moderation.stores import UnitOfWork
from moderation.workflow.classify import classify
from moderation.workflow.intake import submit
from moderation.workflow.services import Services

REPEATED = timedelta(minutes=10)
"""For how long the same again is the same comment."""


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A comment without an id, and what stands around it. All other ids are the site's own."""

    source: str
    """The protocol; its comments' ids begin with it."""
    sent: bytes
    """All that was sent, which tells one comment from another."""
    text: str
    article: StoredArticle | None = None
    """What it stands under, as far as the protocol says; kept where it is not there yet."""
    parent_id: str | None = None
    """Counts only where a comment of that id is stored."""
    author: Author = field(default_factory=Author)
    is_vouched_for: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of such a comment."""

    ruling: Ruling | None
    """`None` where it could not be scored yet."""
    is_new: bool


def submit_unnamed(services: Services, site: Site, unnamed: Unnamed) -> Heard:
    """Score, decide, keep and queue it, or find what was made of it a while ago.

    Raises what `intake.submit` does, but for `Erased`: the same words may well be sent again, and
    are scored and not kept.
    """
    now = services.now()
    ids = _ids(unnamed, now)
    with services.store.read() as work:
        known = _seen(work, site, ids, now)
        if known is not None:
            return Heard(known.ruling, is_new=False)
        parent = work.comments.get(site.id, unnamed.parent_id) if unnamed.parent_id else None
        article = _unkept(work, site, unnamed.article)
    if article is not None:
        with services.store.write() as work:
            if not work.articles.add(article, now):
                work.articles.fill(article, now)
            work.commit()
    new = NewComment(
        id=ids[0],
        text=unnamed.text,
        article_id=unnamed.article.id if unnamed.article else None,
        parent_id=parent.id if parent else None,
        author=unnamed.author,
        is_vouched_for=unnamed.is_vouched_for,
    )
    try:
        return Heard(submit(services, site, new).comment.ruling, is_new=True)
    except Erased:
        return Heard(_only_scored(services, site, unnamed, parent), is_new=True)


def _unkept(work: UnitOfWork, site: Site, told: StoredArticle | None) -> StoredArticle | None:
    """The article as it is to be kept, where it is not there or more is known of its address."""
    if told is None:
        return None
    stored = work.articles.get(site.id, told.id)
    article = stored or told
    if article.text or not article.url:
        return None if stored else article
    known = work.articles.at_url(site.id, article.url)
    if known is not None and known.id != article.id:
        # Imported under another id: what it says is the same there.
        article = replace(article, title=article.title or known.title, text=known.text)
    return None if article == stored else article


def _ids(unnamed: Unnamed, now: datetime) -> tuple[str, str]:
    """The id that it gets now, and the one that it would have got a while ago."""
    turn = int(now.timestamp() // REPEATED.total_seconds())
    present, before = (
        hashlib.sha256(b"%d\0%b" % (number, unnamed.sent)).hexdigest()[:32]
        for number in (turn, turn - 1)
    )
    return f"{unnamed.source}-{present}", f"{unnamed.source}-{before}"


def _seen(
    work: UnitOfWork, site: Site, ids: tuple[str, str], now: datetime
) -> StoredComment | None:
    for comment_id in ids:
        known = work.comments.get(site.id, comment_id)
        is_recent = known is not None and now - known.received_at <= REPEATED
        if known is not None and is_recent and known.erased_at is None:
            return known
    return None


def _only_scored(
    services: Services, site: Site, unnamed: Unnamed, parent: StoredComment | None
) -> Ruling:
    article = None
    if unnamed.article is not None:
        with services.store.read() as work:
            stored = work.articles.get(site.id, unnamed.article.id)
            article = stored.as_context() if stored else None
    context = Comment(unnamed.text, article, parent.text if parent else None)
    return classify(services.scorers.current(), site, [context])[0].ruling
