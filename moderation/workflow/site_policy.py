"""Use cases: sites are added and changed, every change is recorded and can be taken back.

The only place that writes a site. Who acts is a user who may administer, or nobody where the
operator gives a command.
"""

from __future__ import annotations

import hashlib

import msgspec

from moderation.accounts import User
from moderation.changes import Change, Subject
from moderation.comments import Site
from moderation.errors import Conflict, InvalidInput, NotFound, StaleVersion
from moderation.site_checks import checked_site
from moderation.stores import UnitOfWork
from moderation.workflow.administering import keep_change, require_administrator
from moderation.workflow.services import Services
from moderation.workflow.site_record import POLICY, difference, flat, restored

_PAGE = 200


def all_sites(services: Services) -> list[Site]:
    """Every site, in order of ids."""
    with services.store.read() as work:
        return work.sites.all()


def read_site(services: Services, site_id: str) -> Site:
    """One site. Raises `NotFound`."""
    with services.store.read() as work:
        return _present(work, site_id)


def version_of(site: Site) -> str:
    """Changes with everything that can be set of a site; what a form carries as `seen`."""
    values = msgspec.json.encode(flat(site), order="deterministic")
    return hashlib.sha256(values).hexdigest()[:16]


def add_site(services: Services, actor: User | None, site: Site) -> Change:
    """Keep a new site. Raises `Conflict` for an id that is taken, `InvalidInput`, `Forbidden`."""
    require_administrator(actor)
    site = checked_site(site)
    with services.store.write() as work:
        change = record_new(services, work, actor, site)
        work.commit()
    return change


def record_new(services: Services, work: UnitOfWork, actor: User | None, site: Site) -> Change:
    """Write a new site and its change as a part of a larger transaction. Raises `Conflict`."""
    if work.sites.get(site.id, lock=True) is not None:
        raise Conflict(f"There is a site {site.id!r} already.", field="id")
    _, told = difference(Site(id=site.id, name=""), site)
    work.sites.put(site)
    return keep_change(work, actor, services.now(), Subject.SITE, site.id, None, told)


def change_site(
    services: Services, actor: User | None, site: Site, *, seen: str | None = None
) -> Change | None:
    """Have a site as given from now on; `None` where it is so already.

    `seen` is the `version_of` the site that the change was made from. Raises `StaleVersion` where
    somebody has changed it since, `NotFound`, `InvalidInput` that names the field, `Forbidden`.
    """
    require_administrator(actor)
    site = checked_site(site)
    with services.store.write() as work:
        before = _present(work, site.id, lock=True)
        if seen is not None and seen != version_of(before):
            raise StaleVersion("This site has been changed since it was shown.", field="seen")
        gone, come = difference(before, site)
        if not come:
            return None
        work.sites.put(site)
        change = keep_change(work, actor, services.now(), Subject.SITE, site.id, gone, come)
        work.commit()
    return change


def revert_change(services: Services, actor: User | None, change_id: str) -> Change:
    """Put back what a change of a site set, and leave what others have set since.

    Raises `Conflict` where the very same has been changed again, `NotFound`, `Forbidden`, and
    `InvalidInput` for a change that added the site or is not of a site.
    """
    require_administrator(actor)
    with services.store.write() as work:
        change = work.changes.get(change_id)
        if change is None:
            raise NotFound("There is no such change.", field="change")
        if change.subject is not Subject.SITE or change.before is None:
            raise InvalidInput("change", "is not one that can be taken back")
        before = _present(work, change.subject_id, lock=True)
        try:
            after = checked_site(restored(before, change))
        except InvalidInput as problem:
            # What stood before no longer goes with what others have set.
            message = f"This would not fit any more: {problem.message}"
            raise Conflict(message, field=problem.field) from None
        gone, come = difference(before, after)
        work.sites.put(after)
        undone = keep_change(
            work, actor, services.now(), Subject.SITE, after.id, gone, come, undoes=change.id
        )
        work.commit()
    return undone


def changes_of_site(
    services: Services, site_id: str, limit: int = 50, before: str | None = None
) -> list[Change]:
    """Changes of a site, latest first; those older than the change `before`. Raises `NotFound`."""
    with services.store.read() as work:
        _present(work, site_id)
        return _changes(work, site_id, limit, before)


def changes_behind(services: Services, site_id: str, policy: str) -> list[Change]:
    """The changes that made the policy which a ruling names, latest first.

    More than one where settings were left and taken up again; none where the site had no settings
    of its own, or where they are older than the record.
    """
    _, _, wanted = policy.rpartition("-")
    found: list[Change] = []
    with services.store.read() as work:
        _present(work, site_id)
        page = _changes(work, site_id, _PAGE, None)
        while page:
            found += [one for one in page if (one.after or {}).get(POLICY) == wanted]
            page = _changes(work, site_id, _PAGE, page[-1].id)
    return found


def _present(work: UnitOfWork, site_id: str, *, lock: bool = False) -> Site:
    site = work.sites.get(site_id, lock=lock)
    if site is None:
        raise NotFound("There is no such site.", field="site")
    return site


def _changes(work: UnitOfWork, site_id: str, limit: int, before: str | None) -> list[Change]:
    return work.changes.latest(limit, subject=Subject.SITE, subject_id=site_id, before=before)
