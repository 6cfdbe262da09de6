"""Perspective API v1alpha1, so that its callers change one address and go on.

`analyze` keeps nothing, whatever `doNotStore` says; `suggestscore` keeps what a site's moderators
decided. Both are answered from a body's bytes and a caller, so that a part of a batch goes the
same way as a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

import msgspec
from flask import Blueprint, Response, request
from werkzeug.datastructures import Headers

from moderation.accounts import KeyKind, Permission
from moderation.checks import checked_id
from moderation.comments import Comment, Site
from moderation.errors import Forbidden, InvalidInput, NotAuthenticated, NotFound, RateLimited
from moderation.scoring.language import identify
from moderation.scoring.scorer import Scorer
from moderation.stored import Suggestion
from moderation.text.sentences import sentences
from moderation.web.auth import (
    Caller,
    caller,
    caller_by_secret,
    count_call,
    keyed_in_parts,
    public,
    requires,
)
from moderation.web.bodies import unpacked_body
from moderation.web.compat.called_at import VISIBLE, root
from moderation.web.current import services
from moderation.web.errors import answers_errors_of, fault_of
from moderation.web.metrics import count_ruling
from moderation.web.quota import held_against
from moderation.wire.perspective import faults, multipart, replies, requests
from moderation.wire.perspective.attributes import labels_told, verdict_told
from moderation.wire.perspective.discovery import document
from moderation.workflow.classify import Classified, classify
from moderation.workflow.suggesting import keep_suggestion, suggestion_id

SOURCE: Final = "perspective"
ANALYZE: Final = "/v1alpha1/comments:analyze"
SUGGEST: Final = "/v1alpha1/comments:suggestscore"

_ABOUT: Final = "comment:"
"""What Coral puts before the id of a comment in `clientToken`."""

_ENGLISH: Final = ("en",)
_SCORED_BY: Final = {"model": "X-Moderation-Model", "policy": "X-Moderation-Policy"}

bp = Blueprint("perspective", __name__)


class _Answer(NamedTuple):
    """A status, a body and headers, before they are written as a response or a part."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str]


def recognise() -> Caller | None:
    """Who calls. Raises `KeyNotValid`."""
    return _caller_with(_sent_key(request.args, request.headers))


@bp.post(ANALYZE)
@requires(Permission.SCORE, by=recognise)
def analyze_comment() -> Response:
    """Score a comment, or say why not."""
    return _response(_good(_analyze(_body(), caller())))


@bp.post(SUGGEST)
@requires(Permission.SUBMIT, by=recognise)
def suggest_score() -> Response:
    """Take what a moderator made of a comment."""
    return _response(_good(_suggest(_body(), caller())))


@bp.get("/$discovery/rest")
@public
def discover() -> Response:
    """Describe the service to Google's clients, under the address at which they found it."""
    recognise()
    if request.args.get("version", "v1alpha1") != "v1alpha1":
        raise NotFound("Discovery document not found for this version of the API.")
    return _response(_Answer(HTTPStatus.OK, document(root()), {}))


@bp.post("/batch")
@bp.post("/batch/commentanalyzer/v1alpha1")
@keyed_in_parts
def answer_batch() -> Response:
    """Answer each part of a multipart/mixed body as the call that it is."""
    boundary = request.mimetype_params.get("boundary")
    if request.mimetype != multipart.MIMETYPE or not boundary:
        raise faults.Refused("A batch is multipart/mixed with a boundary.")
    outer = _sent_key(request.args, request.headers)
    callers: dict[str | None, Caller | None] = {}
    answers = []
    for part in multipart.parts(_body(), boundary):
        answer = _answer_part(part, outer, callers)
        body = msgspec.json.encode(answer.body)
        answers.append(multipart.Answered(part.id, answer.status, answer.headers, body))
    body, content_type = multipart.joined(answers)
    return Response(body, content_type=content_type)


def _answer_part(
    part: multipart.Part, outer: str | None, callers: dict[str | None, Caller | None]
) -> _Answer:
    """One call of a batch, by its own key or else by that of the batch.

    `callers` are those whose keys were met before in it.
    """
    try:
        if part.method != "POST" or part.path not in _CALLS:
            raise NotFound("There is no such method.")
        permission, answers = _CALLS[part.path]
        key = _sent_key(part.arguments, Headers(part.headers)) or outer
        if key not in callers:
            callers[key] = _caller_with(key)
        who = callers[key]
        if who is None:
            raise NotAuthenticated(faults.NO_KEY)
        count_call(who)
        if not who.may(permission):
            raise Forbidden("This key may not do this.")
        return _good(answers(part.body, who))
    except Exception as error:
        return _bad(error, part.path)


def _analyze(raw: bytes, who: Caller | None) -> dict[str, object]:
    """The reply to a body of `comments:analyze`. Raises `Refused`, or `NotScored`."""
    asked = requests.analyze_request(raw)
    scorer = services().scorers.current()
    attributes = requests.requested(asked, scorer.version)
    spoken = requests.languages(asked)
    context = requests.in_context(asked, spoken[0] if spoken else None)
    text = context.comment.text
    if not spoken:
        requests.check_language_shows(text)
    ranges = sentences(text) if asked.span_annotations else []
    if len(ranges) == 1:
        ranges = []  # the whole text has the one span that there always is
    found = _classified(scorer, who.site if who else None, context.comment, ranges)
    count_ruling(found[0].ruling)
    detected = identify(text, spoken[0]) if spoken else found[0].ruling.language
    languages = replies.Languages(spoken, detected, _trained_on(scorer))
    parts = replies.parts_of(text, ranges, found)
    return replies.analyzed(asked, attributes, languages, context, parts, found[0])


