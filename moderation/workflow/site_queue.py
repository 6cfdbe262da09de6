"""Use case: what of a site waits for review, as its own programs may see it."""

from __future__ import annotations

from dataclasses import replace

from moderation.comments import Site
from moderation.errors import InvalidInput
from moderation.stored import QueueFilter
from moderation.workflow.desk import QueueList, rows_of
from moderation.workflow.services import Services


def list_of_site(
    services: Services, site: Site, wanted: QueueFilter, limit: int, cursor: str | None = None
) -> QueueList:
    """The site's waiting items in queue order.

    Raises `InvalidInput` for a cursor not of ours, and where another site is asked for.
    """
    if wanted.site_id not in (None, site.id):
        raise InvalidInput("site", "must be the site whose key was sent, or be left out")
    with services.store.read() as work:
        page = work.queue.waiting(replace(wanted, site_id=site.id), limit, cursor)
        return QueueList(rows_of(work, page.items), work.queue.counts(site.id), page.next_cursor)
