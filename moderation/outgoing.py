"""Who is told of what happens: endpoints of webhooks, and what is on its way to them.

Plain values that the use cases, storage and the sender hand to one another. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from moderation.stored import OutboxMessage

TEST = "webhook.test"
"""What is sent to one endpoint alone, to see whether it is heard there."""

EVENT_TYPES: Mapping[str, str] = {
    "comment.scored": "a comment was scored and decided on, for the first time or anew",
    "verdict.given": "a moderator decided on a comment",
    "verdict.undone": "a moderator took a verdict back",
}
"""What an endpoint can choose to be told of, and what each means."""

GIVEN, UNDONE = "verdict.given", "verdict.undone"


class Off(StrEnum):
    """Why an endpoint is told nothing."""

    OPERATOR = "operator"  # somebody switched it off
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing got through for days


class State(StrEnum):
    """What became of one message for one endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # every attempt is used up
    DISCARDED = "discarded"  # the endpoint was switched off before


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """A secret that messages are signed with, for good or until its grace is over."""

    secret: str = field(repr=False)
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of a site's that wants to be told, and how it has been doing."""

    id: str
    site_id: str
    url: str
    created_at: datetime
    secrets: tuple[SigningSecret, ...] = field(repr=False)
    """The newest first."""
    label: str = ""
    types: tuple[str, ...] = ()
    """What it wants to be told of; empty for everything."""
    off: Off | None = None
    off_since: datetime | None = None
    failures: int = 0
    """Attempts that failed since the last one that got through."""
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    """The last of those attempts; `None` where that is not known."""
    quiet_until: datetime | None = None
    """Nothing is attempted before."""

    def wants(self, type_: str) -> bool:
        """Whether it is to be told of events of that type."""
        return not self.types or type_ in self.types

    def as_well(self) -> Endpoint:
        """The endpoint with nothing held against it."""
        return replace(self, failures=0, failing_since=None, failed_at=None, quiet_until=None)

    def live_secrets(self, now: datetime) -> list[str]:
        """What a message is signed with now, the newest first."""
        return [one.secret for one in self.secrets if one.ends_at is None or now < one.ends_at]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one endpoint."""

    endpoint_id: str
    message: OutboxMessage
    state: State = State.PENDING
    attempts: int = 0
    """How many are over; none but the last may have got through."""
    due_at: datetime | None = None
    """When it is attempted next, or its attempt is given up for lost; `None` when all is over."""
    may_have_left: bool = False
    """It was taken up before, so the receiver may have it."""
    tried_at: datetime | None = None
    last_status: int | None = None
    """What was answered last; `None` where nothing was."""
    last_error: str = ""
    """Why the last attempt failed, in words and without an address of the inside."""


@dataclass(frozen=True, slots=True)
class OutgoingCounts:
    """How much has not arrived, over all endpoints."""

    new: int
    """Messages that are not handed out yet."""
    waiting: int
    """Deliveries on their way."""
    failed: int
    """Deliveries given up after their last attempt, as long as they are kept."""
    oldest_at: datetime | None
    """When the oldest message was written that is new or on its way."""
    off: Mapping[Off, int]
    """Endpoints that are told nothing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of an endpoint, as its log keeps it."""

    endpoint_id: str
    message_id: str
    type: str
    number: int
    """The message's first, second, … attempt."""
    at: datetime
    milliseconds: int
    status: int | None = None
    error: str = ""
    """Empty for one that got through."""

    @property
    def got_through(self) -> bool:
        """Whether the receiver took the message."""
        return not self.error
