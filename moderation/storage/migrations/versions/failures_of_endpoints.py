"""Endpoints of webhooks keep when they failed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0021"
down_revision: str | None = "0020"


def upgrade() -> None:
    """Add the column; of failures from before it is not known, so their count begins anew."""
    op.add_column("webhook_endpoints", sa.Column("failed_at", UtcTime(), nullable=True))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("webhook_endpoints", "failed_at")
