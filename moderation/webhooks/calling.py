"""One call of one endpoint, and what it came to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from moderation.errors import InvalidInput
from moderation.outbound import AddressRefused, Outbound, Unreachable
from moderation.outgoing import Delivery, Endpoint
from moderation.webhooks.schedule import Outcome
from moderation.webhooks.signing import body_of, headers_of

_log = logging.getLogger("moderation.webhooks")

_SECOND = timedelta(seconds=1)


def call(
    outbound: Outbound, endpoint: Endpoint, delivery: Delivery, now: Callable[[], datetime]
) -> Outcome:
    """Send the message once, signed as of this moment. Whatever happens is an outcome."""
    at, begun = now(), time.monotonic()
    try:
        body = body_of(delivery.message)
        headers = headers_of(delivery.message, body, endpoint.live_secrets(at), at)
        answer = outbound.call("POST", endpoint.url, body=body, headers=headers)
    except (AddressRefused, Unreachable) as error:
        return Outcome(now(), _milliseconds(begun), error=error.message)
    except Exception as error:
        # Whatever else broke must not take the outcomes of the other messages with it.
        told = {"endpoint": endpoint.id, "error": type(error).__name__}
        _log.warning("a webhook could not be sent", extra=told)
        return Outcome(now(), _milliseconds(begun), error="The call failed.")
    took = _milliseconds(begun)
    if 200 <= answer.status < 300:
        return Outcome(now(), took, answer.status)
    ended = now()
    wish = asked_for(answer.headers, ended)
    return Outcome(ended, took, answer.status, _in_words(answer.status), wish)


def judge(outbound: Outbound, url: str) -> None:
    """Raises `InvalidInput` for an address that would never be called.

    A name that is not known yet is no reason: the log of the endpoint will tell.
    """
    try:
        outbound.judge(url)
    except AddressRefused as error:
        raise InvalidInput("url", error.message) from error
    except Unreachable:
        return


def asked_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer asks to be left alone (RFC 9110, 10.2.3): seconds, or a date."""
    sent = headers.get("retry-after", "").strip()
    if sent.isascii() and sent.isdecimal():
        return _SECOND * min(int(sent[:10]), 10**9)
    try:
        moment = parsedate_to_datetime(sent)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())


def _in_words(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}: where that leads is not followed."
    if status == 410:
        return "Answered 410: it is gone for good."
    return f"Answered {status}."


def _milliseconds(begun: float) -> int:
    return round((time.monotonic() - begun) * 1_000)
