"""Use case: what of a site waits for review, as its own programs may see it."""

from __future__ import annotations

from dataclasses import replace

from moderation.comments import Site
from moderation.stores import QueueFilter
from moderation.workflow.desk import QueueList, Row
from moderation.workflow.services import Services


def list_of_site(
    services: Services, site: Site, wanted: QueueFilter, limit: int, cursor: str | None = None
) -> QueueList:
    """The site's waiting items in queue order. Raises `InvalidInput` for a cursor not of ours."""
    with services.store.read() as work:
        page = work.queue.waiting(replace(wanted, site_id=site.id), limit, cursor)
        found = [(item, work.comments.by_key(item.comment_key)) for item in page.items]
        rows = tuple(Row(item, comment) for item, comment in found if comment is not None)
        return QueueList(rows, work.queue.counts(site.id), page.next_cursor)
