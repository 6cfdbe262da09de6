"""Whether the database did not answer a moment ago.

It is not asked again for a moment about what is remembered: whoever waits for an answer has no time
to find out once more that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LEFT_ALONE = timedelta(seconds=2)
"""For how long a database that did not answer is not asked again, where nobody says more."""


@dataclass(slots=True)
class Outage:
    """The last one that was met, if it may still go on."""

    left_alone: timedelta = LEFT_ALONE
    _until: datetime | None = None

    def met(self, now: datetime) -> None:
        """The database has just not answered."""
        self._until = now + self.left_alone

    def ended(self) -> None:
        """The database has just answered."""
        self._until = None

    def goes_on(self, now: datetime) -> bool:
        """Whether the database did not answer a moment ago."""
        until = self._until
        return until is not None and now < until
