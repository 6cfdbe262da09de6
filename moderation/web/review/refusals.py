"""What could not be done, said in a page that names who was there first and offers the next."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import redirect, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from moderation.errors import Conflict, Erased, ModerationError, NotFound, NotHeld, StaleVersion
from moderation.review_queue import WAITING, EventKind, Stage
from moderation.web.auth import acting_user
from moderation.web.bodies import reply
from moderation.web.current import request_id, services
from moderation.web.errors import wants_page
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import ago, decided_in_words
from moderation.web.review.rendering import excerpt, page
from moderation.wire.faults import error_body
from moderation.workflow.case_file import may_see
from moderation.workflow.desk import user_names
from moderation.workflow.reviewing import CaseFile, open_case


@blueprint.errorhandler(Conflict)
def conflicting(error: Conflict) -> Response:
    """Somebody was faster, or the comment has changed: nothing was written."""
    return _refusal(error, HTTPStatus.CONFLICT)


@blueprint.errorhandler(NotFound)
def missing(error: NotFound) -> Response:
    """No such item."""
    return _refusal(error, HTTPStatus.NOT_FOUND)


@blueprint.errorhandler(Erased)
def erased(error: Erased) -> Response:
    """The comment has been erased for good."""
    return _refusal(error, HTTPStatus.GONE)


@blueprint.errorhandler(CSRFError)
def outdated(error: CSRFError) -> Response:
    """A form from before the session it came with: nothing was written."""
    if request.endpoint in ("review.login", "review.logout"):
        session["notice"] = "That page was out of date. Please sign in again."
        return redirect(url_for("review.login"), 303)
    heading, words = "This page was out of date", "Nothing was changed. Please decide again."
    item_id = (request.view_args or {}).get("item_id", "")
    return _told("csrf", {}, heading, words, item_id, "", HTTPStatus.BAD_REQUEST)


def _refusal(error: ModerationError, status: HTTPStatus) -> Response:
    item_id = (request.view_args or {}).get("item_id", "")
    case = _case(item_id)
    if case is None or may_see(acting_user(), case.item):
        heading, explanation = _in_words(error, case)
        text, known = (excerpt(case.comment.text), item_id) if case else ("", "")
        return _told(error.code, error.details, heading, explanation, known, text, status)
    # Who escalated it may be told; the comment, and who has it now, are for leads.
    heading, explanation = _in_words(Conflict(error.message), case)
    return _told(error.code, {}, heading, explanation, "", "", status)


def _told(
    code: str,
    details: Mapping[str, object],
    heading: str,
    explanation: str,
    item_id: str,
    text: str,
    status: HTTPStatus,
) -> Response:
    """The refusal as a page; for the script of an open page as JSON, its words in the details."""
    words = {"heading": heading, "explanation": explanation, "excerpt": text}
    if wants_page():
        shown = page("review/refused.html", "review", item_id=item_id, **words)
        return Response(shown, status, mimetype="text/html")
    link = url_for("review.item", item_id=item_id) if item_id else ""
    message = f"{heading}. {explanation}".strip()
    told = error_body(code, message, {**details, **words, "link": link}, request_id())
    return reply(told, status)


def _held_in_words(case: CaseFile, nothing: str) -> tuple[str, str]:
    """Who holds the comment now, and how they came by it."""
    if case.holder is None:
        return "You no longer hold this comment", f"It went back to the queue.{nothing}"
    gained = (EventKind.CLAIMED, EventKind.TAKEN_OVER)
    last = next((event.kind for event in reversed(case.events) if event.kind in gained), None)
    if last is EventKind.TAKEN_OVER:
        return f"{case.holder.name} took this comment over", nothing.strip()
    ended = "" if request.endpoint == "review.claim" else f"Your hold on it had ended.{nothing}"
    return f"{case.holder.name} is reviewing this now", ended


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
    nothing = " Your verdict was not taken." if request.endpoint == "review.verdict" else ""
    if isinstance(error, NotHeld) and case.item.stage in WAITING:
        return _held_in_words(case, nothing)
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
