"""How many comments stand how: by site, status, decision and model, counted as `tallies` counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, and_, bindparam, select

from moderation.comments import StoredComment
from moderation.storage.tables import comment_tally, comments, revisions
from moderation.storage.tallies import Profile, Tally
from moderation.stored import CommentCounts

_TALLY = Tally(comment_tally)

_STANDING = (
    select(comments.c.site_id, comments.c.status, revisions.c.ruling)
    .outerjoin_from(
        comments,
        revisions,
        and_(revisions.c.comment_key == comments.c.key, revisions.c.number == comments.c.revision),
    )
    .where(comments.c.key == bindparam("key"), comments.c.erased_at.is_(None))
)


def count_new(connection: Connection, comment: StoredComment) -> None:
    """Count a comment that has just been stored."""
    ruling = comment.ruling
    ruled = (ruling.decision.value, ruling.model) if ruling else (None, None)
    _TALLY.count(connection, (comment.site_id, comment.status.value, *ruled), 1)


@contextmanager
def counted_again(connection: Connection, key: str) -> Iterator[None]:
    """Count a comment as what it is after the block, and no longer as what it was before.

    Whatever changes the status or the ruling of a comment, or erases it, stands in such a block.
    """
    before = _profile(connection, key)
    yield
    after = _profile(connection, key)
    if before == after:
        return
    for profile, number in ((before, -1), (after, 1)):
        if profile is not None:
            _TALLY.count(connection, profile, number)


def sums(connection: Connection, site_id: str | None) -> CommentCounts:
    """The counts of a site, or of all."""
    where = () if site_id is None else (comment_tally.c.site_id == site_id,)
    found = CommentCounts()
    for (_, status, decision, model), number in _TALLY.sums(connection, *where):
        found.by_status[status or ""] += number
        found.by_decision[decision or ""] += number
        found.by_model[model or ""] += number
    return found


def _profile(connection: Connection, key: str) -> Profile | None:
    row = connection.execute(_STANDING, {"key": key}).first()
    if row is None:
        return None
    ruling = row.ruling
    ruled = (ruling.decision.value, ruling.model) if ruling else (None, None)
    return (row.site_id, row.status, *ruled)
