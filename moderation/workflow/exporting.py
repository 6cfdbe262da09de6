"""Use case: everything that is known of a site and what was done about its comments.

Not in it: what was erased, notes between moderators, names of moderators, accounts and
keys. Those who acted are told apart by keyed hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from moderation.comments import Revision, Site, StoredArticle, StoredComment
from moderation.errors import NotFound
from moderation.personal_data import person_hash
from moderation.review_queue import WAITING, Event, ReviewItem
from moderation.stored import Objection, Suggestion
from moderation.stores import Store, UnitOfWork

_ARTICLES, _COMMENTS, _SUGGESTIONS = 20, 100, 100
"""How many are read at a time: of the longest, some tens of megabytes."""


@dataclass(frozen=True, slots=True)
class OfComment:
    """Something that belongs to a comment, with the site's id for that."""

    comment_id: str
    what: Revision | Event | ReviewItem


@dataclass(frozen=True, slots=True)
class Objected:
    """A report or appeal; `waiting` where the comment still waits because of such a one."""

    comment_id: str
    objection: Objection
    waiting: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion, with the site's id for the comment it is about."""

    comment_id: str | None
    suggestion: Suggestion


Exported = Site | StoredArticle | StoredComment | OfComment | Objected | Suggested


def export(store: Store, site_id: str, *, key: bytes) -> Iterator[Exported]:
    """The site, its articles, its comments each with all that belongs to it, and suggestions.

    Reads a page at a time, each in a transaction of its own, so that an export of
    millions holds up nobody and takes no more memory than a small one; what changes
    meanwhile may be in it or not. `key` hides who the moderators are. Raises `NotFound`.
    """
    with store.read() as work:
        site = work.sites.get(site_id)
    if site is None:
        raise NotFound(f"There is no site {site_id[:80]!r}.", field="site")
    yield site
    yield from _articles(store, site_id)
    yield from _comments(store, site_id, key)
    yield from _suggestions(store, site_id)


def _articles(store: Store, site_id: str) -> Iterator[StoredArticle]:
    last = ""
    while True:
        with store.read() as work:
            articles = work.articles.page(site_id, last, _ARTICLES)
        yield from articles
        if len(articles) < _ARTICLES:
            return
        last = articles[-1].id


def _comments(store: Store, site_id: str, key: bytes) -> Iterator[Exported]:
    last = ""
    while True:
        with store.read() as work:
            comments = work.comments.page(site_id, last, _COMMENTS)
            found = list(_with_all(work, comments, key))
        yield from found
        if len(comments) < _COMMENTS:
            return
        last = comments[-1].id


def _with_all(work: UnitOfWork, comments: list[StoredComment], key: bytes) -> Iterator[Exported]:
    items = work.queue.items_of([comment.key for comment in comments])
    records = work.queue.records([item.id for item in items.values()])
    for comment in comments:
        yield comment
        if comment.revision > 1:
            for revision in work.comments.revisions(comment.key):
                if revision.number != comment.revision:
                    yield OfComment(comment.id, revision)
        item = items.get(comment.key)
        for objection in work.comments.objections(comment.key):
            yield Objected(comment.id, objection, _waits(item, objection))
        if item is not None:
            yield OfComment(comment.id, item)
            for event in records[item.id]:
                actor = person_hash(key, event.actor) if event.actor else None
                yield OfComment(comment.id, replace(event, actor=actor))


def _waits(item: ReviewItem | None, objection: Objection) -> bool:
    if item is None or item.stage not in WAITING:
        return False
    verdict = item.verdict
    return verdict is None or verdict.at < objection.at


def _suggestions(store: Store, site_id: str) -> Iterator[Suggested]:
    with store.read() as work:
        every = work.suggestions.all(site_id)
        while some := list(islice(every, _SUGGESTIONS)):
            with store.read() as other:
                known = other.comments.by_keys([one.comment_key for one in some if one.comment_key])
            for one in some:
                comment = known.get(one.comment_key or "")
                yield Suggested(comment.id if comment else one.comment_id, one)
