"""Sites get rules, articles the time they were first seen, and authors' comments are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0005e"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Sites begin without rules; an article counts as first seen when it was last brought in."""
    # Plain additions: other tables refer to these two, so SQLite must not make them anew.
    op.add_column("sites", sa.Column("rules", sa.Text(), nullable=False, server_default="{}"))
    digest = sa.Column("rules_digest", sa.String(64), nullable=False, server_default="")
    op.add_column("sites", digest)
    op.add_column("articles", sa.Column("first_seen_at", UtcTime()))
    op.execute("UPDATE articles SET first_seen_at = updated_at")
    for columns in (["site_id", "author_id", "status"], ["site_id", "received_at"]):
        op.create_index(op.f(f"ix_comments_{'_'.join(columns)}"), "comments", columns)


def downgrade() -> None:
    """Forget them again."""
    op.drop_index(op.f("ix_comments_site_id_received_at"), "comments")
    op.drop_index(op.f("ix_comments_site_id_author_id_status"), "comments")
    for column in ("articles.first_seen_at", "sites.rules_digest", "sites.rules"):
        table, _, name = column.partition(".")
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
