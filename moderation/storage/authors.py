"""What the same person has written on a site, and what became of it.

Every query looks at a bounded number of that person's latest comments, however many there are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, TextClause, false, func, literal, select

from moderation.comments import Author, Status, StoredComment
from moderation.review_queue import Stage
from moderation.storage.comments import current
from moderation.storage.rows import comment_of
from moderation.storage.tables import AUTHOR_EMAIL_FITS, AUTHOR_ID_FITS, comments, review_items
from moderation.stored import PastComment

_LATEST_FIRST = (comments.c.created_at.desc(), comments.c.key.desc())


class SqlAuthors:
    """Comments by who wrote them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_at(self, site_id: str, author: Author) -> datetime | None:
        found = select(comments.c.created_at).where(*_written_by(site_id, author))
        return self._connection.execute(found.order_by(comments.c.created_at).limit(1)).scalar()

    def count(self, site_id: str, author: Author, most: int) -> int:
        theirs = select(literal(1)).where(*_written_by(site_id, author)).limit(most).subquery()
        found = select(func.count()).select_from(theirs)
        return self._connection.execute(found).scalar_one()

    def record(self, site_id: str, author: Author, limit: int) -> list[PastComment]:
        items = review_items.c
        columns = [comments.c.key, comments.c.status, items.id.label("item_id"), items.stage]
        columns += [items.settled, items.reasons, items.reports]
        found = (
            select(*columns)
            .outerjoin_from(comments, review_items, items.comment_key == comments.c.key)
            .where(*_written_by(site_id, author))
            .order_by(*_LATEST_FIRST)
            .limit(limit)
        )
        return [_past(row) for row in self._connection.execute(found)]

    def latest(self, site_id: str, author: Author, limit: int) -> list[StoredComment]:
        found = current().where(*_written_by(site_id, author))
        found = found.order_by(*_LATEST_FIRST).limit(limit)
        return [comment_of(row) for row in self._connection.execute(found)]


def _past(row: Row[Any]) -> PastComment:
    if row.item_id is None:
        return PastComment(row.key, Status(row.status))
    return PastComment(
        key=row.key,
        status=Status(row.status),
        item_id=row.item_id,
        stage=Stage(row.stage),
        verdict=row.settled[-1] if row.settled else None,
        reasons=row.reasons,
        reports=row.reports,
    )


def _written_by(site_id: str, author: Author) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """By id, or without one by e-mail; nobody's where there is neither."""
    here = comments.c.site_id == site_id
    if author.id is not None:
        return here, comments.c.author_id == author.id, AUTHOR_ID_FITS
    if author.email_hash is not None:
        return here, comments.c.author_email_hash == author.email_hash, AUTHOR_EMAIL_FITS
    return (false(),)
