"""What a route of the native API answers with: every status, what it means, and which headers.

The document tells it, and tests hold every answer of the app against it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from werkzeug.routing import Rule

from moderation import errors as domain
from moderation.web.auth import declared_access
from moderation.web.errors import STATUS
from moderation.web.operations import Operation, operation_of

PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
"""A part of an address that is named, as rules write it."""

FAULTS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "`invalid_input`, `too_large`: a field is missing, unknown, of the "
    "wrong type or over its limit; `details.field` names it. `csrf`: a change by session without "
    "its token.",
    HTTPStatus.UNAUTHORIZED: "`not_authenticated`: no key, or one that is unknown, expired or "
    "revoked.",
    HTTPStatus.FORBIDDEN: "`forbidden`: a valid key without the permission.",
    HTTPStatus.METHOD_NOT_ALLOWED: "`method_not_allowed`: this address takes other methods; "
    "`Allow` names them.",
    HTTPStatus.REQUEST_TIMEOUT: "`request_timeout`: the request did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "`too_large`: the whole body is over the limit.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "`too_large`: the address with its query is over 8,190 bytes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "`unsupported_media_type`: the body is not JSON in UTF-8.",
    HTTPStatus.TOO_MANY_REQUESTS: "`rate_limited`: more calls than the key may make; "
    "`Retry-After` says when to go on.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "`internal`: our fault; the log has the request id.",
    HTTPStatus.SERVICE_UNAVAILABLE: "`not_scored`, `unavailable`: no model or no database can "
    "answer now; ask again after `Retry-After` seconds.",
}
"""What is said of statuses that many routes answer with."""

HEADERS: Mapping[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "Finds the call in the log: the id that was sent, or a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "RateLimit": {
        "description": "Calls that are left in this window, and the seconds until the next. Told "
        "to a key that has a rate.",
        "schema": {"type": "string", "pattern": '^"key";r=[0-9]+;t=[0-9]+$'},
    },
    "RateLimit-Policy": {
        "description": "Calls in a window, and its seconds. Told to a key that has a rate.",
        "schema": {"type": "string", "pattern": '^"key";q=[0-9]+;w=[0-9]+$'},
    },
    "Retry-After": {
        "description": "Seconds after which to ask again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "How to say who calls.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Allow": {
        "description": "The methods that this address takes.",
        "required": True,
        "schema": {"type": "string"},
    },
}
"""Headers that mean something to whoever calls, beside those that HTTP has for everything."""

_OF_STATUS: Mapping[HTTPStatus, str] = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.METHOD_NOT_ALLOWED: "Allow",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
_NOT_COUNTED = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_URI_TOO_LONG,
)
"""What is answered before it is known whose call it is."""


def answers_of(rule: Rule, view: Callable[..., object]) -> Mapping[int, frozenset[str]] | None:
    """The headers of each status that the document tells of a route; `None` for one not in it."""
    operation = operation_of(view)
    if operation is None:
        return None
    statuses = (*operation.gives, *faults_of(rule, view, operation))
    return {int(status): frozenset(headers_of(view, operation, status)) for status in statuses}


def faults_of(
    rule: Rule, view: Callable[..., object], operation: Operation
) -> Mapping[HTTPStatus, str]:
    """What can go wrong at a route, in words for each status."""
    everywhere = [HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED]
    everywhere += [HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_URI_TOO_LONG]
    everywhere += [HTTPStatus.INTERNAL_SERVER_ERROR]
    if declared_access(view):
        everywhere += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
        everywhere += [HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE]
    if operation.takes is not None:
        everywhere += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    own: dict[HTTPStatus, list[str]] = {}
    faults = operation.faults
    if PARAMETER.search(rule.rule) and domain.NotFound not in faults:
        faults = (*faults, domain.NotFound)
    for kind in faults:
        status = next(STATUS[base] for base in kind.__mro__ if base in STATUS)
        about = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
        own.setdefault(status, []).append(f"`{kind.code}`: {about}")
    told = {status: " ".join(words) for status, words in own.items()}
    return told | {status: FAULTS[status] for status in everywhere}


def headers_of(
    view: Callable[..., object], operation: Operation, status: HTTPStatus
) -> Iterator[str]:
    """The names of the headers that an answer in that status may have."""
    yield "X-Request-Id"
    if declared_access(view) and status not in _NOT_COUNTED:
        yield from ("RateLimit", "RateLimit-Policy")
    if status in operation.may_wait:
        yield "Retry-After"
    if status in _OF_STATUS:
        yield _OF_STATUS[status]
