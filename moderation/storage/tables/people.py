"""People, keys, what they chose and what was changed in the administration."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    func,
)

from moderation.accounts import Permission
from moderation.preferences import Choices
from moderation.storage.columns import TypedJson, UtcTime
from moderation.storage.tables.base import metadata

users = Table(
    "users",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("session_epoch", Integer, nullable=False),
    Column("password_once", Boolean, nullable=False, server_default=false()),
)

# Two people who are added at the same moment do not see each other; the database does.
Index("ix_users_lower_login", func.lower(users.c.login), unique=True)

sign_ins = Table(
    # Attempts. Without a user those on logins that are not there: what was typed may be a password.
    "sign_ins",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("user_id", ForeignKey("users.id")),
    Column("let_in", Boolean, nullable=False),
    Index(None, "user_id", "at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("site_id", ForeignKey("sites.id"), index=True),
    Column("user_id", ForeignKey("users.id"), index=True),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("secret", Text),  # of those that sign alone
    Column("scopes", TypedJson(tuple[Permission, ...] | None)),  # NULL: all that its kind may do
    Column("rate", String(60)),  # NULL: the one that all keys have
)

key_uses = Table(
    # Calls by key and day, written now and then by each worker; days are those of UTC.
    "key_uses",
    metadata,
    Column("key_id", ForeignKey("keys.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)

changes = Table(
    # What administrators changed, with what stood before; nothing secret.
    "changes",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(200)),
    Column("subject", String(20), nullable=False),
    Column("subject_id", String(200), nullable=False),
    Column("before", TypedJson(dict[str, object] | None)),
    Column("after", TypedJson(dict[str, object] | None)),
    Column("undoes", String(32)),
    Index(None, "subject", "subject_id", "position"),
    Index(None, "at"),
)

preferences = Table(
    # What people chose for themselves, and under an empty id what holds for everybody.
    "preferences",
    metadata,
    Column("user_id", String(200), primary_key=True),
    Column("choices", TypedJson(Choices)),
    Column("rested_at", UtcTime),
)
