"""The document of this API, for programs and for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, render_template

from moderation.web.auth import public
from moderation.web.bodies import reply
from moderation.web.current import settings
from moderation.web.openapi import document
from moderation.web.openapi_page import errors_of, objects_of, sections_of
from moderation.web.operations import Operation, described

bp = Blueprint("reference", __name__)


@bp.get("/v1/openapi.json")
@public
@described(Operation({HTTPStatus.OK: dict[str, Any]}))
def openapi() -> Response:
    """This document: every route of the native API (OpenAPI 3.1)."""
    return reply(msgspec.Raw(_document()[0]))


@bp.get("/docs")
@public
@described(Operation({HTTPStatus.OK: str}, media="text/html"))
def page() -> str:
    """The same for people to read."""
    told = _document()[1]
    return render_template(
        "reference/docs.html",
        about=told["info"],
        errors=errors_of(told),
        sections=sections_of(told),
        objects=objects_of(told),
    )


def _document() -> tuple[bytes, dict[str, Any]]:
    # Made when it is first asked for: all routes are there by then, and it never changes.
    made = current_app.extensions.get(__name__)
    if made is None:
        told = document(current_app, settings().public_url)
        made = current_app.extensions[__name__] = (msgspec.json.encode(told), told)
    found: tuple[bytes, dict[str, Any]] = made
    return found
