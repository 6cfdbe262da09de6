"""How many comments of an author are published and wait for nobody's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, select, true

from moderation.comments import Status
from moderation.storage.tables import comments, review_items

_WAITS = exists().where(
    review_items.c.comment_key == comments.c.key, review_items.c.waiting.is_(true())
)
_MOST: ColumnElement[int] = bindparam("most")


def published_by(
    connection: Connection, site_id: str, author_id: str, most: int, besides: str, by: datetime
) -> int:
    """Of those received by that time, without the one of the id `besides`; at most `most`."""
    asked = {"site_id": site_id, "author_id": author_id, "besides": besides, "by": by}
    return connection.execute(_BY_AUTHOR, asked | {"most": most}).scalar_one()


def published_before(connection: Connection, keys: Sequence[str], most: int) -> Mapping[str, int]:
    """The same for the author of each of these comments, as it was received."""
    rows = connection.execute(_BY_COMMENT, {"keys": keys, "most": most})
    return {row.key: row.number for row in rows}


def _theirs(
    site_id: ColumnElement[Any],
    author_id: ColumnElement[Any],
    besides: ColumnElement[Any],
    by: ColumnElement[Any],
) -> Select[str]:
    # Said so that no index has it: SQLite would go through all that the site received until then.
    received_at = func.coalesce(comments.c.received_at, comments.c.received_at)
    return (
        select(comments.c.key)
        .where(comments.c.site_id == site_id, comments.c.author_id == author_id)
        .where(comments.c.status == Status.PUBLISHED.value)
        .where(received_at <= by, comments.c.id != besides)
        .where(~_WAITS)
        .limit(_MOST)
    )


def _counted(theirs: Select[str]) -> Select[int]:
    return select(func.count()).select_from(theirs.subquery())


# Made once: to put it together costs more than to ask it, and it is asked for every comment.
_BY_AUTHOR = _counted(
    _theirs(*(bindparam(name) for name in ("site_id", "author_id", "besides", "by")))
)
_ASKED = comments.alias("asked")
_OF_ASKED = _theirs(*(_ASKED.c[name] for name in ("site_id", "author_id", "id", "received_at")))
_BY_COMMENT = select(
    _ASKED.c.key, _counted(_OF_ASKED.correlate(_ASKED)).scalar_subquery().label("number")
).where(_ASKED.c.key.in_(bindparam("keys", expanding=True)))
