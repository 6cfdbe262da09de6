"""Messages to the outside, the endpoints that want them, and what became of them there."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from moderation.outgoing import SigningSecret
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
    Index(None, "created_at"),
    Index(
        "ix_outbox_pending",
        "position",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # As they are: nothing can be signed with a digest.
    Column("secrets", TypedJson(tuple[SigningSecret, ...]), nullable=False),
    Column("label", String(200), nullable=False),
    Column("types", TypedJson(tuple[str, ...]), nullable=False),
    Column("off", String(20)),
    Column("off_since", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("failing_since", UtcTime),
    Column("failed_at", UtcTime),
    Column("quiet_until", UtcTime),
)

_PENDING = text("state = 'pending'")

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), primary_key=True),
    Column("message_id", ForeignKey("outbox.id"), primary_key=True, index=True),
    # Of the message in the outbox: the order in which things happened.
    Column("position", Integer, nullable=False),
    # The comment that it is about, if it is about one.
    Column("comment_id", String(200)),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcTime),
    # It was taken up at least once, so the receiver may have it.
    Column("may_have_left", Boolean, nullable=False),
    Column("tried_at", UtcTime),
    Column("last_status", Integer),
    Column("last_error", String(200), nullable=False),
    Index(None, "endpoint_id", "position"),
    Index(None, "endpoint_id", "state", "position"),
    Index(
        "ix_webhook_deliveries_due",
        "endpoint_id",
        "due_at",
        "position",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
    Index(
        "ix_webhook_deliveries_of_a_comment",
        "comment_id",
        "position",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("message_id", String(32), nullable=False),
    Column("type", String(50), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer),
    Column("error", String(200), nullable=False),
    Column("got_through", Boolean, nullable=False),
    Index(None, "endpoint_id", "position"),
    Index(None, "endpoint_id", "got_through", "position"),
)
