"""Comments keep whether their site vouched for their author."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision: str | None = "0021"


def upgrade() -> None:
    """Add the column; of comments from before it is not known, so nobody vouched for them."""
    no = sa.false()
    column = sa.Column[bool]("is_vouched_for", sa.Boolean(), nullable=False, server_default=no)
    op.add_column("comments", column)


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("comments", "is_vouched_for")
