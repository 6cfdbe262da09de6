"""How often one may try: counted by address, by login and by person, where `limits_url` says."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from moderation.settings import Settings
from moderation.web.auth import signed_in_person
from moderation.web.current import settings
from moderation.web.devices import guesser_of

limiter = Limiter(get_remote_address)

login_limit = limiter.limit(
    lambda: settings().login_rate, methods=["POST"], error_message="Too many sign-in attempts."
)
"""Decorates the view that takes a login and password."""

login_name_limit = limiter.limit(
    lambda: settings().login_name_rate,
    methods=["POST"],
    key_func=lambda: guesser_of(request.form.get("login", "").strip()),
    deduct_when=lambda response: response.status_code == HTTPStatus.FORBIDDEN,
    error_message="Too many sign-in attempts.",
)
"""Decorates the same view: only attempts that failed count, whichever address they came from."""

password_limit = limiter.limit(
    lambda: settings().login_name_rate,
    key_func=lambda: f"password:{signed_in_person().id}",
    error_message="Too many attempts.",
)
"""Decorates the view where one's password is asked for again: a session may be somebody else's."""


def init_limits(app: Flask, values: Settings) -> None:
    """Count in the app what the limits decorate."""
    app.config["RATELIMIT_STORAGE_URI"] = values.limits_url
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
