"""How often one address may try: counted by Flask-Limiter where `limits_url` says."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from moderation.settings import Settings
from moderation.web.current import settings

limiter = Limiter(get_remote_address)

login_limit = limiter.limit(
    lambda: settings().login_rate, methods=["POST"], error_message="Too many sign-in attempts."
)
"""Decorates the view that takes a login and password."""


def init_limits(app: Flask, values: Settings) -> None:
    """Count in the app what `login_limit` decorates."""
    app.config["RATELIMIT_STORAGE_URI"] = values.limits_url
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
