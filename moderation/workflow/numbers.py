"""Use cases: what a site, or all of them, came to in numbers. Cheap however much is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.accounts import Permission, User
from moderation.comments import Site
from moderation.errors import InvalidInput, NotFound
from moderation.outgoing import OutgoingCounts
from moderation.stored import CommentCounts, DayOfVerdicts
from moderation.workflow.services import Services

DAYS = 7
"""Days of verdicts that are counted, today among them."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the comments of a site stand, what waits, and what was decided lately."""

    site_id: str | None
    """`None` for all sites."""
    at: datetime
    comments: CommentCounts
    queue: Mapping[str, int]
    verdicts: Sequence[DayOfVerdicts]
    """By days of UTC, latest first."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be done, or was given up, over all sites."""

    unscored: int
    """Comments that wait to be scored, those that were given up among them."""
    outgoing: OutgoingCounts
    oldest: timedelta
    """For how long the oldest message has been waiting that has not arrived; zero for none."""


def backlog(services: Services) -> Backlog:
    """What waits at this moment."""
    with services.store.read() as work:
        outgoing = work.statistics.outgoing()
        unscored = work.unscored.count()
    now = services.now()
    # Machines that share a database may differ by a moment.
    oldest = max(now - (outgoing.oldest_at or now), timedelta())
    return Backlog(unscored, outgoing, oldest)


def numbers_of_site(services: Services, site: Site, asked: str | None = None) -> Numbers:
    """A site's own. Raises `InvalidInput` where another is asked for."""
    if asked not in (None, site.id):
        raise InvalidInput("site", "must be the site whose key was sent, or be left out")
    return _numbers(services, site.id, with_escalated=True)


def numbers_for(services: Services, actor: User, site_id: str | None) -> Numbers:
    """Those of a site, or of all; what waits for a lead is counted for leads alone.

    Raises `NotFound` for a site that is not there.
    """
    if site_id is not None:
        with services.store.read() as work:
            if work.sites.get(site_id) is None:
                raise NotFound("There is no such site.", field="site")
    leads = actor.may(Permission.REVIEW_ESCALATED)
    return _numbers(services, site_id, with_escalated=leads)


def _numbers(services: Services, site_id: str | None, *, with_escalated: bool) -> Numbers:
    now = services.now()
    days = [now.date() - timedelta(days=back) for back in range(DAYS)]
    with services.store.read() as work:
        return Numbers(
            site_id,
            now,
            work.statistics.comments(site_id),
            work.queue.counts(site_id, with_escalated=with_escalated),
            work.statistics.verdicts(days, site_id),
        )
