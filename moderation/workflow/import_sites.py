"""Use case: take in a file of one or several sites, each under the site it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from itertools import chain

from moderation.comments import Site
from moderation.errors import NotFound
from moderation.records import Record, SiteRecord
from moderation.workflow.importing import Import, Tally, import_records
from moderation.workflow.services import Services
from moderation.workflow.site_policy import record_new

DEFAULT_SITE = Site(id="default", name="Default site")


def import_file(
    start: Callable[[Site | None], Import], records: Iterable[Record], *, as_one: bool
) -> Iterator[Tally]:
    """Take the records in, a run for each site that they name; yields the tally over all runs.

    `start` makes a run for the site as the file has it, or for `None` where it names none.
    `as_one` wants everything in one run whatever the file says. Raises `ImportRefused` for
    several sites in one run, and what `import_records` raises.
    """
    done = Tally()
    left = iter(records)
    head = next(left, None)
    while True:
        told = head.site if isinstance(head, SiteRecord) else None
        own = _Until(left if told or head is None else chain([head], left), stop=not as_one)
        tally = Tally()
        for tally in import_records(start(told), own):
            yield _sum(done, tally)
        done = _sum(done, tally)
        if own.next_head is None:
            return
        head = own.next_head


class _Until:
    """Records up to the next site, which is kept in `next_head`."""

    def __init__(self, records: Iterator[Record], stop: bool) -> None:
        self._records, self._stop = records, stop
        self.next_head: SiteRecord | None = None

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            if self._stop and isinstance(record, SiteRecord):
                self.next_head = record
                return
            yield record


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))


def site_as_told(services: Services, told: Site, *, dry_run: bool = False) -> Site:
    """The site of that id as it is here, made as the file has it where it is absent."""
    with services.store.read() as work:
        site = work.sites.get(told.id)
    if site is None and not dry_run:
        with services.store.write() as work:
            if work.sites.get(told.id) is None:
                record_new(services, work, None, told)
            work.commit()
    return site or told


def default_site(services: Services, site_id: str, *, dry_run: bool = False) -> Site:
    """The site, made when it is the default one and absent. Raises `NotFound` for another."""
    with services.store.read() as work:
        site = work.sites.get(site_id)
    if site is not None:
        return site
    if site_id != DEFAULT_SITE.id:
        raise NotFound(f"There is no site {site_id[:80]!r}; `sites add` makes one.", field="site")
    return site_as_told(services, DEFAULT_SITE, dry_run=dry_run)
