"""Use cases: the audit log, a page at a time or all of it.

Administrators see everything; leads see what happened to comments, and nothing of accounts,
keys, sites and sign-ins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.accounts import Permission, User
from moderation.audit_log import Entry, LogFilter, Place, joined
from moderation.errors import Forbidden
from moderation.stores import UnitOfWork
from moderation.workflow.services import Services

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, latest first, and the place after which the rest follows, if there is one."""

    entries: tuple[Entry, ...]
    next: Place | None


def read_log(
    services: Services, actor: User, wanted: LogFilter, limit: int, after: Place | None = None
) -> LogPage:
    """One page of the log. It may hold few entries, or none, and yet have a `next`: each request
    looks through no more than so many. Raises `Forbidden`."""
    _require_reader(actor)
    with services.store.read() as work:
        return _page(work, actor, wanted, limit, after)


def whole_log(services: Services, actor: User, wanted: LogFilter) -> Iterator[Entry]:
    """Every entry that is wanted, latest first, from this moment back. Raises `Forbidden`.

    Reads a part at a time, each in a transaction of its own, so that it holds up nobody.
    """
    _require_reader(actor)
    return _parts(services, actor, wanted)


def items_named(services: Services, id_: str) -> tuple[str, ...]:
    """The review items that an id names: its own, or that of the comment on whichever site."""
    with services.store.read() as work:
        itself = work.queue.item(id_)
        keys = [comment.key for comment in work.comments.by_id(id_)]
        of_comments = work.queue.items_of(keys)
    named = [of_comments[key] for key in keys if key in of_comments]
    return tuple(item.id for item in (itself, *named) if item is not None)


def _parts(services: Services, actor: User, wanted: LogFilter) -> Iterator[Entry]:
    after: Place | None = None
    while True:
        with services.store.read() as work:
            page = _page(work, actor, wanted, _CHUNK, after)
        yield from page.entries
        if page.next is None:
            return
        after = page.next


def _page(
    work: UnitOfWork, actor: User, wanted: LogFilter, limit: int, after: Place | None
) -> LogPage:
    # One more than is shown, so that a full page knows whether anything follows.
    records = [work.audit.events]
    if actor.may(Permission.ADMINISTER):
        records += [work.audit.changes, work.audit.sign_ins]
    entries, rest = joined([record(wanted, limit + 1, after) for record in records], limit)
    return LogPage(tuple(entries), rest)


def _require_reader(actor: User) -> None:
    if not (actor.may(Permission.ADMINISTER) or actor.may(Permission.REVIEW_ESCALATED)):
        raise Forbidden("The audit log is for leads and administrators.")
