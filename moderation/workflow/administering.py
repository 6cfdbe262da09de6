"""The one door of the administration: a change and the record of what stood before, together.

`people`, `keyring` and `site_policy` act through it, each in its own transaction; the record holds
neither secrets nor digests, so that it can be shown and kept for good.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from moderation.accounts import Permission, User
from moderation.changes import Change, Subject
from moderation.errors import Forbidden
from moderation.stores import UnitOfWork
from moderation.workflow.services import Services


def require_administrator(actor: User | None) -> None:
    """Raises `Forbidden` for a user who may not administer."""
    if actor is not None and not actor.may(Permission.ADMINISTER):
        raise Forbidden("This needs an administrator.")


def record(
    work: UnitOfWork,
    actor: User | None,
    at: datetime,
    subject: Subject,
    subject_id: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    *,
    undoes: str | None = None,
) -> None:
    """Keep who changed what, in the transaction that changes it. Quiet where nothing differs.

    Of a subject that was there before and still is, only what differs is kept.
    """
    if before is not None and after is not None:
        names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
        before, after = _only(names, before), _only(names, after)
    if before == after:
        return
    keep_change(work, actor, at, subject, subject_id, before, after, undoes=undoes)


def keep_change(
    work: UnitOfWork,
    actor: User | None,
    at: datetime,
    subject: Subject,
    subject_id: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    *,
    undoes: str | None = None,
) -> Change:
    """Keep a change that is given as it is to be kept; the change."""
    change = Change(
        id=uuid.uuid4().hex,
        at=at,
        actor=actor.id if actor else None,
        subject=subject,
        subject_id=subject_id,
        before=before,
        after=after,
        undoes=undoes,
    )
    work.changes.add(change)
    return change


def changes_of(
    services: Services, subject: Subject, subject_id: str, limit: int = 50
) -> list[Change]:
    """What was changed about one site, person or key, latest first."""
    with services.store.read() as work:
        return work.changes.latest(limit, subject=subject, subject_id=subject_id)


def _only(names: Collection[str], values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in names}
