"""A suggestion says which comment of its site it is about, stored here or not."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision: str | None = "0017"

_SUGGESTIONS = sa.table(
    "suggestions",
    *(sa.column(name) for name in ("id", "comment_key", "comment_id", "told")),
)
_BATCH = 500


def upgrade() -> None:
    """Add the column, read the ids out of what was told, and remove what may name a person."""
    op.add_column("suggestions", sa.Column("comment_id", sa.String(200), nullable=True))
    connection, last = op.get_bind(), ""
    ours = _SUGGESTIONS.c
    some = sa.select(ours.id, ours.told).order_by(ours.id).limit(_BATCH)
    while rows := connection.execute(some.where(ours.id > last)).all():
        last = rows[-1].id
        for row in rows:
            told = json.loads(row.told)
            told.pop("sessionId", None)
            values = {"comment_id": _id_in(told), "told": json.dumps(told, ensure_ascii=False)}
            connection.execute(sa.update(_SUGGESTIONS).where(ours.id == row.id).values(values))
    op.create_index("ix_suggestions_site_id_comment_id", "suggestions", ["site_id", "comment_id"])


def downgrade() -> None:
    """Forget it again."""
    op.drop_index("ix_suggestions_site_id_comment_id", "suggestions")
    op.drop_column("suggestions", "comment_id")


def _id_in(told: dict[str, str]) -> str | None:
    token = told.get("clientToken", "")
    found = token.removeprefix("comment:") if token.startswith("comment:") else told.get("guid")
    return found if found and len(found) <= 200 else None
