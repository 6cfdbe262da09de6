"""Keys that were live a moment ago, for answering through a short outage of the database.

While the database answers it is asked every time, so that a revocation acts at once. Only when it
does not, a key of a site that this process looked up lately is believed: it opens nothing but what
needs no database, which is scoring.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from moderation.accounts import KeyKind
from moderation.stored import KeyHolder
from moderation.workflow.outage import Outage

BELIEVED = timedelta(seconds=60)
"""For how long a look-up counts while the database is away."""

MOST = 1_024


@dataclass(frozen=True, slots=True)
class _Known:
    holder: KeyHolder
    at: datetime


@dataclass(slots=True)
class KnownKeys:
    """Keys of sites by the digests of their secrets, those that were used last."""

    _by_digest: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    outage: Outage = field(default_factory=Outage)
    _lock: Lock = field(default_factory=Lock)

    def learn(self, holder: KeyHolder, now: datetime) -> None:
        """The database has just said that the key is live."""
        digest = holder.key.digest
        with self._lock:
            self.outage.ended()
            self._by_digest[digest] = _Known(holder, now)
            self._by_digest.move_to_end(digest)
            if len(self._by_digest) > MOST:
                self._by_digest.popitem(last=False)

    def forget(self, digest: str) -> None:
        """The database has just said that no such key is live."""
        with self._lock:
            self.outage.ended()
            self._by_digest.pop(digest, None)

    def holder_of(self, digest: str, kinds: tuple[KeyKind, ...], now: datetime) -> KeyHolder | None:
        """A key that was live lately, and has not ended since."""
        known = self._by_digest.get(digest)
        if known is None or now - known.at > BELIEVED or known.holder.key.kind not in kinds:
            return None
        return known.holder if known.holder.key.is_live(now) else None
