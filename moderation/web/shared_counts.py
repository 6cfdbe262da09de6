"""Numbers that all workers count together: those of a process, and of whatever it forks later."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

SLOTS = 16_384
"""How many numbers there is room for, half a megabyte; of too many, some begin anew."""

PATIENCE = 0.05
"""Seconds that counting may wait for others who count."""

_TRIED = 16
_SLOT = struct.Struct("<16sdQ")
"""Digest of the name, when it is forgotten (seconds since 1970), and the number."""


class SharedCounts:
    """A table in memory that is mapped before the fork. `incr` is that of a storage of `limits`.

    The lock is one of a file, as the kernel opens it for whoever is killed while they have it.
    """

    def __init__(self, slots: int = SLOTS) -> None:
        self._slots = slots
        self._table = mmap.mmap(-1, slots * _SLOT.size)
        self._file = _nameless_file()
        weakref.finalize(self, os.close, self._file)
        self._threads = threading.Lock()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a number that is forgotten after so many seconds; what it is then.

        Raises `TimeoutError` where others keep it waiting.
        """
        name = hashlib.blake2b(key.encode(), digest_size=16).digest()
        now = time.time()
        with self._alone():
            place, ends_at, number = self._find(name, now)
            number += amount
            _SLOT.pack_into(self._table, place, name, ends_at or now + expiry, number)
        return number

    def _find(self, name: bytes, now: float) -> tuple[int, float, int]:
        """Where that number is, until when, and what it is; or where it may stand."""
        first = int.from_bytes(name[:8], "little")
        places = [(first + step) % self._slots * _SLOT.size for step in range(_TRIED)]
        free = (places[0], float("inf"))
        for place in places:
            theirs, ends_at, number = _SLOT.unpack_from(self._table, place)
            if theirs == name and now < ends_at:
                return place, ends_at, number
            if ends_at < free[1]:
                free = (place, ends_at)
        return free[0], 0.0, 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._threads.acquire(timeout=PATIENCE):
            raise TimeoutError
        try:
            self._lock_file()
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _lock_file(self) -> None:
        ends_at = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    raise TimeoutError from None
                time.sleep(0.0002)


def _nameless_file() -> int:
    """An empty file that is gone once nobody has it open."""
    opened, path = tempfile.mkstemp(prefix="moderation-counts-")
    os.unlink(path)
    return opened
