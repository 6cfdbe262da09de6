"""When a message is tried again, and what failures mean for its endpoint. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.outgoing import TEST, Delivery, Endpoint, Off, State

DELAYS = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between an attempt and the one before (the specification's own)."""

JITTER = 0.1
"""Up to this share of a delay is added to it at random."""

LONGEST_WISH = timedelta(hours=24)
"""What a receiver can ask for at most by `Retry-After`."""

SWITCHED_OFF_AFTER = timedelta(days=3)
"""How long an endpoint may fail without a single success."""

_GONE = 410
_OVERLOADED = frozenset({429, 502, 503, 504})
_FAILURES_IN_A_ROW = 10
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)

Draw = Callable[[], float]
"""A number in [0, 1)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call came to."""

    at: datetime
    milliseconds: int
    status: int | None = None
    """`None` where nothing was answered."""
    error: str = ""
    """Empty where the receiver took the message."""
    retry_after: timedelta | None = None
    """What the receiver asks for."""

    @property
    def got_through(self) -> bool:
        """Whether the receiver took the message."""
        return not self.error

    @property
    def is_silence(self) -> bool:
        """Whether there was no answer at all."""
        return self.status is None


def delivery_after(delivery: Delivery, outcome: Outcome, draw: Draw = random.random) -> Delivery:
    """The delivery with one attempt more: delivered, due again, or failed for good."""
    attempts = delivery.attempts + 1
    tried = replace(
        delivery,
        attempts=attempts,
        tried_at=outcome.at,
        last_status=outcome.status,
        last_error=outcome.error,
        due_at=None,
    )
    if outcome.got_through:
        return replace(tried, state=State.DELIVERED)
    if attempts >= len(DELAYS) or delivery.message.type == TEST:
        return replace(tried, state=State.FAILED)
    delay = DELAYS[attempts] * (1 + JITTER * draw())
    return replace(tried, due_at=outcome.at + max(delay, _wish(outcome)))


def endpoint_after(endpoint: Endpoint, delivery: Delivery, outcome: Outcome) -> Endpoint:
    """The endpoint after an attempt: well, quiet for a while, or switched off.

    It is switched off when it says that it is gone, and when it has failed for
    `SWITCHED_OFF_AFTER` and as often as a single message is tried. That a test failed is told to
    whoever sent it and counts for nothing.
    """
    if outcome.got_through:
        return replace(endpoint, failures=0, failing_since=None, quiet_until=None)
    if delivery.message.type == TEST and outcome.status != _GONE:
        return endpoint
    failures = endpoint.failures + 1
    since = endpoint.failing_since or outcome.at
    pause = _pause(failures, outcome)
    failing = replace(
        endpoint,
        failures=failures,
        failing_since=since,
        quiet_until=outcome.at + pause if pause else endpoint.quiet_until,
    )
    if endpoint.off is not None:
        return failing
    if outcome.status == _GONE:
        return replace(failing, off=Off.GONE, off_since=outcome.at)
    if failures >= len(DELAYS) and outcome.at - since >= SWITCHED_OFF_AFTER:
        return replace(failing, off=Off.FAILING, off_since=outcome.at)
    return failing


def _pause(failures: int, outcome: Outcome) -> timedelta:
    """How long the whole endpoint is left alone.

    Who does not answer, or says that it is too much, fails with every message; other refusals
    are those of a message until they have gone on for a while.
    """
    if outcome.is_silence or outcome.status in _OVERLOADED:
        return max(_longer(failures), _wish(outcome))
    if failures >= _FAILURES_IN_A_ROW:
        return _longer(failures - _FAILURES_IN_A_ROW + 1)
    return timedelta()


def _longer(times: int) -> timedelta:
    return min(_SHORTEST_PAUSE * float(2 ** min(times - 1, 10)), _LONGEST_PAUSE)


def _wish(outcome: Outcome) -> timedelta:
    if outcome.status not in _OVERLOADED or outcome.retry_after is None:
        return timedelta()
    return min(outcome.retry_after, LONGEST_WISH)
