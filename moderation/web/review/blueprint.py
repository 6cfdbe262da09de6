"""The blueprint that all pages of the desk hang on; its modules add their routes to it."""

from __future__ import annotations

from flask import Blueprint

from moderation.web.pages import refuse_nul

blueprint = Blueprint("review", __name__)
blueprint.before_request(refuse_nul)
