"""Messages to the outside."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from moderation.storage.columns import TypedJson, UtcTime
from moderation.storage.tables.base import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("type", String(50), nullable=False),
    Column("payload", TypedJson(dict[str, object]), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("item_id", String(32)),
    Column("sequence", Integer),
    Column("sent_at", UtcTime),
    Index(None, "item_id", "sequence"),
    Index(
        "ix_outbox_pending",
        "position",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)
