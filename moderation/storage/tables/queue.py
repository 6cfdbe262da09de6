"""The review queue: the record, the projection of it, and what it is counted and found by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    desc,
    text,
)

from moderation.comments import Reason
from moderation.review_queue import Settled
from moderation.storage.columns import TypedJson, UtcTime
from moderation.storage.tables.base import metadata
from moderation.stored import QueueFilter


def _index_of_waiting(name: str, *columns: str | ColumnElement[Any]) -> Index:
    """An index of the items that wait: few, where those that are decided are many."""
    return Index(
        f"ix_review_items_{name}",
        *columns,
        sqlite_where=text("waiting IS 1"),
        postgresql_where=text("waiting IS true"),
    )


review_events = Table(
    "review_events",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(200)),
    Column("site_id", String(200)),
    Column("comment_key", String(32)),
    Column("verdict", String(20)),
    Column("labels", TypedJson(tuple[str, ...]), nullable=False),
    Column("reasons", TypedJson(tuple[Reason, ...]), nullable=False),
    Column("severity", Float),
    Column("status", String(20)),
    Column("lease_until", UtcTime),
    Column("undoes", Integer),
    Column("revision", Integer),
    # For the audit log and for a person's own record; a time is nearly a key by itself.
    Index(None, "at"),
    Index(None, "actor", "at"),
    Index(None, "kind", "at"),
)

notes = Table(
    # The words of a note between moderators; who wrote it and when is in its event.
    "notes",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(
        ["item_id", "sequence"], ["review_events.item_id", "review_events.sequence"]
    ),
)

review_items = Table(
    "review_items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("comment_key", ForeignKey("comments.key"), nullable=False, unique=True),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reasons", TypedJson(tuple[Reason, ...]), nullable=False),
    Column("severity", Float, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("appeals", Integer, nullable=False),
    Column("holder", String(200)),
    Column("lease_until", UtcTime),
    Column("skipped_by", TypedJson(dict[str, int]), nullable=False),
    Column("settled", TypedJson(tuple[Settled, ...]), nullable=False),
    # For finding only, from here on; the item is all of the above.
    Column("rank", Float, nullable=False),
    Column("language", String(35)),
    Column("waiting", Boolean, nullable=False),
    Column("decided_at", UtcTime),
    _index_of_waiting("waiting", "rank", "id"),
    _index_of_waiting("waiting_site", "site_id", "rank", "id"),
    _index_of_waiting("waiting_language", "language", "rank", "id"),
    _index_of_waiting("waiting_stage", "stage", "rank", "id"),
    _index_of_waiting("waiting_opened", "opened_at", "id"),
    _index_of_waiting("waiting_severity", desc("severity"), "rank", "id"),
    _index_of_waiting("waiting_reports", desc("reports"), "rank", "id"),
    Index(
        "ix_review_items_held",
        "holder",
        sqlite_where=text("holder IS NOT NULL"),
        postgresql_where=text("holder IS NOT NULL"),
    ),
    Index(
        "ix_review_items_decided",
        "decided_at",
        "id",
        sqlite_where=text("decided_at IS NOT NULL"),
        postgresql_where=text("decided_at IS NOT NULL"),
    ),
    # For counting verdicts by day, which reads nothing but the index.
    Index(
        "ix_review_items_decided_site",
        "site_id",
        "decided_at",
        "status",
        sqlite_where=text("decided_at IS NOT NULL"),
        postgresql_where=text("decided_at IS NOT NULL"),
    ),
)

review_marks = Table(
    # What a waiting item can be found by: a `reason` code or a `label`. Rank and site are
    # those of the item, so that a rare mark is found without walking the whole queue.
    "review_marks",
    metadata,
    Column("item_id", ForeignKey("review_items.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("value", String(50), primary_key=True),
    Column("rank", Float, nullable=False),
    Column("site_id", String(200), nullable=False),
    Index(None, "kind", "value", "rank", "item_id"),
    Index(None, "site_id", "kind", "value", "rank", "item_id"),
)

queue_tally = Table(
    # How many items wait of each profile: the sum of `number` over its rows. Whoever changes an
    # item adds a row and touches no other, so that writers never wait for one another here.
    "queue_tally",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("site_id", String(200), nullable=False),
    Column("language", String(35)),
    Column("stage", String(20), nullable=False),
    Column("marks", Text, nullable=False),  # such as `label:insult reason:label`, sorted
    Column("number", Integer, nullable=False),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("wanted", TypedJson(QueueFilter), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("user_id", "name"),
)

review_acts = Table(
    # Verdicts and skips in force, by whose they are: what that person may still undo.
    "review_acts",
    metadata,
    Column("item_id", ForeignKey("review_items.id"), primary_key=True),
    Column("user_id", String(200), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("skip", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "user_id", "at"),
)
