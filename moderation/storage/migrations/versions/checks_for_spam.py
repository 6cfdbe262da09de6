"""What a CMS asks about as it would ask Akismet, so that it is found again and counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0012"
down_revision: str | None = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "spam_checks",
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("theirs", sa.String(200), nullable=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_spam_checks_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_spam_checks")),
    )
    op.create_index(op.f("ix_spam_checks_site_id_theirs"), "spam_checks", ["site_id", "theirs"])
    op.create_index(op.f("ix_spam_checks_site_id_at"), "spam_checks", ["site_id", "at"])


def downgrade() -> None:
    """Forget it again."""
    op.drop_table("spam_checks")
