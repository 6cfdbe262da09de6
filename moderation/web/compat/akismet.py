"""Akismet's REST interface, versions 1.1 and 1.2: forms in, plain text out.

    POST /1.1/comment-check   ->  true | false           (200, no newline)
    POST /1.1/verify-key      ->  valid | invalid        (200)
    POST /1.1/submit-spam     ->  Thanks for making the web a better place.

Whatever else is to be said is no 2xx and has `X-akismet-debug-help`: clients take a bare text for
spam, or for none, as they please. The key is in the form, or the first label of the host.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import UnsupportedMediaType

from moderation.accounts import KeyKind, Permission
from moderation.errors import NotAuthenticated, NotFound
from moderation.review_queue import Verdict
from moderation.web.auth import Caller, caller_by_secret, calling_site, public, requires
from moderation.web.bodies import reply
from moderation.web.compat import multipart_forms
from moderation.web.current import services
from moderation.web.errors import answers_errors_of, fault_of
from moderation.web.metrics import count_ruling
from moderation.wire import akismet as wire
from moderation.wire.akismet_reports import months_asked, sites_report, stats, subscription, usage
from moderation.wire.forms import CHARSET_FIELDS, read_form
from moderation.workflow.spam_checks import check, tell
from moderation.workflow.spam_counts import tallies
from moderation.workflow.spam_identity import Passing

bp = Blueprint("akismet", __name__)

THANKS = "Thanks for making the web a better place."
GUID, DEBUG = "X-akismet-guid", "X-akismet-debug-help"
_MOST_HELP = 300
_VERIFY, _CHECK = "akismet.verify_key", "/comment-check"
_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _caller() -> Caller:
    return _caller_of(wire.KEYS)


def _caller_in_question() -> Caller:
    """Whoever a key belongs to that is asked about: clients send the one in use beside it."""
    return _caller_of(wire.KEYS[::-1])


_by_key = requires(Permission.SUBMIT, by=_caller)
_by_key_in_question = requires(Permission.SUBMIT, by=_caller_in_question)


@bp.post("/1.1/verify-key")
@bp.post("/1.2/verify-key")
@_by_key_in_question
def verify_key() -> Response:
    """Whether a key is live."""
    return _text("valid")


@bp.post("/1.1/comment-check")
@bp.post("/1.2/comment-check")
@_by_key
def comment_check() -> Response:
    """Whether a comment is to be held or blocked, which is what `true` means here."""
    checked = check(services(), calling_site(), _passing())
    if checked.ruling:
        count_ruling(checked.ruling)
    answer = _text("true" if checked.is_spam else "false")
    answer.headers[GUID] = checked.guid
    return answer


@bp.post("/1.1/submit-spam")
@bp.post("/1.2/submit-spam")
@_by_key
def submit_spam() -> Response:
    """The site's moderators have rejected a comment."""
    tell(services(), calling_site(), _passing(), Verdict.REJECT)
    return _text(THANKS)


@bp.post("/1.1/submit-ham")
@bp.post("/1.2/submit-ham")
@_by_key
def submit_ham() -> Response:
    """The site's moderators have approved a comment."""
    tell(services(), calling_site(), _passing(), Verdict.APPROVE)
    return _text(THANKS)


@bp.route("/1.1/get-subscription", methods=["GET", "POST"])
@bp.route("/1.2/get-subscription", methods=["GET", "POST"])
@_by_key_in_question
def get_subscription() -> Response:
    """The account, as the settings page of WordPress wants to see it."""
    return reply(subscription(calling_site()))


@bp.route("/1.1/get-stats", methods=["GET", "POST"])
@bp.route("/1.2/get-stats", methods=["GET", "POST"])
@_by_key_in_question
def get_stats() -> Response:
    """How many comments were held, and how often people disagreed."""
    asked, site = months_asked(_form(), services().now()), calling_site()
    whole, *parts = tallies(services(), site, [asked.whole, *asked.parts])
    return reply(stats(asked, whole, parts))


