"""What a CMS asked about is found by its words as a CMS cleans them, and blogs are told apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    """Until now the id of a check was itself made of words as a CMS cleans them."""
    op.add_column(
        "spam_checks", sa.Column("alike", sa.String(64), nullable=False, server_default="")
    )
    op.execute("UPDATE spam_checks SET alike = id WHERE length(id) <= 64")
    op.create_index(op.f("ix_spam_checks_site_id_alike"), "spam_checks", ["site_id", "alike"])
    op.create_table(
        "spam_blogs",
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("blog", sa.String(200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_spam_blogs_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "blog", name=op.f("pk_spam_blogs")),
    )


def downgrade() -> None:
    """Forget it again."""
    op.drop_table("spam_blogs")
    op.drop_index(op.f("ix_spam_checks_site_id_alike"), "spam_checks")
    op.execute("ALTER TABLE spam_checks DROP COLUMN alike")
