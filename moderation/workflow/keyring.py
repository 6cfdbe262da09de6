"""Use cases: keys of sites and personal tokens, made, replaced, changed and ended.

A secret is handed back once, by whatever made it. A personal token is its owner's: with
`owner` given, keys of others are as if they were not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.accounts import SITE_KEY_PERMISSIONS, Key, KeyKind, Permission, User
from moderation.changes import Change, Subject, differences
from moderation.comments import MAX_ID
from moderation.credentials import checked_secret, new_secret
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound
from moderation.rates import rate_of
from moderation.stores import UnitOfWork
from moderation.workflow.administering import record, require_administrator
from moderation.workflow.services import Services

MAX_DAYS = 3_650
MAX_GRACE = timedelta(days=30)
"""Longest time for which a key that was replaced goes on working."""

MAX_TOKENS = 20
"""Most live tokens that one person can have."""

TAKEN_BACK = ("label", "expires_at", "scopes", "rate")
"""What of a change of a key can be taken back. A revocation stays: make a new key."""


def list_keys(
    services: Services, site_id: str | None = None, *, user_id: str | None = None
) -> list[Key]:
    """Keys in the order in which they were made; of one site or one person where given."""
    with services.store.read() as work:
        return work.accounts.keys(site_id, user_id=user_id)


def find_key(services: Services, key_id: str, *, owner: User | None = None) -> Key:
    """One key. Raises `NotFound`."""
    with services.store.read() as work:
        return _known(work.accounts.key(key_id), key_id, owner)


def make_site_key(
    services: Services,
    actor: User | None,
    kind: KeyKind,
    site_id: str,
    label: str,
    days: int | None = None,
    *,
    given: str | None = None,
    scopes: Collection[Permission] | None = None,
    rate: str | None = None,
) -> tuple[str, Key]:
    """The secret and the key of a site's program, for so many days or for good.

    `given` is a signing secret that the program made itself, as Coral does. `scopes` are what it
    may do of all that a site's key may, `rate` how often it may call, where that is not what the
    setting says. Raises `InvalidInput`, `NotFound` for a site that is not there, `Conflict` for a
    secret that is here already.
    """
    require_administrator(actor)
    if kind is KeyKind.PERSONAL:
        raise InvalidInput("kind", "must be one of a site's")
    if given is not None:
        if kind is not KeyKind.CORAL:
            raise InvalidInput("secret", "is given for a key of the kind `coral`, and for no other")
        given = checked_secret(given)
    ends, limits = _end(services, days), (_scopes(kind, scopes), _rate(rate))
    secret, key = new_secret(
        kind, label=_checked(label), site_id=site_id, expires_at=ends, given=given
    )
    with services.store.write() as work:
        if work.sites.get(site_id) is None:
            raise NotFound("There is no such site.", field="site")
        key = replace(key, created_at=services.now(), scopes=limits[0], rate=limits[1])
        try:
            _keep(services, work, actor, None, key)
        except Conflict as error:
            raise Conflict("A key has, or had, this secret already.", field="secret") from error
        work.commit()
    return secret, key


def make_token(
    services: Services, actor: User | None, owner: User, label: str, days: int | None = None
) -> tuple[str, Key]:
    """The secret and the key of a token that acts as its owner.

    Raises `InvalidInput`, and `Conflict` for somebody who has too many.
    """
    _require_owner_or_administrator(actor, owner)
    ends = _end(services, days)
    made = new_secret(KeyKind.PERSONAL, label=_checked(label), user_id=owner.id, expires_at=ends)
    secret, key = made
    with services.store.write() as work:
        work.accounts.user(owner.id, lock=True)
        tokens = work.accounts.keys(user_id=owner.id)
        if sum(token.is_live(services.now()) for token in tokens) >= MAX_TOKENS:
            raise Conflict(f"You have {MAX_TOKENS} tokens; revoke one first.", field="label")
        key = _keep(services, work, actor, None, replace(key, created_at=services.now()))
        work.commit()
    return secret, key


def rotate_key(
    services: Services,
    actor: User | None,
    key_id: str,
    grace: timedelta,
    *,
    owner: User | None = None,
) -> tuple[str, Key]:
    """A new secret and key in the place of one that ends when the grace is over.

    The new one lasts as long as the old one was made for. Raises `InvalidInput`, `NotFound`,
    and `Conflict` for a key that has ended.
    """
    _require_owner_or_administrator(actor, owner)
    if not timedelta() <= grace <= MAX_GRACE:
        raise InvalidInput("grace", f"must be 0 to {MAX_GRACE.days} days")
    now = services.now()
    with services.store.write() as work:
        old = _known(work.accounts.key(key_id, lock=True), key_id, owner)
        if old.user_id is not None and actor is not None and actor.id != old.user_id:
            # Whoever sees the secret of a token can act as its owner.
            raise Forbidden("A personal token is replaced by its owner.")
        if not old.is_live(now):
            raise Conflict("This key has ended; make a new one.", field="key")
        lasts = old.expires_at - old.created_at if old.expires_at else None
        secret, new = new_secret(
            old.kind,
            label=old.label,
            site_id=old.site_id,
            user_id=old.user_id,
            expires_at=now + lasts if lasts else None,
        )
        _keep(services, work, actor, old, replace(old, expires_at=_sooner(old, now + grace)))
        new = replace(new, created_at=now, scopes=old.scopes, rate=old.rate)
        _keep(services, work, actor, None, new)
        work.commit()
    return secret, new


def change_key(
    services: Services,
    actor: User | None,
    key_id: str,
    label: str,
    expires_at: datetime | None,
    *,
    scopes: Collection[Permission] | None = None,
    rate: str | None = None,
) -> Key:
    """Call a key something else, have it end at another time or never, open more or less.

    Raises `InvalidInput`, `NotFound`, and `Conflict` for a revoked one.
    """
    require_administrator(actor)
    with services.store.write() as work:
        key = _known(work.accounts.key(key_id, lock=True), key_id, None)
        _refuse_revoked(key)
        if expires_at is not None and expires_at <= services.now():
            raise InvalidInput("expires", "must lie ahead; revoke the key to end it now")
        changed = replace(
            key,
            label=_checked(label),
            expires_at=expires_at,
            scopes=None if key.site_id is None else _scopes(key.kind, scopes),
            rate=_rate(rate),
        )
        _keep(services, work, actor, key, changed)
        work.commit()
    return changed


def revoke_key(
    services: Services, actor: User | None, key_id: str, *, owner: User | None = None
) -> Key:
    """End a key at once and for good; quiet the second time. Raises `NotFound`."""
    _require_owner_or_administrator(actor, owner)
    with services.store.write() as work:
        key = _known(work.accounts.key(key_id, lock=True), key_id, owner)
        if key.revoked_at is not None:
            return key
        changed = replace(key, revoked_at=services.now())
        _keep(services, work, actor, key, changed)
        work.commit()
    return changed


def take_back_of_key(
    services: Services, work: UnitOfWork, actor: User | None, change: Change
) -> None:
    """Put back what a change of a key replaced; the caller commits.

    Raises `Conflict` where it was changed again since, or cannot be taken back at all.
    """
    key = _known(work.accounts.key(change.subject_id, lock=True), change.subject_id, None)
    differing = differences(change)
    wanted = {name: before for name, (before, _) in differing.items() if name in TAKEN_BACK}
    if change.before is None or not wanted:
        raise Conflict("There is nothing in this change that could be taken back.")
    _refuse_revoked(key)
    now = _state(key)
    if any(now[name] != differing[name][1] for name in wanted):
        raise Conflict("It was changed again since; take back the later change first.")
    back = now | wanted
    ends, scopes, rate = back["expires_at"], back["scopes"], back["rate"]
    changed = replace(
        key,
        label=str(back["label"]),
        expires_at=datetime.fromisoformat(str(ends)) if ends else None,
        scopes=frozenset(map(Permission, scopes)) if isinstance(scopes, list) else None,
        rate=str(rate) if rate else None,
    )
    _keep(services, work, actor, key, changed, undoes=change.id)


def _keep(
    services: Services,
    work: UnitOfWork,
    actor: User | None,
    before: Key | None,
    after: Key,
    *,
    undoes: str | None = None,
) -> Key:
    work.accounts.put_key(after)
    states = (_state(before) if before else None, _state(after))
    record(work, actor, services.now(), Subject.KEY, after.id, *states, undoes=undoes)
    return after


def _state(key: Key) -> dict[str, object]:
    return {
        "kind": key.kind.value,
        "label": key.label,
        "site": key.site_id,
        "user": key.user_id,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "scopes": None if key.scopes is None else sorted(scope.value for scope in key.scopes),
        "rate": key.rate,
    }


def _sooner(key: Key, end: datetime) -> datetime:
    return end if key.expires_at is None else min(key.expires_at, end)


def _end(services: Services, days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput("days", f"must be 1 to {MAX_DAYS}")
    return services.now() + timedelta(days=days)


def _scopes(kind: KeyKind, scopes: Collection[Permission] | None) -> frozenset[Permission] | None:
    if scopes is None or set(scopes) >= SITE_KEY_PERMISSIONS:
        return None
    if not scopes:
        raise InvalidInput("scopes", "must be one at least, or the key opens nothing")
    if not set(scopes) <= SITE_KEY_PERMISSIONS:
        raise InvalidInput("scopes", f"must be of {', '.join(sorted(SITE_KEY_PERMISSIONS))}")
    if kind is not KeyKind.SITE and Permission.SUBMIT not in scopes:
        raise InvalidInput("scopes", f"must hold `submit`: a key of the kind `{kind}` does no less")
    return frozenset(scopes)


def _rate(rate: str | None) -> str | None:
    written = (rate or "").strip()
    try:
        rate_of(written)
    except ValueError as error:
        raise InvalidInput("rate", str(error)) from None
    return written or None


def _checked(label: str) -> str:
    label = label.strip()
    if len(label) > MAX_ID or (label and not label.isprintable()):
        raise InvalidInput("label", f"must have at most {MAX_ID} printable characters")
    return label


def _require_owner_or_administrator(actor: User | None, owner: User | None) -> None:
    if owner is None or actor is None or actor.id != owner.id:
        require_administrator(actor)


def _refuse_revoked(key: Key) -> None:
    if key.revoked_at is not None:
        raise Conflict("This key is revoked for good; make a new one.", field="key")


def _known(key: Key | None, key_id: str, owner: User | None) -> Key:
    if key is None or (owner is not None and key.user_id != owner.id):
        raise NotFound(f"There is no key {key_id[:80]!r}.", field="id")
    return key
