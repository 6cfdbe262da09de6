"""Calls by key, noted in memory by whoever answers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from moderation.accounts import KeyUse


@dataclass(slots=True)
class KeyCalls:
    """What one process has noted and not kept yet: a number for each key and day."""

    _noted: dict[tuple[str, date], KeyUse] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, key_id: str, at: datetime) -> None:
        """Count a call made at that time (UTC)."""
        self.put_back([KeyUse(key_id, at.date(), 1, at)])

    def noted(self) -> list[KeyUse]:
        """What is not kept yet."""
        with self._lock:
            return list(self._noted.values())

    def take(self) -> list[KeyUse]:
        """The same, to be kept by the caller."""
        with self._lock:
            taken, self._noted = self._noted, {}
        return list(taken.values())

    def put_back(self, uses: Sequence[KeyUse]) -> None:
        """Count what could not be kept together with what was noted since."""
        with self._lock:
            for use in uses:
                place = (use.key_id, use.day)
                known = self._noted.get(place)
                self._noted[place] = use if known is None else both(known, use)


def both(one: KeyUse, other: KeyUse) -> KeyUse:
    """Two counts of the same key and day as one."""
    calls, last_at = one.calls + other.calls, max(one.last_at, other.last_at)
    return KeyUse(one.key_id, one.day, calls, last_at)
