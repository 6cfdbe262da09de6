"""Pages of the people who sign in: all of them, one of them, a new one."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from moderation.accounts import ROLE_PERMISSIONS, Permission, Role
from moderation.changes import Subject
from moderation.credentials import MIN_PASSWORD, random_password
from moderation.errors import InvalidInput
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.phrases import PERMISSIONS, ROLES, standing_of_key
from moderation.web.admin.rendering import REFUSED, go_to, page, refused, told, viewer
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.workflow.administering import changes_of
from moderation.workflow.keyring import list_keys
from moderation.workflow.people import (
    add_person,
    change_person,
    end_sessions,
    find_person,
    list_people,
    reset_password,
)

_Page = str | Response | tuple[str, int]


@blueprint.get("/admin")
@requires(Permission.ADMINISTER, Permission.REVIEW_ESCALATED)
def home() -> Response:
    """The first page that one may see."""
    administers = viewer().may(Permission.ADMINISTER)
    return redirect(url_for("admin.people" if administers else "admin.audit"))


@blueprint.get("/admin/users")
@requires(Permission.ADMINISTER)
def people() -> str:
    """Everybody, with what they are here for and when they last signed in."""
    return page("people", "people", people=list_people(services()), roles=ROLES)


@blueprint.route("/admin/users/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_person() -> _Page:
    """Add somebody; the password is one that we make and show once, or one that was typed."""
    if request.method == "GET":
        return page("person_new", "people", typed={}, problems={}, **_choices())
    password = _typed_password() or random_password()
    try:
        user = add_person(
            services(),
            viewer(),
            request.form.get("login", ""),
            request.form.get("name", ""),
            _role(),
            password,
            once=True,
        )
    except REFUSED as error:
        return refused(error, "person_new", "people", **_choices())
    if _typed_password():
        return go_to("admin.person", f"{user.name} is added.", user_id=user.id)
    shown = page("secret", "people", heading=f"{user.name} is added", person=user, secret=password)
    return shown, HTTPStatus.CREATED


@blueprint.route("/admin/users/<user_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def person(user_id: str) -> _Page:
    """One person: what can be changed about them, their tokens, what was changed before."""
    if request.method == "GET":
        user = find_person(services(), user_id)
        typed = {"name": user.name, "role": user.role.value, "active": "yes" if user.active else ""}
        return page("person", "people", typed=typed, problems={}, **_about(user_id))
    try:
        user = change_person(
            services(),
            viewer(),
            user_id,
            name=request.form.get("name", ""),
            role=_role(),
            active=request.form.get("active") == "yes",
        )
    except REFUSED as error:
        return refused(error, "person", "people", **_about(user_id))
    return go_to("admin.person", f"{user.name} is changed.", user_id=user.id)


@blueprint.post("/admin/users/<user_id>/password")
@requires(Permission.ADMINISTER)
def reset(user_id: str) -> _Page:
    """A new password, to be replaced by its owner at once; every session of theirs ends."""
    password = _typed_password() or random_password()
    try:
        user = reset_password(services(), viewer(), user_id, password, once=True)
    except REFUSED as error:
        return refused(error, "person", "people", **_about(user_id))
    if _typed_password():
        return go_to("admin.person", f"{user.name} has a new password.", user_id=user.id)
    heading = f"A new password for {user.name}"
    return page("secret", "people", heading=heading, person=user, secret=password)


@blueprint.post("/admin/users/<user_id>/sessions")
@requires(Permission.ADMINISTER)
def sessions(user_id: str) -> Response:
    """End every session of somebody's."""
    user = end_sessions(services(), viewer(), user_id)
    return go_to("admin.person", f"Every session of {user.name} is ended.", user_id=user.id)


def _about(user_id: str) -> dict[str, object]:
    now = services().now()
    tokens = list_keys(services(), user_id=user_id)
    return {
        "person": find_person(services(), user_id),
        "tokens": [(token, standing_of_key(token, now), token.is_live(now)) for token in tokens],
        "history": told(changes_of(services(), Subject.USER, user_id)),
        **_choices(),
    }


def _choices() -> dict[str, object]:
    listed = {
        role: [PERMISSIONS[one] for one in Permission if one in ROLE_PERMISSIONS[role]]
        for role in Role
    }
    return {"roles": ROLES, "permissions": listed, "least": MIN_PASSWORD}


def _typed_password() -> str:
    return request.form.get("password", "")


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise InvalidInput("role", "must be one of those listed") from None
