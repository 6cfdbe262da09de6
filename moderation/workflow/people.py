"""Use cases: people who sign in, what each is here for, their passwords and sessions.

`actor` is the administrator who acts, `None` a command of the operator's. The last active
administrator can be neither demoted nor deactivated by anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.accounts import Role, User
from moderation.changes import Change, Subject, differences
from moderation.comments import MAX_ID
from moderation.credentials import checked_password, hash_password, verify_password
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound
from moderation.stores import UnitOfWork
from moderation.workflow.administering import record, require_administrator
from moderation.workflow.services import Services

TAKEN_BACK = ("name", "role", "active")
"""What of a change of a person can be taken back."""

_NEW_PASSWORD = {"password": "new"}


@dataclass(frozen=True, slots=True)
class Person:
    """A user, and when they were last let in with their password."""

    user: User
    signed_in_at: datetime | None


def list_people(services: Services) -> tuple[Person, ...]:
    """Everybody, in order of logins."""
    with services.store.read() as work:
        last = work.accounts.last_sign_ins()
        return tuple(Person(user, last.get(user.id)) for user in work.accounts.users())


def find_person(services: Services, user_id: str) -> User:
    """One user. Raises `NotFound`."""
    with services.store.read() as work:
        return _known(work.accounts.user(user_id))


def add_person(
    services: Services,
    actor: User | None,
    login: str,
    name: str,
    role: Role,
    password: str,
    *,
    once: bool = False,
) -> User:
    """Add somebody; with `once` they must replace the password when they first sign in.

    Raises `InvalidInput`, and `Conflict` for a login that is taken in any spelling.
    """
    require_administrator(actor)
    login = login.strip()
    user = User(
        id=uuid.uuid4().hex,
        login=_checked_word("login", login),
        name=_checked_word("name", name.strip() or login),
        role=role,
        password_hash=hash_password(checked_password(password, login)),
        password_once=once,
    )
    with services.store.write() as work:
        if any(known.login.casefold() == login.casefold() for known in work.accounts.users()):
            raise Conflict("This login is taken.", field="login")
        _keep(services, work, actor, None, user)
        work.commit()
    return user


def change_person(
    services: Services,
    actor: User | None,
    user_id: str,
    *,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
) -> User:
    """Change what is given; deactivating somebody ends their sessions.

    Raises `NotFound`, `InvalidInput`, and `Conflict` where no administrator would be left.
    """
    require_administrator(actor)
    with services.store.write() as work:
        everybody = work.accounts.users(lock=True)
        user = _known(next((one for one in everybody if one.id == user_id), None))
        changed = replace(
            user,
            name=user.name if name is None else _checked_word("name", name.strip()),
            role=user.role if role is None else role,
            active=user.active if active is None else active,
        )
        changed = _without_sessions(changed) if user.active and not changed.active else changed
        _refuse_lockout(everybody, user, changed)
        _keep(services, work, actor, user, changed)
        work.commit()
    return changed


def take_back_of_person(
    services: Services, work: UnitOfWork, actor: User | None, change: Change
) -> None:
    """Put back what a change of a person replaced; the caller commits.

    Raises `Conflict` where it was changed again since, or cannot be taken back at all.
    """
    everybody = work.accounts.users(lock=True)
    user = _known(next((one for one in everybody if one.id == change.subject_id), None))
    now = _state(user)
    differing = differences(change)
    wanted = {key: before for key, (before, _) in differing.items() if key in TAKEN_BACK}
    if change.before is None or not wanted:
        raise Conflict("There is nothing in this change that could be taken back.")
    if any(now[key] != differing[key][1] for key in wanted):
        raise Conflict("It was changed again since; take back the later change first.")
    changed = replace(
        user,
        name=str(wanted.get("name", user.name)),
        role=Role(str(wanted.get("role", user.role.value))),
        active=bool(wanted.get("active", user.active)),
    )
    changed = _without_sessions(changed) if user.active and not changed.active else changed
    _refuse_lockout(everybody, user, changed)
    _keep(services, work, actor, user, changed, undoes=change.id)


def reset_password(
    services: Services, actor: User | None, user_id: str, password: str, *, once: bool = False
) -> User:
    """Set somebody's password and end their sessions. Raises `NotFound`, `InvalidInput`."""
    require_administrator(actor)
    user = find_person(services, user_id)
    hashed = hash_password(checked_password(password, user.login))
    with services.store.write() as work:
        user = _known(work.accounts.user(user_id, lock=True))
        changed = _without_sessions(replace(user, password_hash=hashed, password_once=once))
        _keep(services, work, actor, user, changed, noted=_NEW_PASSWORD)
        work.commit()
    return changed


def change_own_password(services: Services, actor: User, old: str, new: str) -> User:
    """Replace one's own password, knowing the old one; every other session ends.

    Raises `Forbidden` for a wrong old one, `InvalidInput` for a new one that will not do.
    """
    if not verify_password(old, actor.password_hash):
        raise Forbidden("This is not your present password.", field="old")
    if old == new:
        raise InvalidInput("password", "is the one you have already")
    hashed = hash_password(checked_password(new, actor.login))
    with services.store.write() as work:
        user = _known(work.accounts.user(actor.id, lock=True))
        if user.password_hash != actor.password_hash:
            raise Conflict("Your password was changed at the same moment.", field="old")
        changed = _without_sessions(replace(user, password_hash=hashed, password_once=False))
        _keep(services, work, actor, user, changed, noted=_NEW_PASSWORD)
        work.commit()
    return changed


def end_sessions(services: Services, actor: User | None, user_id: str) -> User:
    """End every session that somebody has open anywhere. Raises `NotFound`."""
    require_administrator(actor)
    with services.store.write() as work:
        user = _known(work.accounts.user(user_id, lock=True))
        changed = _without_sessions(user)
        _keep(services, work, actor, user, changed)
        work.commit()
    return changed


def _keep(
    services: Services,
    work: UnitOfWork,
    actor: User | None,
    before: User | None,
    after: User,
    *,
    noted: Mapping[str, object] | None = None,
    undoes: str | None = None,
) -> None:
    """Store a user and what was changed about them; `noted` has no value to be shown."""
    work.accounts.put_user(after)
    states = (_state(before) if before else None, _state(after) | dict(noted or {}))
    record(work, actor, services.now(), Subject.USER, after.id, *states, undoes=undoes)


def _state(user: User) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "active": user.active,
        "sessions": user.session_epoch,
    }


def _without_sessions(user: User) -> User:
    return replace(user, session_epoch=user.session_epoch + 1)


def _refuse_lockout(everybody: Iterable[User], before: User, after: User) -> None:
    def governs(user: User) -> bool:
        return user.active and user.role is Role.ADMINISTRATOR

    others = (user for user in everybody if user.id != before.id)
    if governs(before) and not governs(after) and not any(map(governs, others)):
        field = "active" if before.active and not after.active else "role"
        raise Conflict("This is the last active administrator.", field=field)


def _checked_word(field: str, value: str) -> str:
    if not (0 < len(value) <= MAX_ID and value.isprintable()):
        raise InvalidInput(field, f"must have 1 to {MAX_ID} printable characters")
    return value


def _known(user: User | None) -> User:
    if user is None:
        raise NotFound("There is no such user.", field="login")
    return user
