"""Looks names up for no longer than the caller will wait.

The resolver of the system can neither be told how long it may take nor be stopped. So each look-up
has a thread of its own, which is left alone when it lasts too long. There are only so many of them,
and no two of the same name: one whose servers never answer holds up itself.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from ipaddress import ip_address

from moderation.threads import in_daemon
from moderation.web_addresses import Address

MOST = 64
"""Look-ups that a process has under way at most."""

Resolve = Callable[[str], tuple[Address, ...]]
"""The addresses of a name, best first. Raises `OSError`, `UnicodeError`."""


def resolve(name: str) -> tuple[Address, ...]:
    """What the system says, each address once."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))


class Lookups:
    """The look-ups of a process."""

    def __init__(self, resolve: Resolve = resolve, most: int = MOST) -> None:
        self._resolve = resolve
        self._most = most
        self._changed = threading.Condition()
        self._under_way: dict[str, Future[tuple[Address, ...]]] = {}

    def addresses(self, name: str, seconds: float) -> tuple[Address, ...]:
        """The addresses of a name, best first.

        Raises `TimeoutError` where they are not there in time, be it for others that are waited
        for, and what `Resolve` does.
        """
        ends_at = time.monotonic() + seconds
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_room(name), seconds):
                raise TimeoutError
            if name not in self._under_way:
                self._begin(name)
            found = self._under_way[name]
        return found.result(max(0.0, ends_at - time.monotonic()))

    def _has_room(self, name: str) -> bool:
        return name in self._under_way or len(self._under_way) < self._most

    def _begin(self, name: str) -> None:
        # It cannot end before it is written down, as the lock is held; and it does before anybody
        # hears of it, so that whoever asks again is told something new.
        self._under_way[name] = in_daemon(partial(self._resolve, name), partial(self._end, name))

    def _end(self, name: str) -> None:
        with self._changed:
            del self._under_way[name]
            self._changed.notify_all()
