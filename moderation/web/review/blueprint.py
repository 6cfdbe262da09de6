"""The blueprint that all pages of the desk hang on; its modules add their routes to it."""

from __future__ import annotations

from flask import Blueprint, request

from moderation.errors import InvalidInput

blueprint = Blueprint("review", __name__)


@blueprint.before_request
def refuse_nul() -> None:
    """No address and no form of ours holds a NUL; PostgreSQL would fail on one in any text."""
    given = ((name, [value]) for name, value in (request.view_args or {}).items())
    for name, values in (*request.values.lists(), *given):
        if any("\0" in value for value in values):
            raise InvalidInput(name[:60].replace("\0", "?"), "holds a NUL character")
