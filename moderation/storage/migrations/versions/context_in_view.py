"""Items get notes; comments are found by who wrote them, and by the article they stand under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"

_PARTIAL = (
    ("ix_comments_top_level", ["site_id", "article_id", "created_at"], "parent_id IS NULL"),
    ("ix_comments_author", ["site_id", "author_id", "created_at"], "length(author_id) <= 200"),
    (
        "ix_comments_author_email",
        ["site_id", "author_email_hash", "created_at"],
        "length(author_email_hash) <= 200",
    ),
)


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "notes",
        sa.Column("item_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id", "sequence"],
            ["review_events.item_id", "review_events.sequence"],
            name=op.f("fk_notes_item_id_sequence_review_events"),
        ),
        sa.PrimaryKeyConstraint("item_id", "sequence", name=op.f("pk_notes")),
    )
    for name, columns, holds in _PARTIAL:
        where = sa.text(holds)
        op.create_index(name, "comments", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget them again, and the events that tell of notes."""
    for name, _, _ in _PARTIAL:
        op.drop_index(name, "comments")
    op.drop_table("notes")
    op.execute("DELETE FROM review_events WHERE kind = 'noted'")
