"""People may choose for themselves: keys, what is masked, when a break is suggested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.String(200), nullable=False),
        sa.Column("choices", sa.Text()),
        sa.Column("rested_at", UtcTime()),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )


def downgrade() -> None:
    """Forget it again."""
    op.drop_table("preferences")
