"""The form of a note: parse, keep it, show it where it stands."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.rendering import go_on
from moderation.workflow.notes import add_note


@blueprint.post("/review/<item_id>/note")
@requires(Permission.REVIEW)
def note(item_id: str) -> Response:
    """Leave the other moderators a note on the comment."""
    add_note(services(), acting_user(), item_id, request.form.get("text", ""))
    return go_on("review.item", item_id=item_id, _anchor="notes")
