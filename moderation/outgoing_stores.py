"""What telling the outside asks of storage. Implemented by `moderation.storage`; knows no SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from moderation.outgoing import Attempt, Delivery, Endpoint, State
from moderation.stored import OutboxMessage


class Outbox(Protocol):
    """Messages to the outside, in the order they were written."""

    def add(self, message: OutboxMessage) -> None:
        """Write it, to be handed out to whoever wants it once this is committed."""

    def withdraw(self, item_id: str, sequence: int) -> bool:
        """Remove the message about that event from where it has not left yet.

        Whether it has left for nobody at all.
        """

    def pending(self, limit: int) -> list[OutboxMessage]:
        """Those not yet handed out, oldest first."""

    def mark_sent(self, message_id: str, at: datetime) -> None:
        """It has been handed out."""

    def mark_all_sent(self, message_ids: Collection[str], at: datetime) -> None:
        """They have been handed out."""

    def remove(self, message_ids: Collection[str]) -> None:
        """Forget messages that nobody wants."""

    def all(self, limit: int) -> list[OutboxMessage]:
        """Handed out or not, oldest first."""


class Endpoints(Protocol):
    """Addresses of sites that want to be told."""

    def get(self, endpoint_id: str, *, lock: bool = False) -> Endpoint | None:
        """One of them. Whoever locks it and its deliveries locks it first."""

    def put(self, endpoint: Endpoint) -> None:
        """Insert or replace."""

    def of(self, site_id: str | None = None, *, lock: bool = False) -> list[Endpoint]:
        """In the order in which they were made; of one site where given."""

    def due(self, now: datetime) -> list[Endpoint]:
        """Those to which something is to be sent at `now`."""


class Deliveries(Protocol):
    """Messages on their way to endpoints, and the log of the attempts."""

    def alone(self) -> bool:
        """Whether nobody else hands out messages while this unit lasts; else leave it to them.

        Messages of one comment would overtake one another if two did at once.
        """

    def add(
        self, endpoint_id: str, messages: Sequence[OutboxMessage], state: State, due_at: datetime
    ) -> None:
        """Hand messages of the outbox to an endpoint."""

    def get(self, endpoint_id: str, message_id: str) -> Delivery | None:
        """One of them."""

    def told_of(self, item_id: str, sequence: int) -> set[str] | None:
        """The endpoints that were told of that event, or may have been, or will be.

        `None` where that is not known any more.
        """

    def claim(self, endpoint_id: str, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """Those that are due, first to last; nobody else gets them before `until`.

        Of messages about one comment only the earliest, unless that has failed repeatedly.
        """

    def unclaim(self, claimed: Collection[Delivery], now: datetime) -> None:
        """Give back what was not attempted."""

    def settle(self, claimed: Delivery, after: Delivery) -> None:
        """Keep what became of a claimed one; quiet where somebody else has done so meanwhile."""

    def hurry(self, endpoint_id: str, now: datetime, besides: datetime) -> None:
        """Those that wait because nothing was answered are due now, but those due by `besides`."""

    def discard(self, endpoint_id: str) -> int:
        """Give up what is pending there; how many."""

    def again(self, endpoint_id: str, now: datetime, message_id: str) -> bool:
        """Send one message once more, whatever has become of it; whether it is there."""

    def again_since(self, endpoint_id: str, now: datetime, since: datetime) -> int:
        """Send what failed or was discarded once more, of messages since then; how many.

        Tests are not among them.
        """

    def latest(self, endpoint_id: str, limit: int, state: State | None = None) -> list[Delivery]:
        """The messages of an endpoint, latest first."""

    def counts(self, endpoint_id: str, most: int) -> Mapping[State, int]:
        """How many are pending, failed and discarded, each counted up to `most`."""

    def log(self, attempts: Sequence[Attempt]) -> None:
        """Keep what was attempted."""

    def attempts(self, endpoint_id: str, limit: int, *, failed: bool = False) -> list[Attempt]:
        """The last ones, latest first; only those that failed where asked."""

    def forget(self, before: datetime, kept: int, limit: int) -> int:
        """Remove messages from before then that wait nowhere, with their deliveries; how many.

        At most `limit`; one that is sent again at that very moment stays. Of each endpoint's log
        the last `kept` of either outcome stay.
        """
