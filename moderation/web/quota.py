"""How often a key may call: counted by key, where `limits_url` says, and told in every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10::

    RateLimit-Policy: "key";q=600;w=60
    RateLimit: "key";r=599;t=42

`q` calls in a window of `w` seconds; `r` are left, and in `t` seconds the next window begins.

Where a route keeps what comes over the rate (`auth.requires`), that is counted too: as many calls
again in the same window, so that a flood of them fills no disk.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, Response, current_app, g
from limits.storage import MemoryStorage

from moderation.accounts import Key
from moderation.errors import RateLimited
from moderation.rates import Rate, rate_of
from moderation.web.current import services, settings
from moderation.web.limits import limiter
from moderation.web.shared_counts import SharedCounts

ASKED_AGAIN = 10.0
"""Seconds for which a storage that failed is left alone."""

_NAME = "key"
_log = logging.getLogger("moderation.limits")


class Storage(Protocol):
    """What counts: one of the storages of the library `limits`."""

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a number that is forgotten after so many seconds; what it is then."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a call was held against."""

    rate: Rate
    left: int
    seconds: int
    """Until the next window begins."""
    name: str
    """Under which the calls of this window are counted."""
    consumer: str
    """Id of the site, or else of the person, whose key it is."""


class CallCounter:
    """Counts in a storage; while that is away, in the memory of this process.

    A call is never refused, nor answered with an error, because numbers cannot be kept.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._own: Storage | None = None
        self._left_alone_until = -math.inf

    def count(self, name: str, seconds: int) -> int:
        """Count one more under that name; how many there were in so many seconds."""
        if time.monotonic() >= self._left_alone_until:
            try:
                return self._storage.incr(name, seconds)
            except Exception as error:
                # Each storage fails in its own words, and none of them is worth a 500.
                _log.warning("limits are counted in memory", extra={"error": type(error).__name__})
                self._left_alone_until = time.monotonic() + ASKED_AGAIN
        self._own = self._own or MemoryStorage()
        return self._own.incr(name, seconds)


def init_quota(app: Flask) -> None:
    """Count the calls by key of the app, and tell in each answer what is left."""
    # The library's own memory is one of each worker: a key would have its rate in every one.
    here = isinstance(limiter.storage, MemoryStorage)
    app.extensions[__name__] = CallCounter(SharedCounts() if here else limiter.storage)
    app.after_request(_tell)


def spend(key: Key) -> None:
    """Count a call of the key. Raises `RateLimited` for one too many."""
    rate = rate_of(settings().key_rate if key.rate is None else key.rate)
    if rate is None:
        return
    now = services().now().timestamp()
    window = int(now // rate.seconds)
    seconds = max(1, math.ceil((window + 1) * rate.seconds - now))
    name = f"key/{key.id}/{rate.calls}/{rate.seconds}/{window}"
    used = _count(name, seconds)
    consumer = key.site_id or key.user_id or ""
    g.quota = Quota(rate, max(0, rate.calls - used), seconds, name, consumer)
    if used > rate.calls:
        raise RateLimited("This key has used up its calls for now.", retry_after=seconds)


def held_against() -> Quota | None:
    """What the last call counted in this request was held against; `None` without any limit."""
    found: Quota | None = g.get("quota")
    return found


def spend_beyond() -> None:
    """Count a call that `spend` has refused, and that is to be kept all the same.

    Raises `RateLimited` where as many are kept in this window as the rate allows calls.
    """
    quota: Quota = g.quota
    if _count(f"beyond/{quota.name}", quota.seconds) > quota.rate.calls:
        problem = "This key has used up its calls for now, and nothing of this one is kept."
        raise RateLimited(problem, retry_after=quota.seconds)


def _count(name: str, seconds: int) -> int:
    counter: CallCounter = current_app.extensions[__name__]
    return counter.count(name, seconds)


def _tell(response: Response) -> Response:
    quota = held_against()
    if quota is not None:
        policy = f'"{_NAME}";q={quota.rate.calls};w={quota.rate.seconds}'
        response.headers["RateLimit-Policy"] = policy
        response.headers["RateLimit"] = f'"{_NAME}";r={quota.left};t={quota.seconds}'
    return response
