"""Alive, ready, and counted: what machines ask that watch the service."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

import msgspec
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from moderation.errors import ModerationError, NotScored, Unavailable
from moderation.web.auth import public
from moderation.web.backlog_metrics import backlog_exposition
from moderation.web.bodies import reply
from moderation.web.current import request_id, services
from moderation.web.errors import RETRY_AFTER
from moderation.web.metrics import exposition
from moderation.web.operations import Operation, described
from moderation.wire.faults import error_body
from moderation.workflow.numbers import backlog

bp = Blueprint("health", __name__)


class AliveReply(msgspec.Struct):
    """`{"status": "ok"}`."""

    status: str


class ReadyReply(msgspec.Struct):
    """`{"status": "ok", "checks"}`: what was looked at, and that it is well."""

    status: str
    checks: dict[str, str]


class NotReady(NotScored):
    """The model, the database or its migrations are not what they must be."""

    code = "not_ready"


@bp.get("/healthz")
@public
@described(Operation({HTTPStatus.OK: AliveReply}))
def alive() -> Response:
    """The process answers; whatever it depends on may be down."""
    return reply({"status": "ok"})


@bp.get("/readyz")
@public
@described(Operation({HTTPStatus.OK: ReadyReply}, faults=(NotReady,)))
def ready() -> Response:
    """Whether the model is verified, the database reachable and its migrations current."""
    checks = {"database": _database(), "model": _model()}
    if all(found == "ok" for found in checks.values()):
        return reply({"status": "ok", "checks": checks})
    failed = ", ".join(name for name, found in checks.items() if found != "ok")
    details = {"checks": checks, "retry_after": RETRY_AFTER}
    answer = reply(
        error_body("not_ready", f"Not ready: {failed}.", details, request_id()),
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


@bp.get("/metrics")
@public
@described(Operation({HTTPStatus.OK: str}, media="text/plain"))
def metrics() -> Response:
    """Counts and times for Prometheus; no ids, no texts.

    What waits is left out while the database is away.
    """
    answer = exposition()
    with suppress(Unavailable, SQLAlchemyError):
        answer.data += backlog_exposition(backlog(services()))
    return answer


def _database() -> str:
    try:
        services().store.ready()
    except (Unavailable, SQLAlchemyError):
        return "cannot be reached"
    except RuntimeError:
        return "its migrations are not current"
    return "ok"


def _model() -> str:
    try:
        services().scorers.current()
    except ModerationError as error:
        return error.code
    return "ok"
