"""What every use case is given: a store, the active scorer, a clock and a few settings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from moderation.scoring.scorer import ScorerSource
from moderation.stores import Store
from moderation.workflow.in_time import InTime
from moderation.workflow.key_calls import KeyCalls
from moderation.workflow.known_keys import KnownKeys
from moderation.workflow.signatures import KnownSigners

MOST_AT_ONCE = 8
"""Comments that are looked at in one process for callers who may have stopped waiting: with the
look-ups of keys, fewer than the connections of a pool, so that some are left for others."""


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def _judge_none(url: str) -> None:
    """Every address may be called."""


@dataclass(frozen=True, slots=True)
class Services:
    """Collaborators of the use cases, made once by an entry point."""

    store: Store
    scorers: ScorerSource
    lease: timedelta = timedelta(minutes=5)
    audit_rate: float = 0.01
    """Share of undisputed comments that are queued all the same, as an unbiased sample."""
    now: Callable[[], datetime] = utc_now
    address_key: Callable[[], bytes] = field(default_factory=lambda: _passing_key())
    """The key under which e-mail and IP addresses are hashed."""
    judge_address: Callable[[str], None] = _judge_none
    """Raises `InvalidInput` for an address that webhooks are never sent to."""
    in_time: InTime = field(default_factory=lambda: InTime(MOST_AT_ONCE), repr=False, compare=False)
    """For whoever must be answered in time."""
    known_signers: KnownSigners = field(default_factory=KnownSigners, repr=False, compare=False)
    key_calls: KeyCalls = field(default_factory=KeyCalls, repr=False, compare=False)
    known_keys: KnownKeys = field(default_factory=KnownKeys, repr=False, compare=False)


def _passing_key() -> Callable[[], bytes]:
    """A key of its own where none is given: its hashes match nothing else, and nobody can guess."""
    key = secrets.token_bytes(32)
    return lambda: key
