"""Endpoints that are told of what happens, what is on its way to them, and a log of the calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import TypedJson, UtcTime

revision = "0013"
down_revision: str | None = "0012"

_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Make the tables, and find old messages."""
    _index("outbox", "created_at")
    _endpoints()
    _deliveries()
    _attempts()


def downgrade() -> None:
    """Forget them again."""
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_endpoints"):
        op.drop_table(table)
    op.drop_index(op.f("ix_outbox_created_at"), "outbox")


def _endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("secrets", TypedJson(tuple[object, ...]), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("types", TypedJson(tuple[str, ...]), nullable=False),
        sa.Column("off", sa.String(20), nullable=True),
        sa.Column("off_since", UtcTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcTime(), nullable=True),
        sa.Column("quiet_until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_webhook_endpoints_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_webhook_endpoints")),
        sa.UniqueConstraint("id", name=op.f("uq_webhook_endpoints_id")),
    )
    op.create_index(op.f("ix_webhook_endpoints_site_id"), "webhook_endpoints", ["site_id"])


def _deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(200), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("may_have_left", sa.Boolean(), nullable=False),
        sa.Column("tried_at", UtcTime(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_deliveries_endpoint_id_webhook_endpoints"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox.id"], name=op.f("fk_webhook_deliveries_message_id_outbox")
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "message_id", name=op.f("pk_webhook_deliveries")),
    )
    _index("webhook_deliveries", "message_id")
    _index("webhook_deliveries", "endpoint_id", "position")
    _index("webhook_deliveries", "endpoint_id", "state", "position")
    _of_pending("ix_webhook_deliveries_due", "endpoint_id", "due_at", "position")
    _of_pending("ix_webhook_deliveries_of_a_comment", "comment_id", "position")


def _attempts() -> None:
    op.create_table(
        "webhook_attempts",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("type", sa.String(50), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("got_through", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_attempts_endpoint_id_webhook_endpoints"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_webhook_attempts")),
    )
    _index("webhook_attempts", "endpoint_id", "position")
    _index("webhook_attempts", "endpoint_id", "got_through", "position")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _of_pending(name: str, *columns: str) -> None:
    op.create_index(
        name,
        "webhook_deliveries",
        list(columns),
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
