"""`/v1/queue`: the review desk for programs, acting as a moderator.

What is not a look needs a person: a session, or a personal token.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from moderation.accounts import Permission
from moderation.checks import checked_id
from moderation.errors import Conflict, Erased, NotFound, NotHeld, StaleVersion
from moderation.review_queue import ReviewItem
from moderation.web.auth import acting_user, caller, requires
from moderation.web.bodies import read_body, reply
from moderation.web.current import services
from moderation.web.operations import Operation, described
from moderation.wire.desk_replies import (
    CaseReply,
    ItemReply,
    QueueReply,
    case_reply,
    item_reply,
    queue_reply,
)
from moderation.wire.lists import QueueParameters, page_wanted
from moderation.wire.requests import (
    ClaimItemRequest,
    ClaimRequest,
    NoFields,
    UndoRequest,
    VerdictRequest,
)
from moderation.workflow import reviewing
from moderation.workflow.desk import list_waiting
from moderation.workflow.site_queue import list_of_site

bp = Blueprint("queue", __name__)


@bp.get("/v1/queue")
@requires(Permission.REVIEW, Permission.SUBMIT)
@described(Operation({HTTPStatus.OK: QueueReply}, query=QueueParameters))
def waiting() -> Response:
    """What waits, in the order of the queue: all of it for a person, a site's own for its key."""
    wanted, limit, cursor = page_wanted(request.args)
    found = caller()
    if found and found.site:
        listed = list_of_site(services(), found.site, wanted, limit, cursor)
    else:
        listed = list_waiting(services(), acting_user(), wanted, limit, cursor)
    rows = [(row.item, row.comment) for row in listed.rows]
    return reply(queue_reply(rows, listed.counts, listed.next_cursor, services().now()))


@bp.post("/v1/queue/claim")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: CaseReply, HTTPStatus.NO_CONTENT: None},
        takes=ClaimRequest,
        may_be_empty=True,
        faults=(Conflict,),
        example={"label": "insult"},
        repeatable="what is held already is given again, with a new lease.",
    )
)
def claim_next() -> Response:
    """Take the next item and see its case; 204 where nothing waits."""
    wanted = read_body(ClaimRequest, may_be_empty=True).to_filter()
    item = reviewing.claim_next(services(), acting_user(), wanted)
    return _case(item) if item else Response(status=HTTPStatus.NO_CONTENT)


@bp.get("/v1/queue/<item_id>")
@requires(Permission.REVIEW)
@described(Operation({HTTPStatus.OK: CaseReply}, faults=(NotFound, Erased)))
def show(item_id: str) -> Response:
    """An item with everything that a moderator judges by."""
    case = reviewing.look_at(services(), acting_user(), checked_id("id", item_id))
    return reply(case_reply(case, services().now()))


@bp.post("/v1/queue/<item_id>/claim")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: CaseReply},
        takes=ClaimItemRequest,
        may_be_empty=True,
        faults=(NotFound, Erased, Conflict, NotHeld),
        example={"take_over": False},
        repeatable="one's own item is given again, with a new lease.",
    )
)
def claim(item_id: str) -> Response:
    """Take this item; a lead may take it over from a colleague."""
    named, take_over = (
        checked_id("id", item_id),
        read_body(ClaimItemRequest, may_be_empty=True).take_over,
    )
    return _case(reviewing.claim_item(services(), acting_user(), named, take_over=take_over))


@bp.post("/v1/queue/<item_id>/renew")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: ItemReply},
        takes=NoFields,
        may_be_empty=True,
        faults=(NotFound, Erased, Conflict, NotHeld),
        repeatable="the lease begins anew.",
    )
)
def renew(item_id: str) -> Response:
    """Keep an item for another lease."""
    read_body(NoFields, may_be_empty=True)
    return _item(reviewing.renew_lease(services(), acting_user(), checked_id("id", item_id)))


@bp.post("/v1/queue/<item_id>/release")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: ItemReply},
        takes=NoFields,
        may_be_empty=True,
        faults=(NotFound, Erased, Conflict, NotHeld),
        repeatable="what nobody holds stays free. Where a colleague has it by now it is a 409, and "
        "stays theirs.",
    )
)
def release(item_id: str) -> Response:
    """Give an item back."""
    read_body(NoFields, may_be_empty=True)
    return _item(reviewing.release_item(services(), acting_user(), checked_id("id", item_id)))


@bp.post("/v1/queue/<item_id>/verdict")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: ItemReply},
        takes=VerdictRequest,
        faults=(NotFound, Erased, Conflict, StaleVersion, NotHeld),
        example={"verdict": "reject", "version": 1, "labels": ["insult"]},
        repeatable="the same verdict changes nothing.",
    )
)
def verdict(item_id: str) -> Response:
    """Decide an item in the version that was seen; the same again changes nothing."""
    given = read_body(VerdictRequest)
    item = reviewing.give_verdict(
        services(),
        acting_user(),
        checked_id("id", item_id),
        given.verdict,
        given.version,
        tuple(given.labels),
    )
    return _item(item)


@bp.post("/v1/queue/<item_id>/undo")
@requires(Permission.REVIEW)
@described(
    Operation(
        {HTTPStatus.OK: ItemReply},
        takes=UndoRequest,
        may_be_empty=True,
        faults=(NotFound, Erased, Conflict),
        example={"sequence": 3},
        repeatable="with `sequence`, which is that of the verdict, it changes nothing. Without, it "
        "takes back what one did before that, where there is such a thing, or is a 409.",
    )
)
def undo(item_id: str) -> Response:
    """Take one's last verdict or skip back."""
    sequence = read_body(UndoRequest, may_be_empty=True).sequence
    named = checked_id("id", item_id)
    return _item(reviewing.undo_verdict(services(), acting_user(), named, sequence))


def _item(item: ReviewItem) -> Response:
    return reply(item_reply(item, services().now()))


def _case(item: ReviewItem) -> Response:
    return reply(case_reply(reviewing.open_case(services(), item.id), services().now()))
