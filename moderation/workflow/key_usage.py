"""Use cases: how often keys are used. Calls are noted in memory and kept now and then.

No call waits for a write of this, and what a process had not yet kept is lost with it: a minute's
worth at most, of numbers that nothing depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.accounts import KeyUse
from moderation.workflow.key_calls import both
from moderation.workflow.services import Services

KEPT_EVERY = 60.0
"""Seconds between two times that a worker keeps what it has noted."""

SHOWN = timedelta(days=30)
"""How far back the numbers of a key are shown."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is known of the use of keys, by their ids."""

    last: dict[str, datetime]
    calls: dict[str, int]
    """Since `SHOWN` ago."""


def keep_usage(services: Services) -> bool:
    """Write what this process has noted; never anything left."""
    uses = services.key_calls.take()
    if not uses:
        return False
    try:
        with services.store.write() as work:
            work.key_uses.add(uses)
            work.commit()
    except BaseException:
        services.key_calls.put_back(uses)
        raise
    return False


def usage_of_keys(services: Services) -> Usage:
    """When each key was used last, and how often lately; what other workers noted comes later."""
    since = (services.now() - SHOWN).date()
    with services.store.read() as work:
        usage = Usage(dict(work.key_uses.last()), dict(work.key_uses.since(since)))
    for use in services.key_calls.noted():
        usage.calls[use.key_id] = usage.calls.get(use.key_id, 0) + use.calls
        usage.last[use.key_id] = max(use.last_at, usage.last.get(use.key_id, use.last_at))
    return usage


def days_of_key(services: Services, key_id: str) -> list[KeyUse]:
    """The days of the last while on which the key was used, latest first."""
    since = (services.now() - SHOWN).date()
    with services.store.read() as work:
        known = {use.day: use for use in work.key_uses.of(key_id, since)}
    for use in services.key_calls.noted():
        if use.key_id == key_id:
            known[use.day] = both(known[use.day], use) if use.day in known else use
    return [known[day] for day in sorted(known, reverse=True)]
