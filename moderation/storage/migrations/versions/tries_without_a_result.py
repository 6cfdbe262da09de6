"""What waits for a score keeps failures apart from tries that ended without any result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.storage.columns import UtcTime

revision = "0020"
down_revision: str | None = "0018"

_UNSCORED = sa.table(
    "unscored",
    *(sa.column(name) for name in ("due_at", "since", "model", "models")),
)


def upgrade() -> None:
    """Add the columns; what had been given up for good comes due once more."""
    no, none = sa.false(), sa.text("0")
    op.add_column("unscored", sa.Column("lost", sa.Integer(), nullable=False, server_default=none))
    for name in ("is_lent", "is_vouched_for"):
        op.add_column("unscored", sa.Column(name, sa.Boolean(), nullable=False, server_default=no))
    op.add_column("unscored", sa.Column("models", sa.Text(), nullable=False, server_default=""))
    ours = _UNSCORED.c
    tried = sa.update(_UNSCORED).where(ours.model != "")
    op.execute(tried.values(models="\n" + ours.model + "\n"))
    op.execute(sa.update(_UNSCORED).where(ours.due_at.is_(None)).values(due_at=ours.since))
    with op.batch_alter_table("unscored") as unscored:
        unscored.drop_column("model")
        unscored.alter_column("due_at", existing_type=UtcTime(), nullable=False)
        unscored.alter_column("lost", existing_type=sa.Integer(), server_default=None)
        unscored.alter_column("models", existing_type=sa.Text(), server_default=None)
        for name in ("is_lent", "is_vouched_for"):
            unscored.alter_column(name, existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Forget it again, and which versions had been tried."""
    with op.batch_alter_table("unscored") as unscored:
        for name in ("lost", "is_lent", "is_vouched_for", "models"):
            unscored.drop_column(name)
        unscored.alter_column("due_at", existing_type=UtcTime(), nullable=True)
        unscored.add_column(sa.Column("model", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("unscored") as unscored:
        unscored.alter_column("model", existing_type=sa.String(64), server_default=None)
