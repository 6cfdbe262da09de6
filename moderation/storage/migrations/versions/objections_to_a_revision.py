"""Reports and appeals learn which revision they are about; that of earlier ones is not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Add the column; what is there keeps none."""
    with op.batch_alter_table("objections") as objections:
        objections.add_column(sa.Column("revision", sa.Integer()))


def downgrade() -> None:
    """Forget it again."""
    with op.batch_alter_table("objections") as objections:
        objections.drop_column("revision")
