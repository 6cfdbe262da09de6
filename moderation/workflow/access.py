"""Use cases: who is it that calls, by a key or by a login and password."""

from __future__ import annotations

from moderation.accounts import Key, KeyKind, SignIn, User
from moderation.comments import Site
from moderation.credentials import digest, verify_password
from moderation.stored import KeyHolder
from moderation.stores import UnitOfWork
from moderation.workflow.services import Services


def holder_of_key(services: Services, secret: str, *kinds: KeyKind) -> KeyHolder | None:
    """A live key of one of these kinds, and the site or the active user that it speaks for."""
    with services.store.read() as work:
        key = work.accounts.key_by_digest(digest(secret))
        if key is None or key.kind not in kinds or not key.is_live(services.now()):
            return None
        owner = _owner(work, key)
    return KeyHolder(key, owner) if owner else None


def user_in_session(services: Services, user_id: str, epoch: int) -> User | None:
    """The active user whose sessions of this epoch have not been ended."""
    with services.store.read() as work:
        user = _active(work.accounts.user(user_id))
    return user if user and user.session_epoch == epoch else None


def user_by_password(services: Services, login: str, password: str) -> User | None:
    """The active user with this login and password; a wrong login takes as long as a right one.

    Keeps that somebody was let in, or tried a login that is there.
    """
    known = None
    if "\0" not in login:  # PostgreSQL takes no text with a NUL in it
        with services.store.read() as work:
            known = work.accounts.user_by_login(login)
    user = _active(known)
    fits = verify_password(password, user.password_hash if user else None)
    if known is not None:
        with services.store.write() as work:
            work.accounts.keep_sign_in(SignIn(services.now(), known.id, fits))
            work.commit()
    return user if fits else None


def user_by_login(services: Services, login: str) -> User | None:
    """The active user with this login, for whoever was told by somebody trusted who it is."""
    with services.store.read() as work:
        return _active(work.accounts.user_by_login(login))


def _active(user: User | None) -> User | None:
    return user if user and user.active else None


def _owner(work: UnitOfWork, key: Key) -> Site | User | None:
    if key.kind is KeyKind.PERSONAL:
        return _active(work.accounts.user(key.user_id or ""))
    return work.sites.get(key.site_id or "")
