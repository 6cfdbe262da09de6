"""Pages of the webhooks: all endpoints, a new one, one with what was sent to it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.changes import Subject
from moderation.errors import InvalidInput
from moderation.outgoing import EVENT_TYPES, Endpoint, State
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.keys import GRACES, grace_from_form
from moderation.web.admin.rendering import REFUSED, go_to, page, refused, told, viewer
from moderation.web.admin.webhook_phrases import (
    attempt_in_words,
    counts_in_words,
    delivery_in_words,
    failures_in_words,
    name_in_words,
    state_in_words,
    types_in_words,
    why_off,
)
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.workflow.administering import changes_of
from moderation.workflow.desk import site_names, user_names
from moderation.workflow.resending import endpoint_log, send_again, send_test
from moderation.workflow.webhooks import (
    Standing,
    add_endpoint,
    change_endpoint,
    find_endpoint,
    list_endpoints,
    rotate_secret,
    switch_off,
    switch_on,
)

SINCE = {"1": "the last hour", "24": "the last day", "168": "the last week"}
"""Hours back from which what did not arrive is sent again, and how they are called."""

MESSAGES, ATTEMPTS = 30, 50
"""How many of them the page of an endpoint shows."""

_Page = str | Response | tuple[str, int]


@blueprint.get("/admin/webhooks")
@requires(Permission.ADMINISTER)
def webhooks() -> str:
    """Endpoints and how they are doing; of one site where one is chosen."""
    site = request.args.get("site", "")
    rows = [_row(one) for one in list_endpoints(services(), site or None)]
    return page("webhooks", "webhooks", rows=rows, chosen=site, sites=site_names(services()))


@blueprint.route("/admin/webhooks/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_webhook() -> _Page:
    """Add an endpoint; its secret is on the page that answers, once."""
    context = {"sites": site_names(services()), "types": EVENT_TYPES}
    if request.method == "GET":
        typed = {"site": request.args.get("site", "")}
        return page("webhook_new", "webhooks", typed=typed, problems={}, **context)
    try:
        site, form = _site(), request.form
        given = (form.get("url", ""), form.get("label", ""), _types())
        made = add_endpoint(services(), viewer(), site, *given)
    except REFUSED as error:
        return refused(error, "webhook_new", "webhooks", **context)
    return _show_secret(*made)


@blueprint.route("/admin/webhooks/<endpoint_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def webhook(endpoint_id: str) -> _Page:
    """One endpoint: what it is told of, how it is doing, what was sent."""
    if request.method == "GET":
        found = find_endpoint(services(), endpoint_id).endpoint
        typed = {"url": found.url, "label": found.label}
        typed |= {f"type.{name}": "yes" for name in found.types}
        return page("webhook", "webhooks", typed=typed, problems={}, **_about(endpoint_id))
    try:
        url, label = request.form.get("url", ""), request.form.get("label", "")
        change_endpoint(services(), viewer(), endpoint_id, url, label, _types())
    except REFUSED as error:
        return refused(error, "webhook", "webhooks", **_about(endpoint_id))
    return _back(endpoint_id, "The endpoint is changed.")


@blueprint.post("/admin/webhooks/<endpoint_id>/rotate")
@requires(Permission.ADMINISTER)
def rotate_webhook(endpoint_id: str) -> _Page:
    """A new secret; the old one signs beside it for the grace that was chosen."""
    try:
        made = rotate_secret(services(), viewer(), endpoint_id, grace_from_form())
    except REFUSED as error:
        return refused(error, "webhook", "webhooks", **_about(endpoint_id))
    return _show_secret(*made)


@blueprint.post("/admin/webhooks/<endpoint_id>/off")
@requires(Permission.ADMINISTER)
def webhook_off(endpoint_id: str) -> Response:
    """Send it nothing more."""
    switch_off(services(), viewer(), endpoint_id)
    return _back(endpoint_id, "The endpoint is switched off.")


@blueprint.post("/admin/webhooks/<endpoint_id>/on")
@requires(Permission.ADMINISTER)
def webhook_on(endpoint_id: str) -> Response:
    """Send it what happens from now on."""
    switch_on(services(), viewer(), endpoint_id)
    return _back(endpoint_id, "The endpoint is switched on.")


@blueprint.post("/admin/webhooks/<endpoint_id>/test")
@requires(Permission.ADMINISTER)
def test_webhook(endpoint_id: str) -> _Page:
    """Have a test message sent; the page's log tells what was answered."""
    try:
        send_test(services(), viewer(), endpoint_id)
    except REFUSED as error:
        return refused(error, "webhook", "webhooks", **_about(endpoint_id))
    return _back(
        endpoint_id, "A test message is on its way. Load this page again to see its answer."
    )


@blueprint.post("/admin/webhooks/<endpoint_id>/replay")
@requires(Permission.ADMINISTER)
def replay_webhook(endpoint_id: str) -> _Page:
    """Send one message once more, or all that did not arrive in a while."""
    message = request.form.get("message", "")
    try:
        since = None if message else services().now() - _hours()
        number = send_again(services(), viewer(), endpoint_id, message_id=message, since=since)
    except REFUSED as error:
        return refused(error, "webhook", "webhooks", **_about(endpoint_id))
    words = "1 message is" if number == 1 else f"{number:,} messages are"
    return _back(endpoint_id, f"{words} sent again.")


def _show_secret(secret: str, endpoint: Endpoint) -> tuple[str, int]:
    heading = f"Secret of “{name_in_words(endpoint)}”"
    shown = page("secret", "webhooks", heading=heading, endpoint=endpoint, secret=secret)
    return shown, HTTPStatus.CREATED


def _back(endpoint_id: str, said: str) -> Response:
    return go_to("admin.webhook", said, endpoint_id=endpoint_id)


def _about(endpoint_id: str) -> dict[str, object]:
    standing = find_endpoint(services(), endpoint_id)
    log = endpoint_log(services(), endpoint_id, MESSAGES)
    history = changes_of(services(), Subject.WEBHOOK, endpoint_id)
    return {
        **_row(standing),
        "sites": site_names(services()),
        "types": EVENT_TYPES,
        "why_off": why_off(standing.endpoint),
        "failures": failures_in_words(standing.endpoint),
        "missed": bool(standing.counts[State.FAILED] or standing.counts[State.DISCARDED]),
        "secrets": len(standing.endpoint.live_secrets(services().now())),
        "messages": [(one, delivery_in_words(one)) for one in log.deliveries],
        "attempts": [(one, attempt_in_words(one)) for one in log.attempts],
        "history": told(history, user_names(services())),
        "graces": GRACES,
        "spans": SINCE,
    }


def _row(standing: Standing) -> dict[str, object]:
    endpoint = standing.endpoint
    return {
        "endpoint": endpoint,
        "name": name_in_words(endpoint),
        "state": state_in_words(endpoint),
        "since": endpoint.off_since if endpoint.off else endpoint.failing_since,
        "counts": counts_in_words(standing),
        "told_of": types_in_words(endpoint.types),
    }


def _types() -> list[str]:
    return [name for name in EVENT_TYPES if request.form.get(f"type.{name}")]


def _site() -> str:
    sent = request.form.get("site", "")
    if sent not in site_names(services()):
        raise InvalidInput("site", "must be one of those listed")
    return sent


def _hours() -> timedelta:
    sent = request.form.get("since", "")
    if sent not in SINCE:
        raise InvalidInput("since", "must be one of those listed")
    return timedelta(hours=int(sent))
