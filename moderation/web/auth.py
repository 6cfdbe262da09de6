"""Who calls, and what they may do. Every route declares it; one that does not is closed.

A program sends a key (`Authorization: Bearer` or `X-API-Key`): a site's key speaks
for that site, a personal token for its user. People sign in, here or at a trusted proxy;
what they change so must carry the CSRF token, in the form or as the header `X-CSRFToken`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, login_user, logout_user
from flask_login import current_user as session_user
from flask_wtf.csrf import CSRFProtect

from moderation.accounts import SITE_KEY_PERMISSIONS, Key, KeyKind, Permission, User
from moderation.comments import Site
from moderation.credentials import looks_like_key
from moderation.errors import Forbidden, NotAuthenticated, PasswordToReplace, RateLimited
from moderation.web.current import services, settings
from moderation.web.proxy_sign_in import login_by_proxy, user_by_proxy
from moderation.web.quota import spend, spend_beyond
from moderation.workflow import access

_View = TypeVar("_View", bound=Callable[..., object])
_DECLARED, _RECOGNISED_BY = "declared_access", "recognised_by"
_KEEPS = "keeps_beyond_rate"
_SIGNED_IN_AT = "signed_in_at"
_OWN_PASSWORD = frozenset({"admin.account", "admin.change_password"})
"""What is open to somebody who has to choose a password; public routes are too."""

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request: a site's program, or a person."""

    site: Site | None = None
    user: User | None = None
    by_session: bool = False
    """By a browser: what they change must carry the CSRF token."""
    by_proxy: bool = False
    """The browser's session is the proxy's, and so is the password."""
    key: Key | None = None
    """What was sent to say who it is, where that was a key."""

    @property
    def has_to_choose_a_password(self) -> bool:
        """Whether they came in with a password that somebody else had set."""
        by_password = self.by_session and not self.by_proxy
        return by_password and self.user is not None and self.user.password_once

    def may(self, permission: Permission) -> bool:
        """Whether this caller has the permission."""
        if self.user is not None:
            return self.user.may(permission)
        if self.key is not None and not self.key.carries(permission):
            return False
        return self.site is not None and permission in SITE_KEY_PERMISSIONS


