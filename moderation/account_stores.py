"""What the use cases ask of storage about people and keys, and what was changed about them.

A part of `stores`, which says what holds for all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from moderation.accounts import Key, KeyKind, KeyUse, SignIn, User
from moderation.changes import Change, Subject


class Accounts(Protocol):
    """Users and keys."""

    def user(self, user_id: str, *, lock: bool = False) -> User | None: ...
    def users_by_id(self, user_ids: Sequence[str]) -> Mapping[str, User]:
        """Those of them that are stored, each by their id."""

    def user_by_login(self, login: str) -> User | None: ...
    def put_user(self, user: User) -> None:
        """Insert or replace. Raises `Conflict` when the login is another's."""

    def users(self, *, lock: bool = False) -> list[User]:
        """Everybody, in order of logins; `lock` makes others who ask so wait."""

    def keep_sign_in(self, sign_in: SignIn) -> None: ...
    def forget_sign_ins(self, before: datetime) -> None:
        """Remove what was kept of them earlier than that."""

    def last_sign_ins(self) -> Mapping[str, datetime]:
        """When each user was last let in, by their ids; without those who never were."""

    def key(self, key_id: str, *, lock: bool = False) -> Key | None: ...
    def key_by_digest(self, digest: str) -> Key | None: ...
    def put_key(self, key: Key) -> None: ...
    def signing_keys(self, kind: KeyKind) -> list[Key]:
        """Keys of a kind whose secret is kept, those that were revoked left out."""

    def keys(self, site_id: str | None = None, *, user_id: str | None = None) -> list[Key]: ...


class KeyUses(Protocol):
    """How often keys are used, by days of UTC."""

    def add(self, uses: Sequence[KeyUse]) -> None:
        """Count these calls beside those of the same key and day that are known."""

    def last(self) -> Mapping[str, datetime]:
        """When each key was used last, by its id; without those that never were."""

    def since(self, day: date) -> Mapping[str, int]:
        """How many calls each key made on that day and later; without those that made none."""

    def of(self, key_id: str, since: date) -> list[KeyUse]:
        """The days on which a key was used, from that day on, latest first."""


class Changes(Protocol):
    """The record of the administration."""

    def add(self, change: Change) -> None: ...
    def get(self, change_id: str) -> Change | None: ...
    def latest(
        self,
        limit: int,
        *,
        subject: Subject | None = None,
        subject_id: str | None = None,
        before: str | None = None,
    ) -> list[Change]:
        """Changes, latest first; those older than the change with the id `before`."""
