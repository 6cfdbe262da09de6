"""Marks learn the rank and the site of their item; three more indexes find and count what waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"

_SQLITE, _POSTGRESQL = sa.text("waiting IS 1"), sa.text("waiting IS true")
_MARKS = "review_marks"
_BY_ITEM = "(SELECT i.{0} FROM review_items i WHERE i.id = review_marks.item_id)"


def upgrade() -> None:
    """Fill the new columns from the items."""
    op.drop_index("ix_review_marks_kind_value_item_id", _MARKS)
    with op.batch_alter_table(_MARKS) as marks:
        marks.add_column(sa.Column("rank", sa.Float()))
        marks.add_column(sa.Column("site_id", sa.String(200)))
    rank, site_id = _BY_ITEM.format("rank"), _BY_ITEM.format("site_id")
    op.execute(f"UPDATE review_marks SET rank = {rank}, site_id = {site_id}")
    with op.batch_alter_table(_MARKS) as marks:
        marks.alter_column("rank", existing_type=sa.Float(), nullable=False)
        marks.alter_column("site_id", existing_type=sa.String(200), nullable=False)
    ranked = ["kind", "value", "rank", "item_id"]
    op.create_index("ix_review_marks_kind_value_rank_item_id", _MARKS, ranked)
    op.create_index("ix_review_marks_site_id_kind_value", _MARKS, ["site_id", "kind", "value"])
    _index_waiting("language", ["language", "rank", "id"])
    _index_waiting("stage", ["stage", "rank", "id"])
    _index_waiting("count", ["site_id", "stage"])


def downgrade() -> None:
    """Forget them again."""
    for name in ("count", "stage", "language"):
        op.drop_index(f"ix_review_items_waiting_{name}", "review_items")
    op.drop_index("ix_review_marks_site_id_kind_value", _MARKS)
    op.drop_index("ix_review_marks_kind_value_rank_item_id", _MARKS)
    with op.batch_alter_table(_MARKS) as marks:
        marks.drop_column("site_id")
        marks.drop_column("rank")
    op.create_index("ix_review_marks_kind_value_item_id", _MARKS, ["kind", "value", "item_id"])


def _index_waiting(name: str, columns: list[str]) -> None:
    op.create_index(
        f"ix_review_items_waiting_{name}",
        "review_items",
        columns,
        sqlite_where=_SQLITE,
        postgresql_where=_POSTGRESQL,
    )
