"""What a worker does to tell the outside: looks for what is due, and has lanes deliver it.

A lane is a thread that calls one endpoint, message after message, for as long as anything is due
there. One that answers late holds up its own lanes alone: there are few for each endpoint, and
those who are slow have lanes of their own. A call that lasts makes a slow one of its endpoint while
it lasts: many that fall silent together must not keep the others waiting until their time is up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from moderation.outbound import Outbound
from moderation.outgoing import Delivery, Endpoint
from moderation.webhooks.calling import call
from moderation.webhooks.handing import due, forget, hand_out, settle, take_up
from moderation.webhooks.schedule import Outcome
from moderation.workflow.services import Services

LANES = 32
"""Calls that a worker has under way at most, but for those of slow endpoints."""

SLOW_LANES = 16
"""Calls beside those that it has under way to slow endpoints known as such."""

LATE_LANES = 96
"""Calls to slow endpoints, those found out among them, with which it tries no further endpoint
that it has not seen answer soon."""

MOST_LANES = 256
"""Calls in all, however many endpoints fall silent: each takes a thread and two files, of which a
process may often have no more than 1,024."""

LANES_EACH = 2
"""How many may be of one endpoint; one until it was seen to answer soon."""

BATCH = 20
"""Messages that a lane takes up at once."""

BATCH_SECONDS = 10.0
"""After which it takes up no further one of its batch."""

SLOW_SECONDS = 1.0
"""A call that takes longer makes its endpoint a slow one."""

_FORGET_EVERY = 60.0

_log = logging.getLogger("moderation.webhooks")


@dataclass(slots=True)
class Courier:
    """The webhooks of one worker."""

    services: Services
    outbound: Outbound
    keep: timedelta
    """How long messages are kept once nobody waits for them."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _database: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))
    """Lanes must not take every connection from those who answer requests."""
    _lanes: Counter[str] = field(default_factory=Counter)
    _slow: set[str] = field(default_factory=set)
    _quick: set[str] = field(default_factory=set)
    """Endpoints whose last call took no time; who is in neither has not been called yet."""
    _calls: dict[int, tuple[str, float]] = field(default_factory=dict)
    """The call under way in each lane, by its thread: to whom, and since when."""
    _ended: threading.Condition = field(default_factory=threading.Condition)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _forgot_at: float = field(default_factory=time.monotonic)

    def run(self) -> bool:
        """Hand out what is new and have what is due delivered; whether more is to be handed out.

        Returns without waiting for anybody's answer.
        """
        more = hand_out(self.services)
        self._find_slow()
        # Who failed the last time can wait for those of whom nothing is known.
        for endpoint in sorted(due(self.services), key=lambda one: one.failures > 0):
            for _ in range(LANES_EACH):
                self._open_lane(endpoint.id)
        if time.monotonic() - self._forgot_at > _FORGET_EVERY:
            self._forgot_at = time.monotonic()
            while forget(self.services, self.keep) and not self._stopped.is_set():
                pass
        return more

    def stop(self, seconds: float = 5.0) -> bool:
        """Take up nothing more, and wait so long for calls under way; whether all have ended."""
        self._stopped.set()
        return self.rest(seconds)

    def rest(self, seconds: float) -> bool:
        """Wait until no lane is open, or so long; whether none is."""
        with self._ended:
            return self._ended.wait_for(lambda: not self._lanes.total(), seconds)

    @property
    def _lease(self) -> timedelta:
        """Enough for the calls of a batch, the last of which may take all its time."""
        return timedelta(seconds=BATCH_SECONDS + self.outbound.seconds + 15)

    def _find_slow(self) -> None:
        """Whose call has lasted too long by now is a slow one, however it will end."""
        now = time.monotonic()
        with self._lock:
            for endpoint_id, since in self._calls.values():
                if now - since > SLOW_SECONDS:
                    self._set_slow(endpoint_id, slow=True)

    def _has_room(self, endpoint_id: str) -> bool:
        each = LANES_EACH if endpoint_id in self._quick else 1
        if self._stopped.is_set() or self._lanes[endpoint_id] >= each:
            return False
        if self._lanes.total() >= MOST_LANES:
            return False
        slow = sum(number for one, number in self._lanes.items() if one in self._slow)
        if endpoint_id in self._slow:
            return slow < SLOW_LANES
        if endpoint_id not in self._quick and slow >= LATE_LANES:
            return False
        return self._lanes.total() - slow < LANES

    def _open_lane(self, endpoint_id: str) -> None:
        with self._lock:
            if not self._has_room(endpoint_id):
                return
            self._lanes[endpoint_id] += 1
        # A daemon: nobody has to wait for a receiver that does not answer, at the end neither.
        lane = threading.Thread(
            target=self._deliver, args=(endpoint_id,), name="webhook lane", daemon=True
        )
        try:
            lane.start()
        except RuntimeError:
            # No thread is to be had now; there may be at the next look.
            self._close_lane(endpoint_id)
            raise

    def _deliver(self, endpoint_id: str) -> None:
        try:
            while not self._stopped.is_set():
                with self._database:
                    taken = take_up(self.services, endpoint_id, BATCH, self._lease)
                if taken is None:
                    return
                self._send(*taken)
        except Exception as error:
            # What it had taken up is due again when its lease is over.
            _log.warning("a lane broke off", extra={"error": type(error).__name__})
        finally:
            self._close_lane(endpoint_id)

    def _close_lane(self, endpoint_id: str) -> None:
        with self._lock:
            self._lanes[endpoint_id] -= 1
        with self._ended:
            self._ended.notify_all()

    def _send(self, endpoint: Endpoint, claimed: list[Delivery]) -> None:
        tried: list[tuple[Delivery, Outcome]] = []
        begun = time.monotonic()
        for delivery in claimed:
            if time.monotonic() - begun > BATCH_SECONDS or self._stopped.is_set():
                break
            outcome = self._call(endpoint, delivery)
            tried.append((delivery, outcome))
            if not outcome.got_through:
                break
        with self._database:
            settle(self.services, endpoint, tried, claimed[len(tried) :], lease=self._lease)

    def _call(self, endpoint: Endpoint, delivery: Delivery) -> Outcome:
        lane = threading.get_ident()
        with self._lock:
            self._calls[lane] = (endpoint.id, time.monotonic())
        try:
            outcome = call(self.outbound, endpoint, delivery, self.services.now)
        finally:
            with self._lock:
                del self._calls[lane]
        with self._lock:
            self._set_slow(endpoint.id, slow=outcome.milliseconds > SLOW_SECONDS * 1_000)
        return outcome

    def _set_slow(self, endpoint_id: str, *, slow: bool) -> None:
        """Note it; the caller holds the lock."""
        (self._slow if slow else self._quick).add(endpoint_id)
        (self._quick if slow else self._slow).discard(endpoint_id)
