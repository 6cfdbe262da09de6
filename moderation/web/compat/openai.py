"""OpenAI's `POST /v1/moderations`: strings, lists of strings, typed parts. Keeps nothing.

The key is a site's, as bearer token; the model of the reply is the exact version that answered.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final

import msgspec
from flask import Blueprint, Response, g, request

from moderation.accounts import KeyKind, Permission
from moderation.comments import Comment
from moderation.errors import NotAuthenticated
from moderation.web.auth import Caller, caller, caller_by_secret, requires
from moderation.web.bodies import unpacked_body
from moderation.web.current import request_id, services
from moderation.web.errors import Fault, answers_errors_of, fault_of
from moderation.web.metrics import count_ruling
from moderation.wire import moderations
from moderation.workflow.classify import classify

PATH: Final = "/v1/moderations"

VERSION: Final = "2020-10-01"
"""What OpenAI's own endpoint names as `openai-version`."""

_BAD_KEY: Final = "Incorrect API key provided. Send the key of a site as bearer token."
_NO_KEY: Final = (
    "You didn't provide an API key. Send the key of a site in an Authorization header: "
    "`Authorization: Bearer YOUR_KEY`."
)
_CODES: Final = {
    HTTPStatus.FORBIDDEN: "insufficient_permissions",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_exceeded",
}

bp = Blueprint("openai", __name__)


def recognise() -> Caller | None:
    """Who calls. Raises `NotAuthenticated` for a key that is not live."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return caller_by_secret(secret.strip(), KeyKind.SITE, KeyKind.PERSONAL)


@bp.post(PATH)
@requires(Permission.SCORE, by=recognise)
def moderate() -> Response:
    """Score what was sent, or say why not."""
    scorer = services().scorers.current()
    sent = moderations.items(unpacked_body(), scorer.version)
    who = caller()
    places = [place for place, one in enumerate(sent) if one.text]
    comments = [Comment(sent[place].text) for place in places]
    found = classify(scorer, who.site if who else None, comments) if comments else []
    for one in found:
        count_ruling(one.ruling)
    results, ours = moderations.results(sent, dict(zip(places, found, strict=True)))
    body = {
        "id": f"modr-{request_id()}",
        "model": scorer.version,
        "results": results,
        "x_moderation": {"results": ours},
    }
    return _answer(HTTPStatus.OK, body, {})


def _failed(error: Exception) -> Response:
    fault = fault_of(error)
    message, code, param = fault.message, _code(fault), None
    if isinstance(error, moderations.InvalidRequest):
        code, param = error.openai_code, error.param
    elif isinstance(error, moderations.ModelNotFound):
        code, param = "model_not_found", "model"
    elif isinstance(error, NotAuthenticated):
        sent = "Authorization" in request.headers
        message, code = (_BAD_KEY if sent else _NO_KEY), "invalid_api_key"
    body = moderations.error(fault.status, message, code, param)
    return _answer(fault.status, body, dict(fault.headers))


def _code(fault: Fault) -> str | None:
    return _CODES.get(fault.status, fault.code)


def _answer(status: HTTPStatus, body: object, headers: dict[str, str]) -> Response:
    headers["openai-version"] = VERSION
    headers["openai-processing-ms"] = str(round(1000 * (time.perf_counter() - g.began)))
    written = msgspec.json.encode(body)
    return Response(written, status, headers, content_type="application/json")


answers_errors_of(bp, _failed, PATH)
