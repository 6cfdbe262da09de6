"""The audit log: everything that people did here, one list of three records, latest first.

Events of review items, changes of the administration, and sign-ins. Pure: knows neither who
stores them nor how they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from moderation.accounts import SignIn
from moderation.changes import Change
from moderation.review_queue import Event, EventKind

LEASES = frozenset({EventKind.CLAIMED, EventKind.RENEWED, EventKind.RELEASED})
"""Who had what open: most of what is recorded, told only where it is asked for."""

NOBODY = "-"
"""In place of a user's id: what a site, a command or somebody unknown did."""

SIGN_IN, SIGN_IN_REFUSED, SIGN_IN_UNKNOWN = "sign_in", "sign_in_refused", "sign_in_unknown"
"""Let in; with the login of a user and a wrong password; with a login that is not there."""


class Source(IntEnum):
    """Which record an entry is of; the order of entries of one moment."""

    EVENTS = 0
    CHANGES = 1
    SIGN_INS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in its record: what comes after it in the log is earlier."""

    at: datetime
    source: Source
    number: int
    """Of an event its sequence, of the others a number that rises."""
    item_id: str = ""

    def comes_before(self, other: Place) -> bool:
        """Whether it is listed before an entry of another record."""
        return (self.at, -self.source) > (other.at, -other.source)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. Exactly one of `event`, `change` and `sign_in` is there."""

    place: Place
    event: Event | None = None
    change: Change | None = None
    sign_in: SignIn | None = None
    site_id: str | None = None
    comment_id: str | None = None
    """Of an event: the site's own id of the comment, which nothing has erased."""

    @property
    def actor(self) -> str | None:
        """The id of the user who did it; `None` for a site, a command and an unknown login."""
        for one in (self.event, self.change):
            if one is not None:
                return one.actor
        return self.sign_in.user_id if self.sign_in else None

    @property
    def kind(self) -> str:
        """What was done: an event's kind, `change_site` and the like, `sign_in`."""
        if self.event is not None:
            return self.event.kind.value
        if self.change is not None:
            return f"change_{self.change.subject.value}"
        if self.sign_in is None or self.sign_in.user_id is None:
            return SIGN_IN_UNKNOWN
        return SIGN_IN if self.sign_in.let_in else SIGN_IN_REFUSED


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are wanted; empty fields do not restrict."""

    actor: str | None = None
    """A user's id, or `NOBODY`."""
    kind: str | None = None
    site_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    item_ids: tuple[str, ...] | None = None
    """Events of these items only."""
    subject_id: str | None = None
    """Changes of this site, user or key only."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries of one record, latest first, and how far back it was searched.

    `looked_to` is where the search was broken off because too much had been looked through;
    `None` where the limit was reached or nothing is left.
    """

    entries: Sequence[Entry] = ()
    looked_to: Place | None = None


def joined(stretches: Sequence[Stretch], limit: int) -> tuple[list[Entry], Place | None]:
    """The latest `limit` entries of all records, and where the rest goes on, if there is one.

    Nothing is listed that lies further back than a search which was broken off.
    """
    every = [entry for stretch in stretches for entry in stretch.entries]
    # Stable: entries of one record stay in the order in which they came.
    every.sort(key=lambda entry: (entry.place.at, -entry.place.source), reverse=True)
    stops = [stretch.looked_to for stretch in stretches if stretch.looked_to is not None]
    stop = max(stops, key=lambda place: (place.at, -place.source)) if stops else None
    if stop is not None:
        every = [one for one in every if _within(one.place, stop)]
    if len(every) > limit:
        return every[:limit], every[limit - 1].place
    if stop is not None:
        return every, stop
    return every, None


def _within(place: Place, stop: Place) -> bool:
    return place.source is stop.source or place.comes_before(stop)
