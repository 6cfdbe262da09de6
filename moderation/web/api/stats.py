"""`GET /v1/stats`: what a site, or all of them, came to in numbers."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from moderation.accounts import Permission
from moderation.errors import NotFound
from moderation.web.auth import acting_user, caller, requires
from moderation.web.bodies import reply
from moderation.web.current import services
from moderation.web.operations import Operation, described
from moderation.wire.lists import StatsParameters, StatsReply, site_wanted, stats_reply
from moderation.workflow.numbers import numbers_for, numbers_of_site

bp = Blueprint("stats", __name__)


@bp.get("/v1/stats")
@requires(Permission.SUBMIT, Permission.REVIEW, Permission.EXPORT_FEEDBACK)
@described(Operation({HTTPStatus.OK: StatsReply}, query=StatsParameters, faults=(NotFound,)))
def show() -> Response:
    """How comments stand, what waits, and the verdicts of the last seven days.

    A site's key sees its own, a person all sites together or the one they ask for.
    """
    wanted, found = site_wanted(request.args), caller()
    if found and found.site:
        return reply(stats_reply(numbers_of_site(services(), found.site, wanted)))
    return reply(stats_reply(numbers_for(services(), acting_user(), wanted)))
