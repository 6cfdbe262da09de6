"""What waits for a score no longer keeps who was vouched for: its comment does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision: str | None = "0023"

_NAME = "is_vouched_for"


def upgrade() -> None:
    """Drop the column, which some databases never had."""
    columns = sa.inspect(op.get_bind()).get_columns("unscored")
    if any(column["name"] == _NAME for column in columns):
        op.drop_column("unscored", _NAME)


def downgrade() -> None:
    """Add it again, as of nobody vouched for."""
    column = sa.Column[bool](_NAME, sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("unscored", column)
    with op.batch_alter_table("unscored") as unscored:
        unscored.alter_column(_NAME, existing_type=sa.Boolean(), server_default=None)
