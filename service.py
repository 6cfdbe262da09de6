"""WSGI entry point: `gunicorn service:app` (settings of the server: `gunicorn.conf.py`)."""

from __future__ import annotations

import logging
import os

from moderation.assembly import build_services, jobs
from moderation.background import Background
from moderation.errors import NotScored
from moderation.settings import load
from moderation.web.app import create_app
from moderation.web.logs import configure_logs

settings = load(os.environ)
configure_logs(settings.log_level)
services = build_services(settings)
try:
    # Loaded before the fork, so that all workers share one copy.
    services.scorers.current()
except NotScored:
    logging.getLogger("moderation").warning("started without a model: see /readyz")
app = create_app(settings, services)
background = Background(jobs(settings, services))