class SessionUser:
    """A user as Flask-Login wants to see one; its id ends with the epoch of its sessions."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        """What the session cookie keeps."""
        return f"{self.user.id}:{self.user.session_epoch}"


def requires(
    *any_of: Permission,
    by: Callable[[], Caller | None] | None = None,
    keeps_beyond_rate: bool = False,
) -> Callable[[_View], _View]:
    """Declare that a view is for callers with at least one of these permissions.

    `by` says who calls where a protocol sends its keys in another way; nothing else is looked at.
    A view that keeps what comes beyond a key's rate is called for it too, as long as
    `quota.spend_beyond` allows, and asks `beyond_rate` whether it is.
    """

    def declare(view: _View) -> _View:
        view.__dict__[_KEEPS] = keeps_beyond_rate
        if by is not None:
            view.__dict__[_RECOGNISED_BY] = by
        return _declare(view, frozenset(any_of))

    return declare


def public(view: _View) -> _View:
    """Declare that a view is for everybody."""
    return _declare(view, frozenset())


def keyed_in_parts(view: _View) -> _View:
    """Declare that a view is for everybody: each part of what it is sent carries its own key."""
    view.__dict__[_RECOGNISED_BY] = _nobody
    return public(view)


def keyed_its_own_way(view: Callable[..., object]) -> bool:
    """Whether a view looks at the keys of another protocol alone, and never at a session."""
    return _RECOGNISED_BY in view.__dict__


def declared_access(view: Callable[..., object]) -> frozenset[Permission] | None:
    """What a view declares: permissions, none at all for a public one, `None` if it is silent."""
    return view.__dict__.get(_DECLARED)


def init_auth(app: Flask) -> None:
    """Guard every route of the app."""
    csrf.init_app(app)
    logins = LoginManager(app)
    # It would tie a session to an address, and people change networks while they work.
    logins.session_protection = None
    logins.user_loader(_load_session_user)
    app.before_request(_guard)


def caller() -> Caller | None:
    """Who calls, looked up once a request. Raises `NotAuthenticated` for a key that is not live."""
    if "caller" not in g:
        view = current_app.view_functions[request.endpoint] if request.endpoint else None
        recognise = view.__dict__.get(_RECOGNISED_BY) if view else None
        g.caller = (
            recognise()
            if recognise
            else _caller_by_key() or _caller_by_proxy() or _caller_by_session()
        )
    found: Caller | None = g.caller
    return found


def known_person() -> User | None:
    """The person who calls; a key that is none, sent along, keeps nobody from signing in."""
    try:
        found = caller()
    except NotAuthenticated:
        return None
    return found.user if found else None


def acting_user() -> User:
    """The person who calls. Raises `NotAuthenticated`, or `Forbidden` for the key of a site."""
    found = caller()
    if found is None:
        raise NotAuthenticated("Sign in, or send a personal token.")
    if found.user is None:
        raise Forbidden("This is for people: sign in, or send a personal token.")
    return found.user


def signed_in_person() -> User:
    """The person who calls by a session of their own.

    Raises `Forbidden` for any key: one that leaks must open no way to more of its kind.
    """
    found = caller()
    if found is None or found.user is None or not found.by_session:
        raise Forbidden("This is for people who have signed in; no key opens it.")
    return found.user


def calling_site() -> Site:
    """The site whose key was sent. Raises `NotAuthenticated`, or `Forbidden` for a person."""
    found = caller()
    if found is None:
        raise NotAuthenticated("Send the key of a site.")
    if found.site is None:
        raise Forbidden("This is for programs: send the key of a site.")
    return found.site


def sign_in(user: User) -> None:
    """Open a session for a user whose password has been checked."""
    session.clear()
    session.permanent = True
    session[_SIGNED_IN_AT] = services().now().timestamp()
    login_user(SessionUser(user))
    g.pop("caller", None)


def sign_out() -> None:
    """End this session."""
    logout_user()
    session.clear()
    g.pop("caller", None)


def _declare(view: _View, any_of: frozenset[Permission]) -> _View:
    view.__dict__[_DECLARED] = any_of
    return view


def _guard() -> None:
    if request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    needed = declared_access(view)
    if needed is None:
        raise Forbidden("Nobody may use this route.")
    found = caller() if needed else None
    if needed and found is None:
        raise NotAuthenticated("Sign in, or send a key.")
    if found is not None:
        _hold_against_rate(found, view)
    if needed and found and not any(found.may(permission) for permission in needed):
        raise Forbidden("You may not do this.", needs=sorted(needed))
    if found.by_session if found else not keyed_its_own_way(view):
        csrf.protect()
    if found and found.has_to_choose_a_password and request.endpoint not in _OWN_PASSWORD:
        raise PasswordToReplace("Choose a password of your own first.")


def caller_by_secret(secret: str, *kinds: KeyKind) -> Caller:
    """Whom a live key of these kinds speaks for. Raises `NotAuthenticated`."""
    holder = access.holder_of_key(services(), secret, *kinds)
    if holder is None:
        raise NotAuthenticated("This key is unknown, expired or revoked.")
    if isinstance(holder.owner, Site):
        return Caller(site=holder.owner, key=holder.key)
    return Caller(user=holder.owner, key=holder.key)


def count_call(found: Caller) -> None:
    """Note the call of a key, and hold it against its rate. Raises `RateLimited`.

    The guard does it for every route; where each part of a call carries its own key, it is done
    for each part.
    """
    if found.key is not None:
        services().key_calls.note(found.key.id, services().now())
        spend(found.key)


def beyond_rate() -> RateLimited | None:
    """What a call would have been refused with, if its view did not keep what comes so."""
    refusal: RateLimited | None = g.get("beyond_rate")
    return refusal


def _hold_against_rate(found: Caller, view: Callable[..., object]) -> None:
    try:
        count_call(found)
    except RateLimited as refusal:
        if not view.__dict__.get(_KEEPS):
            raise
        spend_beyond()
        g.beyond_rate = refusal


def _nobody() -> None:
    return None


def _caller_by_key() -> Caller | None:
    secret = _sent_key()
    return None if secret is None else caller_by_secret(secret, KeyKind.SITE, KeyKind.PERSONAL)


def _sent_key() -> str | None:
    authorization = request.headers.get("Authorization")
    if authorization is None:
        return request.headers.get("X-API-Key")
    scheme, _, secret = authorization.partition(" ")
    key = secret.strip() if scheme.lower() == "bearer" else ""
    if login_by_proxy() and not looks_like_key(key):
        # What the proxy was shown, and passes on: `Basic`, `Negotiate`, a token of another issuer.
        return request.headers.get("X-API-Key")
    if not key:
        raise NotAuthenticated("Authorization must be `Bearer` and a key.")
    return key


def _caller_by_proxy() -> Caller | None:
    user = user_by_proxy()
    return Caller(user=user, by_session=True, by_proxy=True) if user else None


def _caller_by_session() -> Caller | None:
    if not session_user.is_authenticated:
        return None
    return Caller(user=session_user.user, by_session=True)


def _load_session_user(kept: str) -> SessionUser | None:
    user_id, _, epoch = kept.rpartition(":")
    opened = session.get(_SIGNED_IN_AT, 0.0)
    lasts = timedelta(hours=settings().session_hours).total_seconds()
    if not epoch.isdecimal() or services().now().timestamp() - opened >= lasts:
        return None
    user = access.user_in_session(services(), user_id, int(epoch))
    return SessionUser(user) if user else None
