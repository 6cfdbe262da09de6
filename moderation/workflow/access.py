"""Use cases: who is it that calls, by a key or by a login and password."""

from __future__ import annotations

from datetime import datetime, timedelta

from moderation.accounts import Key, KeyKind, SignIn, User
from moderation.comments import Site
from moderation.credentials import digest, verify_password
from moderation.errors import Unavailable
from moderation.stored import KeyHolder
from moderation.stores import UnitOfWork
from moderation.workflow.services import Services

SIGN_INS_KEPT = timedelta(days=365)
"""How long it is kept who signed in, and that somebody tried to."""


def holder_of_key(services: Services, secret: str, *kinds: KeyKind) -> KeyHolder | None:
    """A live key of one of these kinds, and the site or the active user that it speaks for.

    While the database is away, a site's key that was live lately (`known_keys`); raises
    `Unavailable` for every other key then.
    """
    known, now, hashed = services.known_keys, services.now(), digest(secret)
    if known.outage.goes_on(now) and (holder := known.holder_of(hashed, kinds, now)) is not None:
        return holder
    try:
        return _look_up(services, hashed, kinds, now)
    except Unavailable:
        known.outage.met(now)
        holder = known.holder_of(hashed, kinds, now)
        if holder is None:
            raise
        return holder


def _look_up(
    services: Services, hashed: str, kinds: tuple[KeyKind, ...], now: datetime
) -> KeyHolder | None:
    with services.store.read() as work:
        key = work.accounts.key_by_digest(hashed)
        if key is None or key.kind not in kinds or not key.is_live(now):
            services.known_keys.forget(hashed)
            return None
        owner = _owner(work, key)
    if isinstance(owner, Site):
        services.known_keys.learn(KeyHolder(key, owner), now)
    return KeyHolder(key, owner) if owner else None


def user_in_session(services: Services, user_id: str, epoch: int) -> User | None:
    """The active user whose sessions of this epoch have not been ended."""
    with services.store.read() as work:
        user = _active(work.accounts.user(user_id))
    return user if user and user.session_epoch == epoch else None


def user_by_password(services: Services, login: str, password: str) -> User | None:
    """The active user with this login and password; a wrong login takes as long as a right one.

    Keeps that somebody was let in or tried to be, and forgets what is older than `SIGN_INS_KEPT`.
    """
    known = None
    if "\0" not in login:  # PostgreSQL takes no text with a NUL in it
        with services.store.read() as work:
            known = work.accounts.user_by_login(login)
    user = _active(known)
    fits = verify_password(password, user.password_hash if user else None)
    now = services.now()
    with services.store.write() as work:
        # Of every login alike: who waits for a commit learns nothing from it.
        work.accounts.keep_sign_in(SignIn(now, known.id if known else None, fits))
        work.accounts.forget_sign_ins(now - SIGN_INS_KEPT)
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
