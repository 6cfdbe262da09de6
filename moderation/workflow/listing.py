"""Use cases: what a site has handed in, page by page, for its own programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moderation.comments import Site, Status, StoredComment
from moderation.errors import InvalidInput
from moderation.review_queue import ReviewItem
from moderation.stored import ArticleHead, Received
from moderation.workflow.services import Services

CURSOR = "[0-9]{1,17}-[0-9a-f]{32}"
"""A place among the comments of a site, as text: microseconds since 1970, and the comment's key."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CommentList:
    """Comments, each with its review item where it has one."""

    rows: Sequence[tuple[StoredComment, ReviewItem | None]]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ArticleList:
    """Articles without their texts."""

    heads: Sequence[ArticleHead]
    next_cursor: str | None


def list_comments(
    services: Services, site: Site, status: Status | None, limit: int, cursor: str | None
) -> CommentList:
    """The site's comments as they were received, latest first, erased ones left out.

    Raises `InvalidInput` for a cursor that is not ours.
    """
    after = None if cursor is None else _read(cursor)
    with services.store.read() as work:
        found = work.comments.received(site.id, status, limit + 1, after)
        shown = found[:limit]
        items = work.queue.items_of([comment.key for comment in shown])
    rows = [(comment, items.get(comment.key)) for comment in shown]
    return CommentList(rows, _written(shown[-1]) if len(found) > limit else None)


def list_articles(services: Services, site: Site, limit: int, cursor: str | None) -> ArticleList:
    """The site's articles in order of their ids, those after the id that is the cursor."""
    with services.store.read() as work:
        found = work.articles.heads(site.id, cursor or "", limit + 1)
    return ArticleList(found[:limit], found[limit - 1].id if len(found) > limit else None)


def _written(comment: StoredComment) -> str:
    return f"{(comment.received_at - _EPOCH) // timedelta(microseconds=1)}-{comment.key}"


def _read(cursor: str) -> Received:
    if not re.fullmatch(CURSOR, cursor):
        raise InvalidInput("cursor", "must be one that a reply gave")
    at, _, key = cursor.partition("-")
    return Received(_EPOCH + timedelta(microseconds=int(at)), key)
