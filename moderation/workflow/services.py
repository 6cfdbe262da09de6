"""What every use case is given: a store, the active scorer, a clock and a few settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from moderation.scoring.scorer import ScorerSource
from moderation.stores import Store
from moderation.workflow.key_calls import KeyCalls


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """Collaborators of the use cases, made once by an entry point."""

    store: Store
    scorers: ScorerSource
    lease: timedelta = timedelta(minutes=5)
    audit_rate: float = 0.01
    """Share of undisputed comments that are queued all the same, as an unbiased sample."""
    now: Callable[[], datetime] = utc_now
    key_calls: KeyCalls = field(default_factory=KeyCalls, repr=False, compare=False)
