"""Rows to the values of the core and back, and the few statements that every store needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from moderation.comments import Author, Status, StoredComment
from moderation.review_queue import Event, EventKind, ReviewItem, Stage, Verdict

ITEM_FIELDS = (
    *("id", "site_id", "comment_key", "sequence", "version", "stage", "status", "revision"),
    *("reasons", "severity", "opened_at", "reports", "appeals", "holder", "lease_until"),
    *("skipped_by", "settled"),
)
"""The columns of `review_items` that are the item itself."""

EVENT_FIELDS = (
    *("item_id", "sequence", "kind", "at", "actor", "site_id", "comment_key", "verdict"),
    *("labels", "reasons", "severity", "status", "lease_until", "undoes", "revision"),
)


def upsert(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Insert, or replace the row of the same primary key, in one statement."""
    upsert_by(connection, table, [column.name for column in table.primary_key], values)


def upsert_by(
    connection: Connection, table: Table, key: Sequence[str], values: Mapping[str, object]
) -> None:
    """Insert, or replace the row that is the same in `key`, which is unique."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values)
    replaced = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=replaced))


def comment_of(row: Row[Any]) -> StoredComment:
    """The comment of a row of `comments` joined with its current revision."""
    return StoredComment(
        key=row.key,
        site_id=row.site_id,
        id=row.id,
        text=row.text or "",
        article_id=row.article_id,
        parent_id=row.parent_id,
        parent_key=row.parent_key,
        author=Author(row.author_id, row.author_name, row.author_email_hash, row.author_ip_hash),
        kind=row.kind,
        status=Status(row.status),
        source_status=row.source_status,
        revision=row.revision,
        ruling=row.ruling,
        created_at=row.created_at,
        received_at=row.received_at,
        erased_at=row.erased_at,
        is_vouched_for=row.is_vouched_for,
    )


def comment_values(comment: StoredComment) -> dict[str, object]:
    """The row of `comments`; the text and its ruling go to `revisions`."""
    return {
        "key": comment.key,
        "site_id": comment.site_id,
        "id": comment.id,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "parent_key": comment.parent_key,
        "author_id": comment.author.id,
        "author_name": comment.author.name,
        "author_email_hash": comment.author.email_hash,
        "author_ip_hash": comment.author.ip_hash,
        "kind": comment.kind,
        "status": comment.status.value,
        "source_status": comment.source_status,
        "revision": comment.revision,
        "language": comment.ruling.language if comment.ruling else None,
        "created_at": comment.created_at,
        "received_at": comment.received_at,
        "erased_at": comment.erased_at,
        "is_vouched_for": comment.is_vouched_for,
    }


def item_of(row: Row[Any]) -> ReviewItem:
    """The review item of a row of `review_items`."""
    values = {name: getattr(row, name) for name in ITEM_FIELDS}
    values |= {"stage": Stage(row.stage), "status": Status(row.status)}
    return ReviewItem(**values)


def item_values(item: ReviewItem) -> dict[str, object]:
    """The part of a row of `review_items` that is the item itself."""
    values = {name: getattr(item, name) for name in ITEM_FIELDS}
    return values | {
        "stage": item.stage.value,
        "status": item.status.value,
        "skipped_by": dict(item.skipped_by),
    }


def event_of(row: Row[Any]) -> Event:
    """The event of a row of `review_events`."""
    values = {name: getattr(row, name) for name in EVENT_FIELDS}
    values |= {
        "kind": EventKind(row.kind),
        "verdict": Verdict(row.verdict) if row.verdict else None,
        "status": Status(row.status) if row.status else None,
    }
    return Event(**values)


def event_values(event: Event) -> dict[str, object]:
    """The row of `review_events`."""
    values = {name: getattr(event, name) for name in EVENT_FIELDS}
    return values | {
        "kind": event.kind.value,
        "verdict": event.verdict.value if event.verdict else None,
        "status": event.status.value if event.status else None,
    }
