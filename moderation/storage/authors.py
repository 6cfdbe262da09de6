"""What the same person has written on a site, and what became of it.

Every query looks at a bounded number of that person's latest comments, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, TextClause, false, func, select

from moderation.comments import Author, Status, StoredComment
from moderation.review_queue import ReviewItem
from moderation.storage.comments import current
from moderation.storage.rows import comment_of, item_of
from moderation.storage.tables import AUTHOR_EMAIL_FITS, AUTHOR_ID_FITS, comments, review_items

_LATEST_FIRST = (comments.c.created_at.desc(), comments.c.key.desc())


class SqlAuthors:
    """Comments by who wrote them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_at(self, site_id: str, author: Author) -> datetime | None:
        found = select(comments.c.created_at).where(*_written_by(site_id, author))
        return self._connection.execute(found.order_by(comments.c.created_at).limit(1)).scalar()

    def standing(self, site_id: str, author: Author, limit: int) -> Mapping[Status, int]:
        theirs = _latest(site_id, author, limit).subquery()
        found = select(theirs.c.status, func.count()).group_by(theirs.c.status)
        return {Status(status): number for status, number in self._connection.execute(found)}

    def items(self, site_id: str, author: Author, limit: int) -> list[ReviewItem]:
        theirs = _latest(site_id, author, limit).subquery()
        found = (
            select(review_items)
            .join(theirs, review_items.c.comment_key == theirs.c.key)
            .order_by(theirs.c.created_at.desc(), theirs.c.key.desc())
        )
        return [item_of(row) for row in self._connection.execute(found)]

    def latest(self, site_id: str, author: Author, limit: int) -> list[StoredComment]:
        found = current().where(*_written_by(site_id, author))
        found = found.order_by(*_LATEST_FIRST).limit(limit)
        return [comment_of(row) for row in self._connection.execute(found)]


def _latest(site_id: str, author: Author, limit: int) -> Select[tuple[str, str, datetime]]:
    columns = comments.c.key, comments.c.status, comments.c.created_at
    return (
        select(*columns).where(*_written_by(site_id, author)).order_by(*_LATEST_FIRST).limit(limit)
    )


def _written_by(site_id: str, author: Author) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """By id, or without one by e-mail; nobody's where there is neither."""
    here = comments.c.site_id == site_id
    if author.id is not None:
        return here, comments.c.author_id == author.id, AUTHOR_ID_FITS
    if author.email_hash is not None:
        return here, comments.c.author_email_hash == author.email_hash, AUTHOR_EMAIL_FITS
    return (false(),)
