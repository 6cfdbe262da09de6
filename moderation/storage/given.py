"""Verdicts in force with all that a training row needs, streamed in pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from moderation.comments import StoredArticle, StoredComment
from moderation.review_queue import ReviewItem
from moderation.storage.articles import SqlArticles
from moderation.storage.comments import SqlComments
from moderation.storage.rows import item_of
from moderation.storage.tables import review_items
from moderation.stored import GivenVerdict

_PAGE = 500


def given_verdicts(connection: Connection, site_id: str | None) -> Iterator[GivenVerdict]:
    """Final approvals and rejections, oldest first; no more than a page is held in memory."""
    comments = SqlComments(connection)
    articles = SqlArticles(connection)
    for item in _decided(connection, site_id):
        comment = comments.by_key(item.comment_key)
        if comment is None or comment.erased_at is not None:
            continue
        yield GivenVerdict(
            item=item,
            comment=comment,
            article=_article(articles, comment),
            parent_text=_parent_text(comments, comment),
        )


def _decided(connection: Connection, site_id: str | None) -> Iterator[ReviewItem]:
    ours = review_items.c
    found = select(review_items).where(ours.decided_at.is_not(None))
    if site_id is not None:
        found = found.where(ours.site_id == site_id)
    found = found.order_by(ours.decided_at, ours.id).limit(_PAGE)
    after: tuple[datetime, str] | None = None
    while True:
        page = found
        if after is not None:
            page = found.where(ours.decided_at >= after[0]).where(
                tuple_(ours.decided_at, ours.id) > tuple_(*after)
            )
        rows = connection.execute(page).all()
        for row in rows:
            yield item_of(row)
        if len(rows) < _PAGE:
            return
        after = (rows[-1].decided_at, rows[-1].id)


def _article(articles: SqlArticles, comment: StoredComment) -> StoredArticle | None:
    return articles.get(comment.site_id, comment.article_id) if comment.article_id else None


def _parent_text(comments: SqlComments, comment: StoredComment) -> str | None:
    parent = comments.by_key(comment.parent_key) if comment.parent_key else None
    return parent.text if parent is not None and parent.erased_at is None else None
