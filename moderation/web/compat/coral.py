"""`/coral/phase`: Coral asks about each comment before it keeps it (External Moderation Phase).

Coral publishes on every error and where it has to wait, so there is none of either: what cannot be
looked at in time is withheld for a moderator, unless its site wants such comments published. Only a
signature that is known to be nobody's is refused.
"""

from __future__ import annotations

import logging
import re
import time
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from moderation.accounts import Permission
from moderation.comments import Author, Site, StoredArticle
from moderation.errors import Forbidden, NotAuthenticated, TooLarge, TooLate, Unavailable
from moderation.unscored import wanted_of
from moderation.web.auth import Caller, calling_site, count_call, requires
from moderation.web.current import services, settings
from moderation.web.errors import fault_of
from moderation.web.metrics import count_ruling
from moderation.wire.coral import NO_OPINION, UNSCORED, Post, answer_to, read_post
from moderation.workflow.signatures import signer_of
from moderation.workflow.unnamed import Unnamed, submit_unnamed

HEADER = "X-Coral-Signature"

MAX_BODY = 3 * 1024 * 1024
"""Bytes: six times the 500 kB that Coral takes of a commenter unless told otherwise, as escaping
makes six characters of one. Anybody can have a body hashed, once for every secret that is live."""

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_MOST_SIGNATURES = 10
_PIECE = 64 * 1024

bp = Blueprint("coral", __name__)
_log = logging.getLogger(__name__)


def _signer() -> Caller:
    """The site whose secret signed the body as it was sent.

    It comes without its key: the guard refuses what a key may not do, and Coral would publish.
    """
    g.until = time.monotonic() + settings().coral_budget_ms / 1000
    sent = request.headers.get(HEADER, "").split(",")[:_MOST_SIGNATURES]
    signatures = [found[1] for one in sent if (found := _SIGNATURE.fullmatch(one.strip()))]
    if not signatures:
        raise NotAuthenticated(f"Sign the body in the header {HEADER}.")
    holder = signer_of(services(), _body(), signatures, g.until)
    if holder is None or not isinstance(holder.owner, Site):
        raise NotAuthenticated("No live secret has signed this.")
    g.signed_with = holder.key
    return Caller(site=holder.owner)


def _body() -> bytes:
    most = min(request.max_content_length or MAX_BODY, MAX_BODY)
    request.max_content_length = most
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise TooLarge("body", f"must be at most {most:,} bytes long") from None
    if len(body) == most and request.content_length is None:
        # Where no length is told, reading just ends there, and what is left out was signed as well.
        raise TooLarge("body", f"must be less than {most:,} bytes long")
    return body


@bp.errorhandler(TooLarge)
@bp.errorhandler(Unavailable)
def unknown(error: TooLarge | Unavailable) -> Response:
    """Withhold what cannot be checked for its signature: that opens nothing to anybody."""
    _log.warning("Coral's signature was not checked", extra={"why": error.message})
    _read_away()
    return _reply(UNSCORED)


def _read_away() -> None:
    # Whoever is still sending when the connection is closed never sees the answer.
    rest = request.environ.get("wsgi.input")
    while rest and time.monotonic() < g.until and rest.read(_PIECE):
        pass


@bp.post("/coral/phase")
@requires(Permission.SUBMIT, by=_signer)
def phase() -> Response:
    """What is to become of a comment that is about to be created, or was edited."""
    site, app = calling_site(), current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        _count(Caller(site=site, key=g.signed_with))
        look = partial(_looked_at, app, site, request.get_data())
        return _reply(services().in_time.run(look, g.until))
    except Exception as error:
        return _reply(_withheld(site, error))


def _count(signed: Caller) -> None:
    count_call(signed)
    if not signed.may(Permission.SUBMIT):
        raise Forbidden("This key may not submit comments.")


def _looked_at(app: Flask, site: Site, raw: bytes) -> dict[str, Any]:
    """The answer, for a thread that may go on when nobody waits for it any more."""
    with app.app_context():
        try:
            return _told(site, raw)
        except Exception as error:
            return _withheld(site, error)


def _withheld(site: Site, error: Exception) -> dict[str, Any]:
    late = error if isinstance(error, TooLate) else None
    told = late or fault_of(error)
    if told.code == "unavailable":
        services().known_signers.outage.met(services().now())
    extra = {"site": site.id, "error": told.code, "why": told.message}
    _log.warning("a comment in Coral was not looked at", extra=extra)
    return unscored(site)


def _told(site: Site, raw: bytes) -> dict[str, Any]:
    post = read_post(raw)
    if not post.text:
        # Somebody posted a picture alone: there is nothing here to have an opinion on.
        return NO_OPINION
    if services().known_signers.outage.goes_on(services().now()):
        return unscored(site)
    heard = submit_unnamed(services(), site, _unnamed(site, post, raw))
    if heard.ruling is None:
        return unscored(site)
    if heard.is_new:
        count_ruling(heard.ruling)
    return answer_to(heard.ruling, shows_under_review=site.publish_on_review)


def unscored(site: Site) -> dict[str, Any]:
    """The answer about a comment of the site that nobody could look at."""
    return NO_OPINION if wanted_of(site) == "publish" else UNSCORED


def _unnamed(site: Site, post: Post, raw: bytes) -> Unnamed:
    article = None
    if post.story_id is not None:
        article = StoredArticle(site.id, post.story_id, title="", text="", url=post.story_url)
    return Unnamed(
        source="coral",
        sent=raw,
        text=post.text,
        article=article,
        parent_id=post.parent_id,
        author=Author(id=post.author_id),
        is_vouched_for=post.is_by_staff,
    )


def _reply(answer: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(answer), HTTPStatus.OK, mimetype="application/json")
