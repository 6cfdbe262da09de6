"""Every request has an id, and one line in the log. No text, no key and no query gets there."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from moderation.errors import InvalidInput
from moderation.web.current import request_id

HEADER = "X-Request-Id"

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger("moderation.access")


def init_tracing(app: Flask) -> None:
    """Give each request of the app its id, before anything else happens to it."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    sent = request.headers.get(HEADER, "")
    g.request_id = sent if _SANE.fullmatch(sent) else uuid.uuid4().hex
    g.began = time.perf_counter()
    try:
        # Werkzeug would put a replacement mark in the place of each bad byte.
        request.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise InvalidInput("path", "is not valid UTF-8") from None


def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    caller = g.get("caller")
    _log.info(
        "request",
        extra={
            "method": request.method,
            # The rule, never the path: ids are the site's, and a stray path may hold anything.
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "milliseconds": round(1000 * (time.perf_counter() - g.began), 2),
            "bytes_in": request.content_length or 0,
            "bytes_out": response.content_length,
            "site": caller.site.id if caller and caller.site else None,
            "user": caller.user.id if caller and caller.user else None,
        },
    )
    return response
