"""How often one may try: counted by address, by login and by person, where `limits_url` says."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from moderation.settings import Settings
from moderation.web.current import settings
from moderation.web.devices import guesser_of

PATIENCE = 0.5
"""Seconds that a storage elsewhere may take to count."""

limiter = Limiter(get_remote_address)

_OVER_A_NETWORK = ("redis", "valkey")
_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}
"""Seconds that counting may hold up an answer."""

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


def init_limits(app: Flask, values: Settings) -> None:
    """Count in the app what the limits decorate."""
    app.config["RATELIMIT_STORAGE_URI"] = values.limits_url
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    # Without the place where all count, each worker counts for itself until it is back: a limit is
    # no reason to answer nobody, and an outage none to let guesses go uncounted.
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    if values.limits_url.startswith(_OVER_A_NETWORK):
        app.config["RATELIMIT_STORAGE_OPTIONS"] = _PATIENCE
    limiter.init_app(app)
