"""The end of a call, whatever the other side does.

One that sends a byte now and then never lets a single reading wait too long, so the connection
itself is shut down.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Deadline:
    """Shuts a connection down when its time is over."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._ends_at = time.monotonic() + seconds
        self.is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        """Seconds until then. Raises `TimeoutError` where there are none."""
        seconds = self._ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def watch(self, connected: socket.socket) -> None:
        """Have an eye on this connection. Raises `TimeoutError` where it is too late."""
        with self._lock:
            if self.is_over:
                raise TimeoutError
            # Encryption takes the socket itself over; this one is of the same connection.
            self._socket = connected.dup()

    def forget(self) -> None:
        """The call is over."""
        self._timer.cancel()
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
