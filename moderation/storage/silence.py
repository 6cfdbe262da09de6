"""Gives up a PostgreSQL that says nothing while its machine still takes what is sent.

A server that is stopped breaks no connection: the kernel answers for it, so neither keep-alives
nor timeouts of TCP notice, and every thread would wait for as long as it lasts. But a statement may
well take long. So where one has been silent for a while somebody else knocks; where a newcomer is
not greeted either, the connections that wait are shut down.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg

SILENT_SECONDS = 5.0
"""After which a statement is reason enough to knock."""

LOOKS_EVERY = 1.0

_log = logging.getLogger("moderation.storage")


class Watched(psycopg.Connection[Any]):
    """A connection whose waiting is known to the watch of its process."""

    def wait(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the library has it
        """As the library does; meanwhile it is known since when."""
        key = threading.get_ident()
        _waiting[key] = (self, time.monotonic())
        try:
            return super().wait(*args, **kwargs)
        finally:
            _waiting.pop(key, None)


_waiting: dict[int, tuple[Watched, float]] = {}
"""The connection that each thread waits for, and since when."""

_knocks: dict[str, Callable[[], bool]] = {}
"""Whether a server answers, by what it is reached with."""

_starting = threading.Lock()
_watched_by: set[int] = set()
"""Processes that have a watch: a thread does not outlive a fork."""


def connect_watched(arguments: Sequence[Any], options: dict[str, Any]) -> Watched:
    """Connect as `psycopg.connect` does, to a server that is watched from now on."""
    made = Watched.connect(*arguments, **options)
    _knocks.setdefault(made.info.dsn, _knocking(made.info))
    with _starting:
        if os.getpid() not in _watched_by:
            threading.Thread(target=_watch, name="database watch", daemon=True).start()
            _watched_by.add(os.getpid())
    return made


def give_up_silent() -> int:
    """Shut down the connections that have waited too long for a server that answers nobody.

    How many those were.
    """
    given_up = 0
    for dsn in {connection.info.dsn for connection in _silent()}:
        if _knocks[dsn]():
            continue
        # Who got an answer meanwhile is no longer among them.
        for connection in _silent():
            if connection.info.dsn == dsn:
                _shut_down(connection)
                given_up += 1
    return given_up


def _silent() -> list[Watched]:
    before = time.monotonic() - SILENT_SECONDS
    return [one for one, since in list(_waiting.values()) if since < before]


def _shut_down(connection: Watched) -> None:
    """End the connection under whoever waits for it, who is told that it broke."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as its:
        its.shutdown(socket.SHUT_RDWR)


def _knocking(info: psycopg.ConnectionInfo) -> Callable[[], bool]:
    # Of several that may be reached it names the one that was: another may answer in its place.
    dsn, password = info.dsn, info.password

    def answers() -> bool:
        try:
            psycopg.connect(dsn, password=password or None).close()
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.Error:
            # Refused, or full: somebody answered, and what waits will hear of it.
            return True
        return True

    return answers


def _watch() -> None:
    while True:
        time.sleep(LOOKS_EVERY)
        try:
            if number := give_up_silent():
                _log.warning("the database says nothing", extra={"given_up": number})
        except Exception as error:
            # Whatever it is, the next look must take place.
            _log.warning("the database was not watched", extra={"error": type(error).__name__})
