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

FAILURES_TO_SWITCH_OFF = len(DELAYS)
"""How many attempts must have failed in that time: as many as a message has."""

SPAN_ENDS_AFTER = timedelta(days=2)
"""Without an attempt for so long, longer than any message waits, nobody knows that it failed on."""

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


def endpoint_after(endpoint: Endpoint, outcome: Outcome, type_: str) -> Endpoint:
    """The endpoint after an attempt of a message of that type: well, quiet, or switched off.

    A test that fails counts for nothing: it is never tried again, so no success would follow it.
    """
    if outcome.got_through:
        return endpoint.as_well()
    after = endpoint if type_ == TEST else _failing(endpoint, outcome)
    pause = _pause(endpoint.failures + 1, outcome)
    if pause:
        after = replace(after, quiet_until=outcome.at + pause)
    if endpoint.off is not None:
        return after
    if outcome.status == _GONE:
        return replace(after, off=Off.GONE, off_since=outcome.at)
    if type_ != TEST and _has_failed_for_days(after, outcome.at):
        return replace(after, off=Off.FAILING, off_since=outcome.at)
    return after


def _failing(endpoint: Endpoint, outcome: Outcome) -> Endpoint:
    """One failure more, or the first of a new span where the last was too long ago."""
    last = endpoint.failed_at
    if last is None or outcome.at - last > SPAN_ENDS_AFTER:
        return replace(endpoint, failures=1, failing_since=outcome.at, failed_at=outcome.at)
    return replace(
        endpoint,
        failures=endpoint.failures + 1,
        failing_since=endpoint.failing_since or outcome.at,
        failed_at=max(last, outcome.at),
    )


def _has_failed_for_days(endpoint: Endpoint, now: datetime) -> bool:
    since = endpoint.failing_since
    lasted = since is not None and now - since >= SWITCHED_OFF_AFTER
    return lasted and endpoint.failures >= FAILURES_TO_SWITCH_OFF


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
