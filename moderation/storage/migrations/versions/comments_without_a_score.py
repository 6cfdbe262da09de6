"""A comment can be kept before it is scored, and waits for that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    """Let a revision have no ruling, and make the table of those that wait for one."""
    with op.batch_alter_table("revisions") as revisions:
        revisions.alter_column("ruling", existing_type=sa.Text(), nullable=True)
    op.create_table(
        "unscored",
        sa.Column("comment_key", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_key"], ["comments.key"], name=op.f("fk_unscored_comment_key_comments")
        ),
        sa.PrimaryKeyConstraint("comment_key", name=op.f("pk_unscored")),
    )
    op.create_index(op.f("ix_unscored_due_at"), "unscored", ["due_at"])


def downgrade() -> None:
    """Forget what waits. Refused by the database where a revision has no ruling: score it first."""
    op.drop_table("unscored")
    with op.batch_alter_table("revisions") as revisions:
        revisions.alter_column("ruling", existing_type=sa.Text(), nullable=False)
