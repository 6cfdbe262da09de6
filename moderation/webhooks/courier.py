"""What a worker does to tell the outside: looks for what is due, and has lanes deliver it.

A lane is a thread that calls one endpoint, message after message, for as long as anything is due
there. One that answers late holds up its own lanes alone: there are few for each endpoint, and
those who were slow share a part of all lanes, so that the others find one free.
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
"""Calls that a worker has under way at most."""

SLOW_LANES = 16
"""How many of them may be of endpoints that were slow the last time."""

LANES_EACH = 2
"""How many may be of one endpoint; one where it was slow."""

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
    _ended: threading.Condition = field(default_factory=threading.Condition)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _forgot_at: float = field(default_factory=time.monotonic)

    def run(self) -> bool:
        """Hand out what is new and have what is due delivered; whether more is to be handed out.

        Returns without waiting for anybody's answer.
        """
        more = hand_out(self.services)
        for endpoint in due(self.services):
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

    def _open_lane(self, endpoint_id: str) -> None:
        with self._lock:
            slow = endpoint_id in self._slow
            theirs = sum(number for one, number in self._lanes.items() if one in self._slow)
            if (
                self._stopped.is_set()
                or self._lanes[endpoint_id] >= (1 if slow else LANES_EACH)
                or self._lanes.total() >= LANES
                or (slow and theirs >= SLOW_LANES)
            ):
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
            outcome = call(self.outbound, endpoint, delivery, self.services.now)
            tried.append((delivery, outcome))
            self._note(endpoint.id, outcome)
            if not outcome.got_through:
                break
        with self._database:
            settle(self.services, endpoint, tried, claimed[len(tried) :], lease=self._lease)

    def _note(self, endpoint_id: str, outcome: Outcome) -> None:
        with self._lock:
            if outcome.milliseconds > SLOW_SECONDS * 1_000:
                self._slow.add(endpoint_id)
            else:
                self._slow.discard(endpoint_id)
