"""Articles are found by their address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision: str | None = "0022"

_ADDRESSED = sa.text("url <> ''")


def upgrade() -> None:
    """Index the addresses."""
    op.create_index(
        "ix_articles_url",
        "articles",
        ["url"],
        postgresql_using="hash",
        sqlite_where=_ADDRESSED,
        postgresql_where=_ADDRESSED,
    )


def downgrade() -> None:
    """Drop the index again."""
    op.drop_index("ix_articles_url", "articles")
