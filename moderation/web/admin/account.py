"""Everybody's own page: their password and their personal tokens."""

from __future__ import annotations

from http import HTTPStatus

from flask import request
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response

from moderation.accounts import ROLE_PERMISSIONS, Permission
from moderation.credentials import MIN_PASSWORD
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.keys import GRACES, days_from_form, grace_from_form, show_secret
from moderation.web.admin.phrases import PERMISSIONS, ROLES, standing_of_key
from moderation.web.admin.rendering import REFUSED, go_to, page, refused, viewer
from moderation.web.auth import requires, sign_in
from moderation.web.current import services, settings
from moderation.web.limits import limiter
from moderation.workflow.keyring import list_keys, make_token, revoke_key, rotate_key
from moderation.workflow.people import change_own_password

_password_limit = limiter.limit(
    lambda: settings().login_name_rate,
    key_func=lambda: f"password:{viewer().id}",
    error_message="Too many attempts.",
)
"""One's password is asked for again: a session may be somebody else's."""

_Page = str | Response | tuple[str, int]


@blueprint.get("/account")
@requires(*Permission)
def account() -> str:
    """What one may do here, one's password and tokens."""
    return page("account", "account", typed={}, problems={}, **_about())


@blueprint.post("/account/password")
@requires(*Permission)
@_password_limit
def change_password() -> _Page:
    """Replace one's own password; sessions elsewhere end, this one goes on."""
    old, new = request.form.get("old", ""), request.form.get("password", "")
    try:
        changed = change_own_password(services(), viewer(), old, new)
    except REFUSED as error:
        return refused(error, "account", "account", **_about())
    sign_in(changed)
    return go_to("admin.account", "Your password is changed. Sessions elsewhere are ended.")


@blueprint.errorhandler(RateLimitExceeded)
def too_often(error: RateLimitExceeded) -> tuple[str, int]:
    """Too many attempts at one's password, be it by oneself or by whoever has the session."""
    problems = {"old": "Too many attempts. Wait a while, then try again."}
    shown = page("account", "account", typed={}, problems=problems, **_about())
    return shown, HTTPStatus.TOO_MANY_REQUESTS


@blueprint.post("/account/tokens")
@requires(*Permission)
def new_token() -> _Page:
    """Make a personal token; its secret is on the page that answers, once."""
    label = request.form.get("label", "")
    try:
        made = make_token(services(), viewer(), viewer(), label, days_from_form())
    except REFUSED as error:
        return refused(error, "account", "account", **_about())
    return show_secret(*made, "account"), HTTPStatus.CREATED


@blueprint.post("/account/tokens/<key_id>/rotate")
@requires(*Permission)
def rotate_token(key_id: str) -> _Page:
    """Replace one's own token."""
    try:
        made = rotate_key(services(), viewer(), key_id, grace_from_form(), owner=viewer())
    except REFUSED as error:
        return refused(error, "account", "account", **_about())
    return show_secret(*made, "account"), HTTPStatus.CREATED


@blueprint.post("/account/tokens/<key_id>/revoke")
@requires(*Permission)
def revoke_token(key_id: str) -> Response:
    """End one's own token at once."""
    revoke_key(services(), viewer(), key_id, owner=viewer())
    return go_to("admin.account", "The token is revoked.")


def _about() -> dict[str, object]:
    person, now = viewer(), services().now()
    tokens = [key for key in list_keys(services(), user_id=person.id) if key.is_live(now)]
    mine = ROLE_PERMISSIONS[person.role]
    return {
        "role": ROLES[person.role],
        "may": [PERMISSIONS[one] for one in Permission if one in mine],
        "reviews": Permission.REVIEW in mine,
        "tokens": [(token, standing_of_key(token, now)) for token in tokens],
        "graces": GRACES,
        "least": MIN_PASSWORD,
    }
