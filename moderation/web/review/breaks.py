"""Breaks: whether one is due, taking it, and going on without."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.rendering import go_on, page
from moderation.workflow.shifts import go_on_working, take_break


@blueprint.get("/review/shift")
@requires(Permission.REVIEW)
def shift() -> str:
    """The part of a page that suggests a break where one is due, for the open page to ask for."""
    return render_template("review/_rest.html")


@blueprint.get("/review/break")
@requires(Permission.REVIEW)
def rest() -> str:
    """A page with nothing to do."""
    return page("review/break.html", "break")


@blueprint.post("/review/break")
@requires(Permission.REVIEW)
def begin_break() -> Response:
    """Give back the comment on screen, and rest."""
    take_break(services(), acting_user())
    return go_on("review.rest")


@blueprint.post("/review/break/later")
@requires(Permission.REVIEW)
def later() -> Response:
    """Go on for now; the minutes and the comments are counted anew."""
    go_on_working(services(), acting_user())
    return go_on("review.next_item")
