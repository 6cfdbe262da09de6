"""Use case: whose secret signed this, for protocols that send a signature in the place of a key.

While the database answers it is asked every time, so that a revocation acts at once. The secrets
that were live a moment ago are kept in memory: whoever signs with one of them is still known
through an outage, and can be told that the comment could not be looked at.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import has_signed
from moderation.errors import Unavailable
from moderation.stored import KeyHolder
from moderation.workflow.in_time import InTime
from moderation.workflow.outage import Outage

if TYPE_CHECKING:
    from moderation.workflow.services import Services

BELIEVED = timedelta(minutes=5)
"""For how long secrets count that cannot be looked up again."""

LEFT_ALONE = timedelta(seconds=10)
"""Longer than it takes to find out that no connection can be made."""

MOST_LOOK_UPS = 4
"""Look-ups at once in one process, those that nobody awaits any more among them."""

_log = logging.getLogger(__name__)

_Live = tuple[tuple[Key, Site], ...]


@dataclass(slots=True)
class KnownSigners:
    """Signing keys with their sites, as the database had them when it last answered."""

    _live: _Live = ()
    _at: datetime | None = None
    outage: Outage = field(default_factory=lambda: Outage(LEFT_ALONE))
    look_ups: InTime = field(default_factory=lambda: InTime(MOST_LOOK_UPS))
    _lock: Lock = field(default_factory=Lock)

    def learn(self, live: _Live, now: datetime) -> None:
        """The database has just said that these are live."""
        with self._lock:
            if self._at is None or now >= self._at:  # else it was found behind a later look-up
                self._live, self._at = live, now
            self.outage.ended()

    def at(self, now: datetime) -> _Live | None:
        """What was live lately and has not ended since; `None` where that is too long ago."""
        with self._lock:
            live, read = self._live, self._at
        if read is None or now - read > BELIEVED:
            return None
        return tuple((key, site) for key, site in live if key.is_live(now))


def signer_of(
    services: Services, body: bytes, signatures: list[str], until: float
) -> KeyHolder | None:
    """The live key whose secret signed the body, with its site; `None` where none did.

    Every secret is tried, so that the time tells nothing of which fits. Raises `Unavailable` where
    no secret is known until then, by `time.monotonic`.
    """
    signers = [
        KeyHolder(key, site)
        for key, site in _live(services, until)
        if key.secret is not None and has_signed(key.secret, body, signatures)
    ]
    return signers[0] if signers else None


def _live(services: Services, until: float) -> _Live:
    known, now = services.known_signers, services.now()
    if known.outage.goes_on(now) and (lately := known.at(now)) is not None:
        return lately
    try:
        return known.look_ups.run(partial(_learnt, services, now), until)
    except Exception as error:
        lately = known.at(now)
        if lately is None:
            raise Unavailable("The signing keys cannot be looked up.") from error
        _log.warning("signing keys from memory", extra={"error": type(error).__name__})
        return lately


def _learnt(services: Services, now: datetime) -> _Live:
    known = services.known_signers
    try:
        found = _look_up(services, now)
    except Exception:
        known.outage.met(services.now())
        raise
    known.learn(found, now)
    return found


def _look_up(services: Services, now: datetime) -> _Live:
    with services.store.read() as work:
        keys = [key for key in work.accounts.signing_keys(KeyKind.CORAL) if key.is_live(now)]
        sites = {
            site_id: work.sites.get(site_id) for site_id in {key.site_id for key in keys} if site_id
        }
    return tuple((key, site) for key in keys if (site := sites.get(key.site_id or "")) is not None)
