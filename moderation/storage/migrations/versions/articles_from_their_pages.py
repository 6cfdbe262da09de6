"""Articles without a text remember how often their page was asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0015"
down_revision: str | None = "0014"

_TEXTLESS = sa.text("text = '' AND url <> ''")


def upgrade() -> None:
    """Add the columns, and find what lacks a text."""
    op.add_column(
        "articles", sa.Column("fetch_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("articles", sa.Column("fetch_at", UtcTime(), nullable=True))
    op.add_column("articles", sa.Column("fetched_at", UtcTime(), nullable=True))
    op.create_index(
        "ix_articles_textless",
        "articles",
        ["fetch_tries", "fetch_at"],
        sqlite_where=_TEXTLESS,
        postgresql_where=_TEXTLESS,
    )


def downgrade() -> None:
    """Forget them again."""
    op.drop_index("ix_articles_textless", "articles")
    for name in ("fetched_at", "fetch_at", "fetch_tries"):
        op.drop_column("articles", name)
