"""What a moderator does from the pages. Each form posts, one use case acts, the page moves on."""

from __future__ import annotations

from contextlib import suppress

from flask import jsonify, request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.errors import Conflict, Erased, InvalidInput, NotFound
from moderation.review_queue import ReviewItem, Verdict
from moderation.web.auth import acting_user, requires
from moderation.web.current import request_id, services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import DONE, label_name, listed
from moderation.web.review.rendering import announce, go_on
from moderation.wire.faults import error_body
from moderation.workflow.desk import held_now, user_names
from moderation.workflow.reviewing import (
    claim_item,
    give_verdict,
    release_item,
    renew_lease,
    undo_verdict,
)


@blueprint.post("/review/<item_id>/verdict")
@requires(Permission.REVIEW)
def verdict(item_id: str) -> Response:
    """Decide the comment as it was seen, and go to the next one."""
    given = _verdict()
    labels = tuple(request.form.getlist("labels"))
    changed = give_verdict(services(), acting_user(), item_id, given, _version(), labels)
    _announce(changed, given)
    return go_on("review.next_item")


@blueprint.post("/review/<item_id>/undo")
@requires(Permission.REVIEW)
def undo(item_id: str) -> Response:
    """Take back one's last verdict on the comment, and show it again."""
    undo_verdict(services(), acting_user(), item_id)
    _let_go(request.form.get("holding", ""), item_id)
    announce("Undone. The comment is yours again.")
    return go_on("review.item", item_id=item_id)


@blueprint.post("/review/<item_id>/claim")
@requires(Permission.REVIEW)
def claim(item_id: str) -> Response:
    """Take one particular comment; a lead may take it over from a colleague."""
    before = held_now(services(), acting_user())
    take_over = request.form.get("take_over") == "yes"
    claim_item(services(), acting_user(), item_id, take_over=take_over)
    _let_go(before.id if before else "", item_id)
    return go_on("review.item", item_id=item_id)


@blueprint.post("/review/<item_id>/release")
@requires(Permission.REVIEW)
def release(item_id: str) -> Response:
    """Give the comment back, and look at the queue."""
    release_item(services(), acting_user(), item_id)
    announce("Given back to the queue.")
    return go_on("review.queue")


@blueprint.post("/review/<item_id>/renew")
@requires(Permission.REVIEW)
def renew(item_id: str) -> tuple[Response, int]:
    """Prolong the lease for the open page: `{"seconds_left": 300}`, or a 409 that says why not."""
    try:
        item = renew_lease(services(), acting_user(), item_id)
    except (Conflict, Erased) as error:
        status = 410 if isinstance(error, Erased) else 409
        return jsonify(error_body(error.code, error.message, error.details, request_id())), status
    until = item.lease_until or services().now()
    return jsonify(seconds_left=int((until - services().now()).total_seconds())), 200


def _let_go(held: str, taken: str) -> None:
    """Give back the comment that was on screen before, so that nobody sits on two."""
    if held and held != taken:
        with suppress(Conflict, NotFound, Erased):
            release_item(services(), acting_user(), held)


def _announce(changed: ReviewItem, given: Verdict) -> None:
    last = changed.verdict
    if given is not Verdict.SKIP and last is not None and last.actor != acting_user().id:
        name = user_names(services()).get(last.actor, "a colleague")
        announce(f"{DONE[given]} by {name} before you; nothing was left to do.")
        return
    named = listed(label_name(label) for label in last.labels) if last else ""
    what = (
        f"{DONE[given]} as {named}." if named and given is not Verdict.SKIP else f"{DONE[given]}."
    )
    announce(what, undo=changed.id)


def _verdict() -> Verdict:
    try:
        return Verdict(request.form.get("verdict", ""))
    except ValueError:
        raise InvalidInput("verdict", "must be approve, reject, escalate or skip") from None


def _version() -> int:
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        raise InvalidInput("version", "must be the version that was seen")
    return int(sent)