@bp.route("/1.1/usage-limit", methods=["GET", "POST"])
@bp.route("/1.2/usage-limit", methods=["GET", "POST"])
@_by_key
def usage_limit() -> Response:
    """The comments of this month; there is no limit to them."""
    month = months_asked({}, services().now()).parts[-1]
    (tally,) = tallies(services(), calling_site(), [month])
    return reply(usage(tally))


@bp.route("/1.1/key-sites", methods=["GET", "POST"])
@bp.route("/1.2/key-sites", methods=["GET", "POST"])
@_by_key
def key_sites() -> Response:
    """The one site that a key speaks for, with its numbers of a month; as JSON or CSV."""
    report = sites_report(_form(), calling_site(), services().now())
    (tally,) = tallies(services(), calling_site(), [report.month])
    if report.is_csv:
        return Response(report.as_csv(tally), mimetype="text/csv")
    return reply(report.as_json(tally))


@bp.get("/1.1/test")
@bp.get("/1.2/test")
@public
def test() -> Response:
    """Whether somebody is there at all."""
    return _text("connected")


@bp.route("/1.1/<path:call>", methods=_ANY)
@bp.route("/1.2/<path:call>", methods=_ANY)
@_by_key
def unknown_call(call: str) -> Response:
    """Calls that there are not, and calls that came in another method."""
    raise NotFound("There is no such call, or it takes another method.")


def _caller_of(names: tuple[str, ...]) -> Caller:
    # `request.host` is empty for names that Werkzeug does not take, as those with an underscore.
    key = wire.key_of(_form(), request.headers.get("Host", ""), names=names)
    if not key:
        raise NotAuthenticated("Send the key as `api_key`, or as the first label of the host.")
    return caller_by_secret(key, KeyKind.AKISMET)


def _form() -> dict[str, str]:
    """The fields that are read of this request, looked for once."""
    if "akismet_form" not in g:
        raw = b"&".join((request.query_string, _body()))
        charset = request.mimetype_params.get("charset", "")
        g.akismet_form = read_form(raw, wire.FIELDS, charset, wire.WHOLE)
    found: dict[str, str] = g.akismet_form
    return found


def _body() -> bytes:
    raw = request.get_data(cache=False)
    is_multipart = request.mimetype == multipart_forms.MIMETYPE
    is_other = not is_multipart and (request.mimetype.startswith("multipart/") or request.is_json)
    if raw and (is_other or request.content_encoding not in (None, "", "identity")):
        raise UnsupportedMediaType(
            "Content-Type: send the form as application/x-www-form-urlencoded, uncompressed"
        )
    if raw and is_multipart:
        boundary = request.mimetype_params.get("boundary", "")
        return multipart_forms.urlencoded(raw, boundary, wire.FIELDS.union(CHARSET_FIELDS))
    return raw


def _passing() -> Passing:
    return wire.passing(_form(), slashed=request.user_agent.string.startswith("WordPress/"))


def _text(body: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body, status, mimetype="text/plain")


def _failed(error: Exception) -> Response:
    fault = fault_of(error)
    is_answer = request.endpoint == _VERIFY and isinstance(error, NotAuthenticated)
    refused = fault.status == HTTPStatus.UNAUTHORIZED
    answer = _text("invalid" if refused else fault.code, fault.status)
    if is_answer:
        answer.status_code = HTTPStatus.OK
    else:
        answer.headers.extend(dict(fault.headers))
    if request.path.endswith(_CHECK):
        # WordPress's plug-in, from 5.5 on, publishes what it asked about where this is missing.
        answer.headers[GUID] = str(fault.details.get("guid") or uuid.uuid4().hex)
    words = " ".join(fault.message.encode("ascii", "replace").decode().split())
    answer.headers[DEBUG] = words[:_MOST_HELP]
    return answer


answers_errors_of(bp, _failed, "/1.1", "/1.2")
