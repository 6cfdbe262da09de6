"""Pages of the keys: all of them, one of them, a new one for a site."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import SITE_KEY_PERMISSIONS, Key, KeyKind, Permission
from moderation.changes import Subject
from moderation.errors import InvalidInput
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.phrases import KEY_KINDS, PERMISSIONS, limits_of_key, standing_of_key
from moderation.web.admin.rendering import REFUSED, go_to, page, refused, told, viewer
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.web.pages import day_of
from moderation.workflow.administering import changes_of
from moderation.workflow.desk import site_names, user_names
from moderation.workflow.key_usage import Usage, days_of_key, usage_of_keys
from moderation.workflow.keyring import (
    change_key,
    find_key,
    list_keys,
    make_site_key,
    revoke_key,
    rotate_key,
)

GRACES = {
    "0": "at once",
    "1": "in an hour",
    "24": "in a day",
    "168": "in a week",
    "720": "in 30 days",
}
"""Hours that a replaced key goes on working, and how they are called."""

SCOPES = {
    "": "all that a site's key may do",
    **{
        scope.value: f"{PERMISSIONS[scope]}, nothing else" for scope in sorted(SITE_KEY_PERMISSIONS)
    },
}
"""Scopes of a key as the form sends them, and how they are called."""

_Page = str | Response | tuple[str, int]


@blueprint.get("/admin/keys")
@requires(Permission.ADMINISTER)
def keys() -> str:
    """Keys of programs and people, the live ones first; of one site where one is chosen."""
    now, site = services().now(), request.args.get("site", "")
    usage = usage_of_keys(services())
    rows = [_row(key, now, usage) for key in reversed(list_keys(services(), site or None))]
    live = [row for row in rows if row["live"]]
    ended = [row for row in rows if not row["live"]]
    return page("keys", "keys", live=live, ended=ended, chosen=site, **_names())


@blueprint.route("/admin/keys/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_key() -> _Page:
    """Make a key for the program of a site; its secret is on the page that answers, once.

    A secret that the program made itself is not shown again.
    """
    context = {"kinds": _kinds_of_sites(), "scopes": SCOPES, **_names()}
    if request.method == "GET":
        typed = {"site": request.args.get("site", ""), "kind": request.args.get("kind", "site")}
        return page("key_new", "keys", typed=typed, problems={}, **context)
    given = request.form.get("secret", "").strip() or None
    try:
        secret, made = make_site_key(
            services(),
            viewer(),
            _kind(),
            _site(),
            request.form.get("label", ""),
            days_from_form(),
            given=given,
            scopes=_scopes(),
            rate=request.form.get("rate", ""),
        )
    except REFUSED as error:
        return refused(error, "key_new", "keys", **context)
    if given is not None:
        return go_to("admin.key", "The key is there, with the secret you gave.", key_id=made.id)
    return show_secret(secret, made, "keys"), HTTPStatus.CREATED


@blueprint.route("/admin/keys/<key_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def key(key_id: str) -> _Page:
    """One key: what it is called, when it ends, and what was changed about it."""
    if request.method == "GET":
        found = find_key(services(), key_id)
        ends = f"{found.expires_at:%Y-%m-%d}" if found.expires_at else ""
        typed = {"label": found.label, "expires": ends, "rate": found.rate or ""}
        typed["scopes"] = " ".join(sorted(found.scopes or ()))
        return page("key", "keys", typed=typed, problems={}, **_about(key_id))
    try:
        label = request.form.get("label", "")
        given = (label, _expiry(key_id))
        rate = request.form.get("rate", "")
        changed = change_key(services(), viewer(), key_id, *given, scopes=_scopes(), rate=rate)
    except REFUSED as error:
        return refused(error, "key", "keys", **_about(key_id))
    return go_to("admin.key", "The key is changed.", key_id=changed.id)


@blueprint.post("/admin/keys/<key_id>/rotate")
@requires(Permission.ADMINISTER)
def rotate(key_id: str) -> _Page:
    """A new secret; the old one goes on working for the grace that was chosen."""
    try:
        made = rotate_key(services(), viewer(), key_id, grace_from_form())
    except REFUSED as error:
        return refused(error, "key", "keys", **_about(key_id))
    return show_secret(*made, "keys"), HTTPStatus.CREATED


@blueprint.post("/admin/keys/<key_id>/revoke")
@requires(Permission.ADMINISTER)
def revoke(key_id: str) -> Response:
    """End a key at once."""
    revoke_key(services(), viewer(), key_id)
    return go_to("admin.key", "The key is revoked.", key_id=key_id)


def show_secret(secret: str, key: Key, part: str) -> str:
    """The one page that ever shows the secret of a key."""
    heading = f"{KEY_KINDS[key.kind]} “{key.label}”" if key.label else KEY_KINDS[key.kind]
    return page("secret", part, heading=heading, key=key, secret=secret)


def grace_from_form() -> timedelta:
    """How long the old key goes on working. Raises `InvalidInput`."""
    sent = request.form.get("grace", "")
    if sent not in GRACES:
        raise InvalidInput("grace", "must be one of those listed")
    return timedelta(hours=int(sent))


def days_from_form() -> int | None:
    """For how many days a new key is to last; `None` = for good. Raises `InvalidInput`."""
    sent = request.form.get("days", "").strip()
    if not sent:
        return None
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 6):
        raise InvalidInput("days", "must be a number of days, or nothing")
    return int(sent)


def _about(key_id: str) -> dict[str, object]:
    found = find_key(services(), key_id)
    names = _names()
    return {
        **_row(found, services().now(), usage_of_keys(services())),
        "days": days_of_key(services(), key_id)[:7],
        "scopes": SCOPES,
        "history": told(changes_of(services(), Subject.KEY, key_id), names["people"]),
        "graces": GRACES,
        **names,
    }


def _row(key: Key, now: datetime, usage: Usage) -> dict[str, object]:
    return {
        "last": usage.last.get(key.id),
        "calls": usage.calls.get(key.id, 0),
        "limits": limits_of_key(key),
        "key": key,
        "kind": KEY_KINDS[key.kind],
        "standing": standing_of_key(key, now),
        "live": key.is_live(now),
    }


def _names() -> dict[str, dict[str, str]]:
    return {"people": user_names(services()), "sites": site_names(services())}


def _kinds_of_sites() -> dict[str, str]:
    return {kind.value: name for kind, name in KEY_KINDS.items() if kind is not KeyKind.PERSONAL}


def _scopes() -> list[Permission] | None:
    """What was chosen; `None` for all. Raises `InvalidInput`."""
    sent = request.form.get("scopes", "")
    if sent not in SCOPES:
        raise InvalidInput("scopes", "must be one of those listed")
    return [Permission(scope) for scope in sent.split()] or None


def _kind() -> KeyKind:
    sent = request.form.get("kind", "")
    if sent not in _kinds_of_sites():
        raise InvalidInput("kind", "must be one of those listed")
    return KeyKind(sent)


def _site() -> str:
    sent = request.form.get("site", "")
    if sent not in site_names(services()):
        raise InvalidInput("site", "must be one of those listed")
    return sent


def _expiry(key_id: str) -> datetime | None:
    """The end of the day that was chosen; the moment it has, where that day was left alone."""
    sent = request.form.get("expires", "").strip()
    before = find_key(services(), key_id).expires_at
    if before is not None and sent == f"{before:%Y-%m-%d}":
        return before
    day = day_of("expires", sent)
    return day + timedelta(days=1) if day else None
