"""Signing in and out. Who may, and the session itself, are `moderation.web.auth`'s."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, session, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from moderation.accounts import User
from moderation.web.auth import known_person, public
from moderation.web.auth import sign_in as open_session
from moderation.web.auth import sign_out as end_session
from moderation.web.current import services
from moderation.web.devices import remember_device
from moderation.web.limits import login_limit, login_name_limit
from moderation.web.pages import first_page
from moderation.web.review.blueprint import blueprint
from moderation.workflow.access import user_by_password

_SEE_OTHER = 303


@blueprint.route("/login", methods=["GET", "POST"])
@public
@login_limit
@login_name_limit
def login() -> Response | str | tuple[str, int]:
    """Ask for login and password, open a session, and go where one wanted to go."""
    target = _safe_target(request.values.get("next", ""))
    if request.method == "GET":
        known = known_person()
        return redirect(_begin(known, target)) if known else _form(target)
    name = request.form.get("login", "").strip()
    user = user_by_password(services(), name, request.form.get("password", ""))
    if user is None:
        problem = "Login and password do not fit together."
        return _form(target, login=name[:200], problem=problem), HTTPStatus.FORBIDDEN
    open_session(user)
    response = redirect(_begin(user, target), _SEE_OTHER)
    remember_device(response, user.login)
    return response


@blueprint.post("/logout")
@public
def logout() -> Response:
    """End the session."""
    end_session()
    session["notice"] = "You are signed out."
    return redirect(url_for("review.login"), _SEE_OTHER)


@blueprint.errorhandler(RateLimitExceeded)
def too_often(error: RateLimitExceeded) -> tuple[str, int]:
    """Too many attempts from one address, or on one login."""
    problem = "Too many attempts. Wait a while, then try again."
    return _form(_safe_target(""), problem=problem), HTTPStatus.TOO_MANY_REQUESTS


def _begin(user: User, target: str) -> str:
    """Where they wanted to go, if that is anywhere in particular."""
    return first_page(user) if target == first_page(None) else target


def _form(target: str, login: str = "", problem: str = "") -> str:
    notice = session.pop("notice", "")
    return render_template(
        "auth/login.html", next=target, login=login, problem=problem, notice=notice
    )


def _safe_target(wanted: str) -> str:
    """Where to go after signing in: a page of this service, whatever was asked for.

    An address that only takes posts (a verdict sent after the session had ended)
    leads to the page it was posted from.
    """
    desk = first_page(None)
    parts = urlsplit(wanted.replace("\\", "/"))
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return desk
    path = parts.path
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return desk
    try:
        adapter.match(path, method="GET")
    except MethodNotAllowed:
        return path.rpartition("/")[0] or desk
    except HTTPException:
        return desk
    return f"{path}?{parts.query}" if parts.query else path
