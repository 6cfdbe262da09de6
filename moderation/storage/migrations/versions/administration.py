"""Sign-ins are kept, a password can be for once, a login is one person's in every spelling, and the
log of all that happened is found by time, by person and by kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.errors import ModerationError
from moderation.storage.columns import UtcTime

revision = "0009"
down_revision: str | None = "0008"

_EVENTS = (("at",), ("actor", "at"), ("kind", "at"))


def upgrade() -> None:
    """Make the table, the column and the indexes."""
    op.create_table(
        "sign_ins",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("user_id", sa.String(200)),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_at"), "sign_ins", ["at"])
    op.create_index(op.f("ix_sign_ins_user_id_at"), "sign_ins", ["user_id", "at"])
    op.add_column(
        "users",
        sa.Column("password_once", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _refuse_spellings()
    op.create_index("ix_users_lower_login", "users", [sa.text("lower(login)")], unique=True)
    for columns in _EVENTS:
        op.create_index(op.f(_name("review_events", columns)), "review_events", list(columns))
    op.create_index(op.f("ix_changes_at"), "changes", ["at"])


def downgrade() -> None:
    """Forget them again."""
    op.drop_index(op.f("ix_changes_at"), "changes")
    for columns in _EVENTS:
        op.drop_index(op.f(_name("review_events", columns)), "review_events")
    op.drop_index("ix_users_lower_login", "users")
    op.drop_column("users", "password_once")
    op.drop_table("sign_ins")


def _refuse_spellings() -> None:
    """Whose login has to change is for people to say."""
    shared = "SELECT lower(login) FROM users GROUP BY lower(login) HAVING count(*) > 1 ORDER BY 1"
    if found := op.get_bind().execute(sa.text(shared)).scalars().all():
        raise ModerationError(
            f"More than one person has the login {', '.join(found)}, in other capitals. Give all"
            " but one of them another `login` in the table `users`, then upgrade again."
        )


def _name(table: str, columns: tuple[str, ...]) -> str:
    return "_".join(("ix", table, *columns))
