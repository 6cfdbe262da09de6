"""What a moderator does from the pages. Each form posts, one use case acts, the page moves on.

The script of an open page asks for JSON instead of a page, and is given what it needs to
go on where it is: the next item as a fragment, or what a verdict has become.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.errors import InvalidInput
from moderation.review_moves import undoable
from moderation.review_queue import ReviewItem, Verdict
from moderation.web.auth import acting_user, requires
from moderation.web.bodies import reply
from moderation.web.current import services
from moderation.web.errors import wants_page
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import DONE, label_name, listed
from moderation.web.review.rendering import announce, go_on, wanted
from moderation.web.review.views import case_fragment
from moderation.workflow.desk import something_waits, user_names
from moderation.workflow.reviewing import (
    HELD_AT_MOST,
    claim_item,
    claim_next,
    give_back,
    give_verdict,
    leave_items,
    look_at,
    release_item,
    renew_lease,
    undo_verdict,
)


@blueprint.get("/review/next")
@requires(Permission.REVIEW)
def waits() -> Response:
    """Whether anything waits for the moderator: `{"waits": true}`. Takes nothing."""
    return reply({"waits": something_waits(services(), acting_user(), wanted())})


@blueprint.post("/review/next")
@requires(Permission.REVIEW)
def take_next() -> Response:
    """Claim an item besides those `on_screen`: its fragment, or 204 where there is none."""
    on_screen = request.form.getlist("on_screen")
    item = claim_next(services(), acting_user(), wanted(), on_screen)
    return _fragment(item) if item else FlaskResponse(status=HTTPStatus.NO_CONTENT)


@blueprint.post("/review/<item_id>/verdict")
@requires(Permission.REVIEW)
def verdict(item_id: str) -> Response:
    """Decide the comment as it was seen, and go to the next one."""
    given = _verdict()
    labels = tuple(request.form.getlist("labels"))
    version = _number("version", request.form.get("version", ""))
    changed = give_verdict(services(), acting_user(), item_id, given, version, labels)
    message, sequence = _done(changed, given)
    if not wants_page():
        return reply({"message": message, "version": changed.version, "undo": sequence})
    announce(message, undo=None if sequence is None else changed.id)
    return go_on("review.next_item")


@blueprint.post("/review/<item_id>/undo")
@requires(Permission.REVIEW)
def undo(item_id: str) -> Response:
    """Take back one's last verdict on the comment, and show it again.

    A `sequence` says which verdict is meant; what is `on_screen` stays one's own as well.
    """
    sent = request.form.get("sequence")
    sequence = None if sent is None else _number("sequence", sent)
    undone = undo_verdict(services(), acting_user(), item_id, sequence)
    on_screen = request.form.getlist("on_screen")
    give_back(services(), acting_user(), (item_id, *on_screen)[:HELD_AT_MOST])
    if not wants_page():
        return _fragment(undone)
    announce("Undone. The comment is yours again.")
    return go_on("review.item", item_id=item_id)


@blueprint.post("/review/<item_id>/claim")
@requires(Permission.REVIEW)
def claim(item_id: str) -> Response:
    """Take one particular comment; a lead may take it over from a colleague."""
    take_over = request.form.get("take_over") == "yes"
    claim_item(services(), acting_user(), item_id, take_over=take_over)
    # Nobody sits on a comment that they have turned away from.
    give_back(services(), acting_user(), (item_id,))
    return go_on("review.item", item_id=item_id)


@blueprint.post("/review/<item_id>/release")
@requires(Permission.REVIEW)
def release(item_id: str) -> Response:
    """Give the comment back, and look at the queue."""
    release_item(services(), acting_user(), item_id)
    announce("Given back to the queue.")
    return go_on("review.queue")


@blueprint.post("/review/release")
@requires(Permission.REVIEW)
def leave() -> Response:
    """Give back what a page `held` that is being left, each as `item:sequence`."""
    known = [one.rpartition(":") for one in request.form.getlist("held")[:HELD_AT_MOST]]
    leases = {item_id: _number("held", sequence) for item_id, _, sequence in known}
    leave_items(services(), acting_user(), leases)
    return FlaskResponse(status=HTTPStatus.NO_CONTENT)


@blueprint.post("/review/<item_id>/renew")
@requires(Permission.REVIEW)
def renew(item_id: str) -> Response:
    """Prolong the lease for the open page: `{"seconds_left": 300}`, or a 409 that says why not."""
    item = renew_lease(services(), acting_user(), item_id)
    until = item.lease_until or services().now()
    return reply({"seconds_left": int((until - services().now()).total_seconds())})


def _fragment(item: ReviewItem) -> Response:
    case = look_at(services(), acting_user(), item.id)
    return FlaskResponse(case_fragment(case), mimetype="text/html")


def _done(changed: ReviewItem, given: Verdict) -> tuple[str, int | None]:
    """What the verdict has done, and the sequence of what can be undone of it."""
    last = changed.verdict
    if given is not Verdict.SKIP and last is not None and last.actor != acting_user().id:
        name = user_names(services()).get(last.actor, "a colleague")
        return f"{DONE[given]} by {name} before you; nothing was left to do.", None
    named = listed(label_name(label) for label in last.labels) if last else ""
    what = (
        f"{DONE[given]} as {named}." if named and given is not Verdict.SKIP else f"{DONE[given]}."
    )
    return what, undoable(changed, acting_user().id)


def _verdict() -> Verdict:
    try:
        return Verdict(request.form.get("verdict", ""))
    except ValueError:
        raise InvalidInput("verdict", "must be approve, reject, escalate or skip") from None


def _number(field: str, sent: str) -> int:
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        raise InvalidInput(field, "must be the number that was seen")
    return int(sent)
