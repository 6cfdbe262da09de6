"""Taking back one change of the administration."""

from __future__ import annotations

from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.changes import Subject
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.rendering import go_to, viewer
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.workflow.taking_back import take_back

_BACK = "What stood before is back."


@blueprint.post("/admin/changes/<change_id>/undo")
@requires(Permission.ADMINISTER)
def undo_change(change_id: str) -> Response:
    """Put back what stood before, and show what it was about."""
    change = take_back(services(), viewer(), change_id)
    if change.subject is Subject.KEY:
        return go_to("admin.key", _BACK, key_id=change.subject_id)
    if change.subject is Subject.SITE:
        return go_to("admin.site", _BACK, site_id=change.subject_id)
    if change.subject is Subject.WEBHOOK:
        return go_to("admin.webhook", _BACK, endpoint_id=change.subject_id)
    return go_to("admin.person", _BACK, user_id=change.subject_id)
