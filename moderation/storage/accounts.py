"""Users and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, true

from moderation.accounts import Key, KeyKind, Role, SignIn, User
from moderation.storage.database import unique_or_conflict
from moderation.storage.rows import upsert
from moderation.storage.tables import keys, sign_ins, users

_USER = (
    *("id", "login", "name", "role", "password_hash", "active", "session_epoch"),
    "password_once",
)
_KEY = (
    *("id", "kind", "digest", "label", "created_at"),
    *("site_id", "user_id", "expires_at", "revoked_at", "secret", "rate"),
)


class SqlAccounts:
    """Users and keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def user(self, user_id: str, *, lock: bool = False) -> User | None:
        found = select(users).where(users.c.id == user_id)
        row = self._connection.execute(found.with_for_update() if lock else found).first()
        return _user(row) if row else None

    def users_by_id(self, user_ids: Sequence[str]) -> Mapping[str, User]:
        found = select(users).where(users.c.id.in_(user_ids))
        return {row.id: _user(row) for row in self._connection.execute(found)}

    def user_by_login(self, login: str) -> User | None:
        row = self._connection.execute(select(users).where(users.c.login == login)).first()
        return _user(row) if row else None

    def put_user(self, user: User) -> None:
        values = {name: getattr(user, name) for name in _USER} | {"role": user.role.value}
        with unique_or_conflict("This login is taken.", field="login"):
            upsert(self._connection, users, values)

    def users(self, *, lock: bool = False) -> list[User]:
        found = select(users).order_by(users.c.login)
        if lock:
            found = found.with_for_update()
        return [_user(row) for row in self._connection.execute(found)]

    def keep_sign_in(self, sign_in: SignIn) -> None:
        values = {"at": sign_in.at, "user_id": sign_in.user_id, "let_in": sign_in.let_in}
        self._connection.execute(insert(sign_ins).values(values))

    def forget_sign_ins(self, before: datetime) -> None:
        self._connection.execute(delete(sign_ins).where(sign_ins.c.at < before))

    def last_sign_ins(self) -> Mapping[str, datetime]:
        latest = (
            select(func.max(sign_ins.c.at))
            .where(sign_ins.c.user_id == users.c.id, sign_ins.c.let_in.is_(true()))
            .scalar_subquery()
        )
        rows = self._connection.execute(select(users.c.id, latest.label("at")))
        return {row.id: row.at for row in rows if row.at is not None}

    def key(self, key_id: str, *, lock: bool = False) -> Key | None:
        found = select(keys).where(keys.c.id == key_id)
        row = self._connection.execute(found.with_for_update() if lock else found).first()
        return _key(row) if row else None

    def key_by_digest(self, digest: str) -> Key | None:
        row = self._connection.execute(select(keys).where(keys.c.digest == digest)).first()
        return _key(row) if row else None

    def put_key(self, key: Key) -> None:
        """Insert or replace. Raises `Conflict` when another key has the same secret."""
        values = {name: getattr(key, name) for name in _KEY} | {"kind": key.kind.value}
        values["scopes"] = None if key.scopes is None else tuple(sorted(key.scopes))
        with unique_or_conflict("This key is there already.", field="digest"):
            upsert(self._connection, keys, values)

    def signing_keys(self, kind: KeyKind) -> list[Key]:
        found = select(keys).where(
            keys.c.kind == kind.value, keys.c.secret.is_not(None), keys.c.revoked_at.is_(None)
        )
        return [_key(row) for row in self._connection.execute(found.order_by(keys.c.id))]

    def keys(self, site_id: str | None = None, *, user_id: str | None = None) -> list[Key]:
        found = select(keys).order_by(keys.c.created_at, keys.c.id)
        if user_id is not None:
            found = found.where(keys.c.user_id == user_id)
        if site_id is not None:
            found = found.where(keys.c.site_id == site_id)
        return [_key(row) for row in self._connection.execute(found)]


def _user(row: Row[Any]) -> User:
    return User(**{name: getattr(row, name) for name in _USER} | {"role": Role(row.role)})


def _key(row: Row[Any]) -> Key:
    values = {name: getattr(row, name) for name in _KEY} | {"kind": KeyKind(row.kind)}
    return Key(**values, scopes=None if row.scopes is None else frozenset(row.scopes))
