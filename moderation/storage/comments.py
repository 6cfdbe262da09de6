"""Comments with their revisions, reports and appeals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    Connection,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from moderation.comments import Author, Revision, Ruling, Status, StoredComment
from moderation.errors import Erased, KeyReused
from moderation.storage.comment_counts import count_new, counted_again
from moderation.storage.database import unique_or_conflict
from moderation.storage.published import published_before, published_by
from moderation.storage.rows import comment_of, comment_values
from moderation.storage.search_index import forget_comment, index_again, index_comment
from moderation.storage.tables import (
    comments,
    notes,
    objections,
    review_items,
    revisions,
    sites,
    suggestions,
    unscored,
)
from moderation.stored import Objection, Received

_WITH_TEXT = comments.outerjoin(
    revisions,
    and_(revisions.c.comment_key == comments.c.key, revisions.c.number == comments.c.revision),
)


def current() -> Select[tuple[object, ...]]:
    """Comments with the text and ruling of their current revision; an erased one has neither."""
    return select(comments, revisions.c.text, revisions.c.ruling).select_from(_WITH_TEXT)


class SqlComments:
    """Comments with their revisions, reports and appeals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str, comment_id: str, *, lock: bool = False) -> StoredComment | None:
        found = current().where(comments.c.site_id == site_id, comments.c.id == comment_id)
        return self._one(found, lock)

    def by_key(self, key: str, *, lock: bool = False) -> StoredComment | None:
        return self._one(current().where(comments.c.key == key), lock)

    def by_keys(self, keys: Sequence[str]) -> Mapping[str, StoredComment]:
        found = self._connection.execute(current().where(comments.c.key.in_(keys)))
        return {comment.key: comment for comment in map(comment_of, found)}

    def by_id(self, comment_id: str) -> list[StoredComment]:
        # By every site there is, so that the index is entered which begins with the site.
        of_sites = comments.c.site_id.in_(select(sites.c.id))
        found = current().where(of_sites, comments.c.id == comment_id)
        rows = self._connection.execute(found.order_by(comments.c.site_id))
        return [comment_of(row) for row in rows]

    def add(self, comment: StoredComment) -> None:
        self._meet(comment, {comment.id, comment.parent_id or comment.id})
        comment = self._joined(comment)
        with unique_or_conflict("A comment with this id is there already.", field="id"):
            self._connection.execute(insert(comments).values(comment_values(comment)))
        self._add_revision(comment, comment.received_at)
        index_comment(self._connection, comment)
        count_new(self._connection, comment)

    def revise(self, comment: StoredComment, at: datetime) -> None:
        named = select(comments.c.parent_id).where(comments.c.key == comment.key)
        if comment.parent_id and self._connection.execute(named).scalar() != comment.parent_id:
            # Where the parent is still the same, whoever adopts waits for this row anyway.
            self._meet(comment, {comment.parent_id})
        comment = self._joined(comment)
        kept = ("key", "site_id", "id", "received_at", "erased_at")
        values = {k: v for k, v in comment_values(comment).items() if k not in kept}
        ours = update(comments).where(comments.c.key == comment.key, comments.c.erased_at.is_(None))
        with counted_again(self._connection, comment.key):
            if self._connection.execute(ours.values(values)).rowcount == 0:
                raise Erased("This comment has been erased.")
            others = "This comment has been revised by somebody else."
            with unique_or_conflict(others, field="text"):
                self._add_revision(comment, at)
        index_again(self._connection, comment)

    def rule(self, key: str, revision: int, ruling: Ruling) -> None:
        ours = and_(revisions.c.comment_key == key, revisions.c.number == revision)
        without = revisions.c.ruling.is_(None)
        given = update(revisions).where(ours, without).values(ruling=ruling)
        with counted_again(self._connection, key):
            if self._connection.execute(given).rowcount:
                current = comments.c.key == key, comments.c.revision == revision
                told = update(comments).where(*current).values(language=ruling.language)
                self._connection.execute(told)

    def set_status(self, key: str, status: Status, *, source_status: str | None = None) -> None:
        values = {"status": status.value}
        if source_status is not None:
            values["source_status"] = source_status
        with counted_again(self._connection, key):
            self._connection.execute(update(comments).where(comments.c.key == key).values(values))

    def adopt(self, site_id: str, parent_id: str, parent_key: str) -> int:
        orphans = update(comments).where(
            comments.c.site_id == site_id,
            comments.c.parent_id == parent_id,
            comments.c.parent_key.is_(None),
            comments.c.parent_id.is_not(None),
            comments.c.key != parent_key,
        )
        return self._connection.execute(orphans.values(parent_key=parent_key)).rowcount

    def ancestors(self, key: str, limit: int = 20) -> list[StoredComment]:
        chain = (
            select(comments.c.parent_key.label("key"), literal(1).label("depth"))
            .where(comments.c.key == key, comments.c.parent_key.is_not(None))
            .cte("chain", recursive=True)
        )
        # Bounded by depth: comments that name one another as parents must not hang a page.
        chain = chain.union_all(
            select(comments.c.parent_key, chain.c.depth + 1)
            .join_from(comments, chain, comments.c.key == chain.c.key)
            .where(comments.c.parent_key.is_not(None), chain.c.depth < limit)
        )
        found = current().join(chain, chain.c.key == comments.c.key).order_by(chain.c.depth)
        return list(_until_repeated(key, map(comment_of, self._connection.execute(found))))

    def replies(self, key: str, limit: int = 50) -> list[StoredComment]:
        found = (
            current()
            .where(comments.c.parent_key == key)
            .order_by(comments.c.created_at, comments.c.key)
            .limit(limit)
        )
        return [comment_of(row) for row in self._connection.execute(found)]

    def siblings(self, comment: StoredComment, limit: int = 10) -> list[StoredComment]:
        if comment.parent_key is not None:
            same = [comments.c.parent_key == comment.parent_key]
        elif comment.parent_id is None and comment.article_id is not None:
            same = [
                comments.c.site_id == comment.site_id,
                comments.c.article_id == comment.article_id,
                comments.c.parent_id.is_(None),
            ]
        else:
            return []
        at, others = comments.c.created_at, comments.c.key != comment.key
        found = current().where(*same, others, comments.c.erased_at.is_(None)).limit(limit)
        before = found.where(at <= comment.created_at).order_by(at.desc(), comments.c.key.desc())
        after = found.where(at > comment.created_at).order_by(at, comments.c.key)
        near = [
            comment_of(row) for half in (before, after) for row in self._connection.execute(half)
        ]
        near.sort(key=lambda other: abs(other.created_at - comment.created_at))
        return sorted(near[:limit], key=lambda other: (other.created_at, other.key))

    def revisions(self, key: str) -> list[Revision]:
        found = select(revisions).where(revisions.c.comment_key == key).order_by(revisions.c.number)
        return [
            Revision(row.number, row.text, row.ruling, row.at)
            for row in self._connection.execute(found)
        ]

    def erase(self, key: str, at: datetime) -> None:
        with counted_again(self._connection, key):
            self._forget(key)
            nobody = Author()
            self._connection.execute(
                update(comments)
                .where(comments.c.key == key)
                .values(
                    author_id=nobody.id,
                    author_name=nobody.name,
                    author_email_hash=nobody.email_hash,
                    author_ip_hash=nobody.ip_hash,
                    language=None,
                    erased_at=at,
                )
            )

    def object_to(self, key: str, objection: Objection) -> bool:
        revision = select(comments.c.revision).where(comments.c.key == key).scalar_subquery()
        if objection.sent_as and self._is_repeated(key, objection):
            return False
        if objection.by is not None:
            same = update(objections).where(
                objections.c.comment_key == key,
                objections.c.kind == objection.kind,
                objections.c.by == objection.by,
                objections.c.revision == revision,
            )
            words = {"text": objection.text, "reason": objection.reason}
            now = same.values(words | {"sent_as": objection.sent_as})
            if self._connection.execute(now).rowcount:
                return False
        self._connection.execute(
            insert(objections).values(
                comment_key=key,
                revision=revision,
                kind=objection.kind,
                at=objection.at,
                text=objection.text,
                reason=objection.reason,
                by=objection.by,
                sent_as=objection.sent_as,
            )
        )
        return True

    def objections(self, key: str) -> list[Objection]:
        found = (
            select(objections)
            .where(objections.c.comment_key == key)
            .order_by(objections.c.at, objections.c.position)
        )
        return [
            Objection(row.kind, row.at, row.text, row.reason, row.by, row.revision)
            for row in self._connection.execute(found)
        ]

    def published_by(
        self, site_id: str, author_id: str, most: int, besides: str, *, by: datetime
    ) -> int:
        return published_by(self._connection, site_id, author_id, most, besides, by)

    def published_before(self, keys: Sequence[str], most: int) -> Mapping[str, int]:
        return published_before(self._connection, keys, most)

    def latest(self, site_id: str, limit: int) -> list[StoredComment]:
        found = (
            current()
            .where(comments.c.site_id == site_id, comments.c.erased_at.is_(None))
            .order_by(comments.c.received_at.desc(), comments.c.key)
            .limit(limit)
        )
        return [comment_of(row) for row in self._connection.execute(found)]

    def received(
        self, site_id: str, status: Status | None, limit: int, after: Received | None = None
    ) -> list[StoredComment]:
        at, key = comments.c.received_at, comments.c.key
        found = current().where(comments.c.site_id == site_id, comments.c.erased_at.is_(None))
        if status is not None:
            found = found.where(comments.c.status == status.value)
        if after is not None:
            # Said apart, so that the index is entered at the place and not at its beginning.
            found = found.where(at <= after.at, or_(at < after.at, key < after.key))
        rows = self._connection.execute(found.order_by(at.desc(), key.desc()).limit(limit))
        return [comment_of(row) for row in rows]

    def count(self, site_id: str | None = None) -> int:
        """How many are stored; erased ones are no longer."""
        found = select(func.count()).select_from(comments).where(comments.c.erased_at.is_(None))
        if site_id is not None:
            found = found.where(comments.c.site_id == site_id)
        return self._connection.execute(found).scalar_one()

    def page(self, site_id: str, after: str = "", limit: int = 500) -> list[StoredComment]:
        found = (
            current()
            .where(comments.c.site_id == site_id, comments.c.id > after)
            .where(comments.c.erased_at.is_(None))
            .order_by(comments.c.id)
            .limit(limit)
        )
        return [comment_of(row) for row in self._connection.execute(found)]

    def _one(self, found: Select[tuple[object, ...]], lock: bool) -> StoredComment | None:
        if lock:
            # Keys never change: a reply that names a locked parent must not wait for it.
            found = found.with_for_update(of=comments, key_share=True)
        row = self._connection.execute(found).first()
        return comment_of(row) if row else None

    def _is_repeated(self, key: str, objection: Objection) -> bool:
        """Whether this very call has been kept. Raises `KeyReused` where the other said more."""
        found = select(objections.c.text, objections.c.reason, objections.c.by).where(
            objections.c.comment_key == key,
            objections.c.kind == objection.kind,
            objections.c.sent_as == objection.sent_as,
        )
        kept = self._connection.execute(found).first()
        if kept is not None and tuple(kept) != (objection.text, objection.reason, objection.by):
            raise KeyReused("Idempotency-Key", "came with another body before")
        return kept is not None

    def _forget(self, key: str) -> None:
        """Remove what people wrote in the comment and about it."""
        forget_comment(self._connection, key)
        for told in (revisions, objections, suggestions, unscored):
            self._connection.execute(delete(told).where(told.c.comment_key == key))
        item = select(review_items.c.id).where(review_items.c.comment_key == key)
        self._connection.execute(delete(notes).where(notes.c.item_id.in_(item)))

    def _add_revision(self, comment: StoredComment, at: datetime) -> None:
        self._connection.execute(
            insert(revisions).values(
                comment_key=comment.key,
                number=comment.revision,
                text=comment.text,
                ruling=comment.ruling,
                at=at,
            )
        )

    def _meet(self, comment: StoredComment, names: Iterable[str]) -> None:
        """Let a parent and its reply that arrive at the same moment not miss each other."""
        if self._connection.dialect.name == "postgresql":
            for number in sorted(_lock_number(comment.site_id, name) for name in names):
                self._connection.execute(select(func.pg_advisory_xact_lock(number)))

    def _joined(self, comment: StoredComment) -> StoredComment:
        """The comment with its parent looked up again, now that nobody can add one meanwhile."""
        if comment.parent_id is None or comment.parent_key is not None:
            return comment
        found = select(comments.c.key).where(
            comments.c.site_id == comment.site_id,
            comments.c.id == comment.parent_id,
            comments.c.key != comment.key,
        )
        return replace(comment, parent_key=self._connection.execute(found).scalar())


def _lock_number(site_id: str, name: str) -> int:
    digest = hashlib.blake2b(f"{site_id}\0{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _until_repeated(start: str, chain: Iterable[StoredComment]) -> Iterable[StoredComment]:
    seen = {start}
    for comment in chain:
        if comment.key in seen:
            return
        seen.add(comment.key)
        yield comment
