"""How often one may try: counted by address and by login, where `limits_url` says."""

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
    """Count in the app what `login_limit` decorates."""
    app.config["RATELIMIT_STORAGE_URI"] = values.limits_url
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    # Whoever signs in, or calls, must not wait for a storage that is away, nor suffer from it.
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    if values.limits_url.startswith("redis"):
        soon = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        app.config["RATELIMIT_STORAGE_OPTIONS"] = soon
    limiter.init_app(app)
