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
from moderation.unscored import wanted_of
from moderation.web.auth import beyond_rate, calling_site, requires
from moderation.web.bodies import read_body, reply
from moderation.web.current import services
from moderation.web.metrics import count_ruling, count_unscored
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
    ReasonReply,
    SubmittedReply,
    comment_reply,
    submitted_reply,
)
from moderation.wire.requests import CommentRequest, ObjectionRequest, repeat_key
from moderation.workflow import intake
from moderation.workflow.classify import RETRY_AFTER
from moderation.workflow.listing import list_comments
from moderation.workflow.objections import object_to
from moderation.workflow.queueing import NOT_SCORED

bp = Blueprint("comments", __name__)

_BEYOND_RATE = "beyond the rate of its key; scored later"

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
@requires(Permission.SUBMIT, keeps_beyond_rate=True)
@described(
    Operation(
        {
            HTTPStatus.OK: SubmittedReply,
            HTTPStatus.CREATED: SubmittedReply,
            HTTPStatus.ACCEPTED: SubmittedReply,
        },
        takes=CommentRequest,
        faults=(Conflict, Erased, UnknownReference),
        example={"id": "c-17", "text": "You are an idiot.", "author": {"id": "u-3"}},
        repeatable="the same content under the same id has the same answer, and is kept once.",
        may_wait=frozenset({HTTPStatus.ACCEPTED}),
    )
)
def submit() -> Response:
    """Take a comment in: 201 when it is new, 200 when its id was known, 202 while not scored.

    It is scored, decided, kept and queued in one transaction. Another text under the same id is a
    revision, and scored anew. What cannot be scored now is kept all the same, and scored later; so
    is what comes beyond the rate of the key, up to as many calls again in the same window. After
    that it is a 429, and nothing is kept.
    """
    new = read_body(CommentRequest).to_comment()
    refusal = beyond_rate()
    submitted = intake.submit(services(), calling_site(), new, put_off=refusal)
    comment, outcome = submitted.comment, submitted.outcome
    told = submitted_reply(comment, submitted.item)
    if outcome is not intake.Outcome.UNCHANGED:
        count_unscored() if comment.ruling is None else count_ruling(comment.ruling)
        if refusal is not None:
            told.reasons = [ReasonReply(NOT_SCORED, detail=_BEYOND_RATE)]
    if comment.is_unscored:
        return _not_scored(told, HTTPStatus.ACCEPTED, submitted.retry_after)
    return reply(told, HTTPStatus.CREATED if outcome is intake.Outcome.CREATED else HTTPStatus.OK)


@bp.get("/v1/comments/<id:comment_id>")
@requires(Permission.SUBMIT)
@described(
    Operation(
        {HTTPStatus.OK: CommentReply},
        faults=(NotFound, Erased),
        may_wait=frozenset({HTTPStatus.OK}),
    )
)
def show(comment_id: str) -> Response:
    """A comment as kept, with its ruling and where it stands."""
    named = checked_id("id", comment_id)
    comment, item = intake.read(services(), calling_site(), named)
    told = comment_reply(comment, item)
    return _not_scored(told, HTTPStatus.OK) if comment.is_unscored else reply(told)


@bp.delete("/v1/comments/<id:comment_id>")
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


@bp.post("/v1/comments/<id:comment_id>/reports")
@requires(Permission.SUBMIT)
@described(_OBJECTION)
def report(comment_id: str) -> Response:
    """A reader objects to a comment."""
    return _object(comment_id, "report")


@bp.post("/v1/comments/<id:comment_id>/appeals")
@requires(Permission.SUBMIT)
@described(_OBJECTION)
def appeal(comment_id: str) -> Response:
    """An author objects to what became of a comment."""
    return _object(comment_id, "appeal")


def _not_scored(
    told: SubmittedReply, status: HTTPStatus, retry_after: int | None = None
) -> Response:
    """What is said of a comment that waits to be scored: what to do with it, when to ask again."""
    told.wanted = wanted_of(calling_site())
    told.retry_after = retry_after or RETRY_AFTER
    answer = reply(told, status)
    answer.headers["Retry-After"] = str(told.retry_after)
    return answer


def _object(comment_id: str, kind: str) -> Response:
    named = checked_id("id", comment_id)
    asked = read_body(ObjectionRequest, may_be_empty=True)
    sent_as = repeat_key(request.headers.get("Idempotency-Key"))
    objection = asked.to_objection(kind, services().now(), sent_as)
    item = object_to(services(), calling_site(), named, objection)
    answer = ObjectedReply(named, item.id, item.status.value, item.stage.value)
    return reply(answer, HTTPStatus.CREATED)
