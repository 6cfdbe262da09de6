"""Keys have scopes, a rate and their use; comments are counted by how they stand, and listed so;
verdicts are counted by day; a repeated report is told from a new one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import TypedJson, UtcTime

revision = "0016"
down_revision: str | None = "0015"

_DECIDED = sa.text("decided_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables, columns and indexes, and count what is there."""
    op.add_column("keys", sa.Column("scopes", TypedJson(tuple[str, ...] | None)))
    op.add_column("keys", sa.Column("rate", sa.String(60)))
    op.add_column("objections", sa.Column("sent_as", sa.String(64)))
    op.create_table(
        "key_uses",
        sa.Column("key_id", sa.String(200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"], name=op.f("fk_key_uses_key_id_keys")),
        sa.PrimaryKeyConstraint("key_id", "day", name=op.f("pk_key_uses")),
    )
    op.create_table(
        "comment_tally",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.Column("model", sa.Text()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_comment_tally")),
    )
    op.create_index(op.f("ix_comment_tally_site_id"), "comment_tally", ["site_id"])
    _count()
    op.create_index(
        op.f("ix_comments_site_id_status_received_at"),
        "comments",
        ["site_id", "status", "received_at"],
    )
    op.create_index(
        op.f("ix_review_items_decided_site"),
        "review_items",
        ["site_id", "decided_at", "status"],
        sqlite_where=_DECIDED,
        postgresql_where=_DECIDED,
    )


def downgrade() -> None:
    """Forget them again."""
    op.drop_index(op.f("ix_review_items_decided_site"), "review_items")
    op.drop_index(op.f("ix_comments_site_id_status_received_at"), "comments")
    op.drop_table("comment_tally")
    op.drop_table("key_uses")
    op.drop_column("objections", "sent_as")
    op.drop_column("keys", "rate")
    op.drop_column("keys", "scopes")


def _count() -> None:
    on_file = op.get_bind().dialect.name == "sqlite"
    told = "json_extract(r.ruling, '$.{0}')" if on_file else "(r.ruling::json ->> '{0}')"
    decision, model = told.format("decision"), told.format("model")
    op.execute(
        "INSERT INTO comment_tally (site_id, status, decision, model, number)"
        f" SELECT c.site_id, c.status, {decision}, {model}, count(*)"
        " FROM comments c LEFT JOIN revisions r"
        " ON r.comment_key = c.key AND r.number = c.revision"
        " WHERE c.erased_at IS NULL"
        f" GROUP BY c.site_id, c.status, {decision}, {model}"
    )
