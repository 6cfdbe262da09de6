"""The application factory: everything that the web face consists of, from top to bottom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation.credentials import kept_secret
from moderation.settings import Settings
from moderation.web import own_ids
from moderation.web.admin import blueprint as admin_pages
from moderation.web.api import (
    articles,
    classify,
    comments,
    health,
    model_info,
    queue,
    reference,
    stats,
)
from moderation.web.auth import init_auth, public
from moderation.web.compat import akismet, coral, openai, perspective
from moderation.web.current import EXTENSION
from moderation.web.errors import init_errors
from moderation.web.headers import init_headers
from moderation.web.limits import init_limits
from moderation.web.metrics import init_metrics
from moderation.web.quota import init_quota
from moderation.web.review import blueprint as review_pages
from moderation.web.tracing import init_tracing
from moderation.workflow import Services


def create_app(settings: Settings, services: Services) -> Flask:
    """The service over these collaborators. Reads no environment.

    Raises `OSError` where there is no secret key and none can be kept under `var`.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key or kept_secret(Path(settings.var) / "secret_key"),
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_COOKIE_NAME="moderation_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_REFRESH_EACH_REQUEST=False,
        # The guard calls the check itself: calls by key need none.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if near := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = (services, settings)
    # An id may hold any character, so its slashes are its own.
    app.url_map.merge_slashes = False
    app.url_map.converters[own_ids.NAME] = own_ids.OwnId
    init_tracing(app)
    init_metrics(app)
    init_headers(app, https=settings.is_https)
    init_errors(app)
    init_limits(app, settings)
    init_quota(app)
    init_auth(app)
    app.register_blueprint(review_pages)
    app.register_blueprint(admin_pages)
    app.view_functions["static"] = public(app.view_functions["static"])
    native = (classify, articles, comments, queue, model_info, stats, reference, health)
    for part in (*native, perspective, openai, akismet, coral):
        app.register_blueprint(part.bp)
    return app
