"""Sites tell what their moderators decided, and keys that sign keep their secret."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import TypedJson, UtcTime

revision = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("labels", TypedJson(dict[str, float]), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("comment_key", sa.String(32), nullable=True),
        sa.Column("told", TypedJson(dict[str, str]), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_suggestions_site_id_sites")
        ),
        sa.ForeignKeyConstraint(
            ["comment_key"], ["comments.key"], name=op.f("fk_suggestions_comment_key_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_comment_key"), "suggestions", ["comment_key"])
    op.create_index(op.f("ix_suggestions_site_id_at"), "suggestions", ["site_id", "at"])
    op.add_column("keys", sa.Column("secret", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget them again."""
    op.drop_column("keys", "secret")
    op.drop_table("suggestions")