def _classified(
    scorer: Scorer, site: Site | None, comment: Comment, ranges: Sequence[tuple[int, int]]
) -> list[Classified]:
    """The whole comment in its context, and each sentence by itself."""
    alone = replace(comment, article=None, parent=None)
    pieces = [replace(alone, text=comment.text[start:end]) for start, end in ranges]
    return classify(scorer, site, [comment, *pieces])


def _suggest(raw: bytes, who: Caller | None) -> dict[str, object]:
    """The reply to a body of `comments:suggestscore`. Raises `Refused`."""
    site = who.site if who else None
    if site is None:
        raise Forbidden("This is for programs: send the key of a site.")
    asked = requests.suggest_request(raw)
    values = requests.suggested(asked)
    spoken = requests.languages(asked)
    text, token = requests.checked_text(asked), asked.client_token or ""
    if not asked.do_not_store:
        text = requests.storable(text)
        about = (site.id, SOURCE, asked.community_id or "", token, text, *sorted(values))
        suggestion = Suggestion(
            id=suggestion_id(*about),
            site_id=site.id,
            source=SOURCE,
            at=services().now(),
            text=text,
            labels=labels_told(values),
            verdict=verdict_told(values),
            comment_id=_comment_id(token),
            told=requests.told(asked, values),
        )
        keep_suggestion(services(), suggestion)
    detected = identify(text, spoken[0] if spoken else site.language)
    return replies.suggestion_taken(asked.client_token, spoken, detected)


_CALLS: Final[
    Mapping[str, tuple[Permission, Callable[[bytes, Caller | None], dict[str, object]]]]
] = {ANALYZE: (Permission.SCORE, _analyze), SUGGEST: (Permission.SUBMIT, _suggest)}


def _comment_id(token: str) -> str | None:
    found = token.removeprefix(_ABOUT)
    if not found or found == token:
        return None
    try:
        return checked_id("id", found)
    except InvalidInput:
        return None


def _trained_on(scorer: Scorer) -> Sequence[str]:
    found = scorer.manifest.get("languages")
    return found if isinstance(found, list) else _ENGLISH


def _body() -> bytes:
    try:
        # As Google's clients for Java and .NET send everything unless they are told not to.
        return unpacked_body(may_be_gzip=True)
    except InvalidInput as error:
        raise faults.Refused(error.message) from None


def _sent_key(arguments: Mapping[str, str], headers: Headers) -> str | None:
    """The key of a call, wherever Google's clients put one."""
    scheme, _, bearer = headers.get("Authorization", "").partition(" ")
    found = (
        arguments.get("key"),
        headers.get("X-Goog-Api-Key"),
        bearer.strip() if scheme.lower() == "bearer" else None,
        arguments.get("access_token"),
    )
    return next((key for key in found if key), None)


def _caller_with(key: str | None) -> Caller | None:
    if key is None:
        return None
    try:
        return caller_by_secret(key, KeyKind.SITE, KeyKind.PERSONAL)
    except NotAuthenticated:
        raise faults.KeyNotValid from None


def _good(body: Mapping[str, object]) -> _Answer:
    ours = body.get("xModeration")
    known = ours if isinstance(ours, dict) else {}
    # A policy is named after its site, whose id may have letters that no header may have.
    headers = {
        header: quote(str(known[name]), safe=VISIBLE)
        for name, header in _SCORED_BY.items()
        if name in known
    }
    return _Answer(HTTPStatus.OK, body, headers)


def _bad(error: Exception, path: str) -> _Answer:
    fault = fault_of(error)
    status, message = fault.status, fault.message
    details: list[dict[str, object]] = [faults.info(fault.code.upper())]
    if isinstance(error, faults.Refused):
        details = error.told
    elif isinstance(error, faults.KeyNotValid):
        details = [faults.info("API_KEY_INVALID")]
    elif isinstance(error, NotAuthenticated):
        status, message = HTTPStatus.FORBIDDEN, faults.NO_KEY
        details = [faults.info("API_KEY_MISSING")]
    elif isinstance(error, RateLimited) or status is HTTPStatus.TOO_MANY_REQUESTS:
        quota = held_against() if isinstance(error, RateLimited) else None
        meter = faults.SUGGESTIONS if path == SUGGEST else faults.ANALYSES
        message, details = faults.over_quota(
            meter,
            fault.details.get("retry_after"),
            rate=quota.rate if quota else None,
            consumer=quota.consumer if quota else "",
        )
    headers = {name: value for name, value in fault.headers.items() if name != "WWW-Authenticate"}
    return _Answer(status, faults.envelope(status, message, details), headers)


def _response(answer: _Answer) -> Response:
    body = msgspec.json.encode(answer.body)
    content_type = "application/json; charset=UTF-8"
    return Response(body, answer.status, dict(answer.headers), content_type=content_type)


def _failed(error: Exception) -> Response:
    return _response(_bad(error, request.path))


answers_errors_of(bp, _failed, "/v1alpha1", "/$discovery", "/batch")
