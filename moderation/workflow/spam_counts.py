"""Use case: how many comments were asked about, and how often the site's people disagreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.comments import Site
from moderation.stored import SpamTally
from moderation.workflow.services import Services


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`; `None` where there is no such end."""

    since: datetime | None = None
    until: datetime | None = None


def tallies(services: Services, site: Site, periods: Sequence[Period]) -> list[SpamTally]:
    """The numbers of each period, in order."""
    with services.store.read() as work:
        return [work.spam_checks.tally(site.id, one.since, one.until) for one in periods]
