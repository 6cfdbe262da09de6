"""`/v1/comments`: comments come in, are scored, kept and queued; they can be read and erased.

Readers' reports and authors' appeals arrive here as well, and bring a comment before
a moderator.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from moderation.accounts import Permission
from moderation.checks import checked_id
from moderation.errors import Conflict, Erased, KeyReused, NotFound, UnknownReference
from moderation.web.auth import calling_site, requires
from moderation.web.bodies import read_body, reply
from moderation.web.current import services
from moderation.web.metrics import count_ruling
from moderation.web.operations import Operation, described
from moderation.wire.fields import RepeatKey
from moderation.wire.lists import (
    CommentListReply,
    CommentParameters,
    comment_list_reply,
    comments_wanted,
)
from moderation.wire.plain_replies import ObjectedReply
from moderation.wire.replies import (
    CommentReply,
    SubmittedReply,
    comment_reply,
    submitted_reply,
)
from moderation.wire.requests import CommentRequest, ObjectionRequest, repeat_key
from moderation.workflow import intake
from moderation.workflow.listing import list_comments
from moderation.workflow.objections import object_to

bp = Blueprint("comments", __name__)


_OBJECTION = Operation(
    {HTTPStatus.CREATED: ObjectedReply},
    takes=ObjectionRequest,
    may_be_empty=True,
    faults=(NotFound, Erased, Conflict, KeyReused),
    example={"reason": "insult", "text": "He means my neighbour.", "by": "u-8"},
    repeatable="with the same `by`, or the same `Idempotency-Key`, it counts once. Without either "
    "each call counts.",
    headers={"Idempotency-Key": RepeatKey},
)


@bp.get("/v1/comments")
@requires(Permission.SUBMIT)
@described(Operation({HTTPStatus.OK: CommentListReply}, query=CommentParameters))
def listed() -> Response:
    """The site's comments as they were received, latest first, erased ones left out."""
    found = list_comments(services(), calling_site(), *comments_wanted(request.args))
    return reply(comment_list_reply(found))


@bp.post("/v1/comments")
@requires(Permission.SUBMIT)
@described(
    Operation(
        {HTTPStatus.OK: SubmittedReply, HTTPStatus.CREATED: SubmittedReply},
        takes=CommentRequest,
        faults=(Conflict, Erased, UnknownReference),
        example={"id": "c-17", "text": "You are an idiot.", "author": {"id": "u-3"}},
        repeatable="the same content under the same id has the same answer, and is kept once.",
    )
)
def submit() -> Response:
    """Take a comment in: 201 when it is new, 200 when its id was known.

    It is scored, decided, kept and queued in one transaction. Another text under the same id is a
    revision, and scored anew.
    """
    new = read_body(CommentRequest).to_comment()
    submitted = intake.submit(services(), calling_site(), new)
    if submitted.outcome is not intake.Outcome.UNCHANGED and submitted.comment.ruling:
        count_ruling(submitted.comment.ruling)
    created = submitted.outcome is intake.Outcome.CREATED
    return reply(
        submitted_reply(submitted.comment, submitted.item),
        HTTPStatus.CREATED if created else HTTPStatus.OK,
    )


@bp.get("/v1/comments/<path:comment_id>")
@requires(Permission.SUBMIT)
@described(Operation({HTTPStatus.OK: CommentReply}, faults=(NotFound, Erased)))
def show(comment_id: str) -> Response:
    """A comment as kept, with its ruling and where it stands."""
    return reply(
        comment_reply(*intake.read(services(), calling_site(), checked_id("id", comment_id)))
    )


@bp.delete("/v1/comments/<path:comment_id>")
@requires(Permission.SUBMIT)
@described(
    Operation(
        {HTTPStatus.NO_CONTENT: None},
        faults=(NotFound, Conflict),
        repeatable="what is erased stays erased, and the answer is the same.",
    )
)
def erase(comment_id: str) -> Response:
    """Remove a comment's texts and names for good."""
    intake.erase(services(), calling_site(), checked_id("id", comment_id))
    return Response(status=HTTPStatus.NO_CONTENT)


@bp.post("/v1/comments/<path:comment_id>/reports")
@requires(Permission.SUBMIT)
@described(_OBJECTION)
def report(comment_id: str) -> Response:
    """A reader objects to a comment."""
    return _object(comment_id, "report")


@bp.post("/v1/comments/<path:comment_id>/appeals")
@requires(Permission.SUBMIT)
@described(_OBJECTION)
def appeal(comment_id: str) -> Response:
    """An author objects to what became of a comment."""
    return _object(comment_id, "appeal")


def _object(comment_id: str, kind: str) -> Response:
    named = checked_id("id", comment_id)
    asked = read_body(ObjectionRequest, may_be_empty=True)
    sent_as = repeat_key(request.headers.get("Idempotency-Key"))
    objection = asked.to_objection(kind, services().now(), sent_as)
    item = object_to(services(), calling_site(), named, objection)
    answer = ObjectedReply(named, item.id, item.status.value, item.stage.value)
    return reply(answer, HTTPStatus.CREATED)
