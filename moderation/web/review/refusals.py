"""What could not be done, said in a page that names who was there first and offers the next."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from moderation.errors import Conflict, Erased, ModerationError, NotFound, NotHeld, StaleVersion
from moderation.review_queue import WAITING, Stage
from moderation.web.auth import acting_user
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import ago, decided_in_words
from moderation.web.review.rendering import excerpt, page
from moderation.workflow.desk import user_names
from moderation.workflow.reviewing import CaseFile, open_case


@blueprint.errorhandler(Conflict)
def conflicting(error: Conflict) -> tuple[str, int]:
    """Somebody was faster, or the comment has changed: nothing was written."""
    return _refusal(error, HTTPStatus.CONFLICT)


@blueprint.errorhandler(NotFound)
def missing(error: NotFound) -> tuple[str, int]:
    """No such item."""
    return _refusal(error, HTTPStatus.NOT_FOUND)


@blueprint.errorhandler(Erased)
def erased(error: Erased) -> tuple[str, int]:
    """The comment has been erased for good."""
    return _refusal(error, HTTPStatus.GONE)


@blueprint.errorhandler(CSRFError)
def outdated(error: CSRFError) -> Response | tuple[str, int]:
    """A form from before the session it came with: nothing was written."""
    if request.endpoint in ("review.login", "review.logout"):
        session["notice"] = "That page was out of date. Please sign in again."
        return redirect(url_for("review.login"), 303)
    heading, words = "This page was out of date", "Nothing was changed. Please decide again."
    item_id = (request.view_args or {}).get("item_id")
    context = {"heading": heading, "explanation": words, "excerpt": "", "item_id": item_id}
    return page("review/refused.html", "review", **context), HTTPStatus.BAD_REQUEST


def _refusal(error: ModerationError, status: HTTPStatus) -> tuple[str, int]:
    item_id = (request.view_args or {}).get("item_id", "")
    case = _case(item_id)
    heading, explanation = _in_words(error, case)
    context = {
        "heading": heading,
        "explanation": explanation,
        "excerpt": excerpt(case.comment.text) if case else "",
        "item_id": item_id if case else "",
    }
    return page("review/refused.html", "review", **context), status


def _case(item_id: str) -> CaseFile | None:
    try:
        return open_case(services(), item_id)
    except (NotFound, Erased):
        return None


def _in_words(error: ModerationError, case: CaseFile | None) -> tuple[str, str]:
    """A heading and a sentence about what stood in the way."""
    if case is None:
        heading = "Erased" if isinstance(error, Erased) else "Not found"
        return heading, error.message
    nothing = "" if request.endpoint == "review.undo" else " Your verdict was not taken."
    if isinstance(error, NotHeld):
        who = case.holder.name if case.holder else "Somebody else"
        return f"{who} is reviewing this now", f"Your hold on it had ended.{nothing}"
    last = case.item.verdict
    settled = case.item.stage not in WAITING or case.item.stage is Stage.ESCALATED
    if last is not None and settled:
        mine = last.actor == acting_user().id
        who = "you" if mine else user_names(services()).get(last.actor, "a colleague")
        told = f"{decided_in_words(case.item, who)}, {ago(last.at, services().now())}."
        return "Already decided", told + ("" if mine else nothing)
    if isinstance(error, StaleVersion):
        return "The comment has changed", f"It is not what you saw any more.{nothing}"
    return "That is not possible any more", error.message
