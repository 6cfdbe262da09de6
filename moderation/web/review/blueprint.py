"""The blueprint that all pages of the desk hang on; its modules add their routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("review", __name__)
