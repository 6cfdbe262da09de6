"""The one place where an error becomes an answer.

Every JSON route, and every path that is no route, answers in one shape::

    {"error": {"code": "invalid_input",
               "message": "text: must not be empty",
               "details": {"field": "text"},
               "request_id": "5f0c..."}}

Page routes answer with a page that says the same. Neither an answer nor a log ever
holds a traceback's message, a key, or the text of a comment.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response as BaseResponse

from moderation import errors as domain
from moderation.rulebook import Meanwhile
from moderation.unscored import wanted_of
from moderation.web.current import request_id
from moderation.wire.faults import error_body

RETRY_AFTER = 5
"""Seconds after which a caller may try again when nothing better is known."""

STATUS: Mapping[type[domain.ModerationError], HTTPStatus] = {
    domain.ModerationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    domain.InvalidInput: HTTPStatus.BAD_REQUEST,
    domain.UnknownReference: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.NotFound: HTTPStatus.NOT_FOUND,
    domain.Erased: HTTPStatus.GONE,
    domain.Conflict: HTTPStatus.CONFLICT,
    domain.NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    domain.Forbidden: HTTPStatus.FORBIDDEN,
    domain.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    domain.NotScored: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.TooLate: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ModelInvalid: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ImportRefused: HTTPStatus.BAD_REQUEST,
}
"""Domain errors and their status; a class that is not named has its base's."""

OUTAGES = (ConnectionError, OperationalError, InterfaceError, PoolTimeout)
"""What a database, or whatever else is asked, may raise that cannot be reached; storage says
`Unavailable` wherever it knows."""

_UNSCORED = (domain.NotScored, domain.Unavailable, domain.RateLimited)
"""What leaves a caller without a score."""

PAGES = frozenset({"review", "admin"})
"""Blueprints whose errors are pages."""

_CODES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
}
_FIELDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Content-Type",
}
_MESSAGES = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body: is longer than this service reads",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts; wait a moment.",
}

_log = logging.getLogger("moderation.errors")


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as an answer: in which status, what is said, and which headers go with it."""

    status: HTTPStatus
    code: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def init_errors(app: Flask) -> None:
    """Answer every error of the app in the one shape."""
    app.register_error_handler(domain.ModerationError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _any_error)


def answers_errors_of(
    bp: Blueprint, answer: Callable[[Exception], BaseResponse], *paths: str
) -> None:
    """Have all errors of a blueprint answered so, and those of what is no route at `paths` or
    under one of them: a protocol speaks its own words there too."""
    for kind in (domain.ModerationError, HTTPException, Exception):
        bp.register_error_handler(kind, answer)
    spoken = dict.fromkeys(paths, answer)
    bp.record(lambda state: state.app.extensions.setdefault(__name__, {}).update(spoken))


def wants_page() -> bool:
    """Whether the one who asked looks at pages, and not at JSON."""
    accepted = request.accept_mimetypes
    if request.blueprint in PAGES:
        return accepted.best_match(("text/html", "application/json")) != "application/json"
    asked_for_page = any("html" in mimetype for mimetype in accepted.values())
    return request.endpoint is None and asked_for_page and not request.path.startswith("/v1")


def fault_of(error: Exception) -> Fault:
    """What any error amounts to, for whoever has to say it in the words of another protocol.

    Whatever is the service's own fault is on record afterwards.
    """
    if isinstance(error, domain.ModerationError):
        return _domain_fault(error)
    if isinstance(error, HTTPException):
        return _http_fault(error)
    if isinstance(error, OUTAGES):
        return _domain_fault(outage_of(error))
    _record(error)
    return Fault(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong here.")


def outage_of(error: Exception) -> domain.Unavailable:
    """What it amounts to that something cannot be reached: `Unavailable`, or one of `OUTAGES`."""
    if isinstance(error, domain.Unavailable):
        return error
    away = domain.Unavailable("The database cannot be reached.")
    away.__cause__ = error
    return away


def _domain_fault(error: domain.ModerationError) -> Fault:
    status = next(STATUS[base] for base in type(error).__mro__ if base in STATUS)
    details, headers = dict(error.details), {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers["Retry-After"] = str(details.setdefault("retry_after", RETRY_AFTER))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _record(error)
    message = error.message
    if isinstance(error, domain.Unavailable):
        message += " Send it again in a moment."
    if isinstance(error, _UNSCORED) and (wanted := _wanted()):
        details["wanted"] = wanted
    return Fault(status, error.code, message, details, headers)


def _wanted() -> Meanwhile | None:
    """What a program is to do with a comment that it got no score for; nothing for a person."""
    found = g.get("caller")
    if found is not None and found.site is None:
        return None
    return wanted_of(found.site if found else None)


def _http_fault(error: HTTPException) -> Fault:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, CSRFError):
        return Fault(status, "csrf", error.description or status.phrase, {}, headers)
    details = {"field": _FIELDS[status]} if status in _FIELDS else {}
    code = _CODES.get(status, status.name.lower())
    message = _MESSAGES.get(status) or error.description or status.phrase
    return Fault(status, code, message, details, headers)


def _domain_error(error: domain.ModerationError) -> BaseResponse:
    if wants_page() and isinstance(error, domain.NotAuthenticated):
        return redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
    if wants_page() and isinstance(error, domain.PasswordToReplace):
        return redirect("/account", HTTPStatus.SEE_OTHER)
    return _answer(fault_of(error))


def _http_error(error: HTTPException) -> BaseResponse:
    if isinstance(error, RoutingException) or error.code is None or error.response is not None:
        return error.get_response()
    if error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    if request.endpoint is None:
        for path, answer in current_app.extensions.get(__name__, {}).items():
            if request.path == path or request.path.startswith(f"{path}/"):
                told: BaseResponse = answer(error)
                return told
    return _answer(fault_of(error))


def _any_error(error: Exception) -> BaseResponse:
    return _answer(fault_of(error))


def _record(error: BaseException) -> None:
    # Where it happened, without its message: that may quote what somebody wrote.
    origin = error.__cause__ or error
    frames = traceback.extract_tb(origin.__traceback__)[-12:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    names = list(dict.fromkeys((type(error).__name__, type(origin).__name__)))
    _log.error("request failed", extra={"error": " from ".join(names), "where": where})


def _page(status: HTTPStatus, message: str) -> str:
    try:
        return render_template(
            "errors/error.html", status=status, message=message, request_id=request_id()
        )
    except Exception as error:
        # The frame of the page asks who is signed in, which may be what has just failed.
        _record(error)
        plain = "<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1><p>{1}</p>"
        return plain.format(escape(status.phrase), escape(message))


def _answer(fault: Fault) -> Response:
    headers = dict(fault.headers)
    if wants_page():
        page = _page(fault.status, fault.message)
        return Response(page, fault.status, headers, mimetype="text/html")
    told = error_body(fault.code, fault.message, fault.details, request_id())
    return Response(msgspec.json.encode(told), fault.status, headers, mimetype="application/json")
