"""Work that is awaited for so long and no longer; what takes longer goes on behind.

For whoever must hear something in time, whatever a database or a model does. No more goes on behind
than a bound: each piece has a thread, and as a rule a connection of the database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from moderation.errors import TooLate
from moderation.threads import in_daemon

_T = TypeVar("_T")


class InTime:
    """So many pieces of work at once, each in a thread of its own; may be made before a fork."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.BoundedSemaphore(most)
        self._overdue = 0
        self._counting = threading.Lock()

    def run(self, work: Callable[[], _T], until: float) -> _T:
        """What the work gives, awaited until then by `time.monotonic`; raises what it raises.

        Raises `TooLate` where it takes longer and goes on behind, and where it is not begun since
        as much goes on behind as may. Work for which no time is left is begun all the same.
        """
        if self._overdue >= self._most or not self._free.acquire(timeout=_left(until)):
            raise TooLate("Too much is still going on, and this was not begun.")
        try:
            done = in_daemon(work, self._free.release)
        except RuntimeError:
            self._free.release()
            raise
        try:
            return done.result(_left(until))
        except TimeoutError:
            if done.done():
                return done.result()
        self._leave_behind(done)
        raise TooLate("This takes longer than there is time, and goes on.")

    def _leave_behind(self, done: Future[_T]) -> None:
        with self._counting:
            self._overdue += 1
        done.add_done_callback(self._caught_up)

    def _caught_up(self, _: Future[_T]) -> None:
        with self._counting:
            self._overdue -= 1


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())
