"""Use cases of the review desk: claim, renew, release, decide, undo.

`actor` is the user who acts. Every change goes through one pure move of
`review_moves`, writes its event and its outbox row, and commits, or does nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from moderation.accounts import User
from moderation.errors import Conflict, Erased, InvalidInput, NotFound
from moderation.labels import Label
from moderation.review_moves import claim, decide, release, renew, undo
from moderation.review_queue import (
    WAITING,
    Event,
    EventKind,
    ReviewItem,
    Stage,
    Verdict,
    apply,
)
from moderation.stored import OutboxMessage, QueueFilter
from moderation.stores import UnitOfWork
from moderation.workflow.case_file import CaseFile as CaseFile
from moderation.workflow.case_file import locked_item, may_see, require_lead
from moderation.workflow.case_file import look_at as look_at
from moderation.workflow.case_file import open_case as open_case
from moderation.workflow.desk import only_for
from moderation.workflow.services import Services

HELD_AT_MOST = 2
"""Items that one person holds at once: the one on screen, and the next one claimed ahead."""

_Move = Callable[[ReviewItem], Event | None]
_Told = Callable[[Sequence[Event]], bool]
"""Whether the record of an item shows that nothing is left to do."""

_FOR_LEADS = frozenset(
    {EventKind.CLAIMED, EventKind.TAKEN_OVER, EventKind.SKIPPED, EventKind.DECIDED}
)
"""What only a lead may do to an escalated item."""

_TAKEN = frozenset({EventKind.CLAIMED, EventKind.TAKEN_OVER})


def claim_next(
    services: Services, actor: User, wanted: QueueFilter, besides: Collection[str] = ()
) -> ReviewItem | None:
    """The first item that the actor holds, or else the next free one under a lease.

    `besides` are the ids of items that are on the actor's screen: another one is wanted,
    ahead of its time, and the last free one is left to whoever has none. `None` where
    there is none, or the actor holds `HELD_AT_MOST` of them. Two moderators who ask at
    once get two items.
    """
    now, allowed = services.now(), _allowed(actor, wanted)
    with services.store.write() as work:
        # Whoever was a lead when they claimed what was escalated may be none any more.
        held = [one for one in work.queue.held_by(actor.id, now) if may_see(actor, one)]
        item = _still_held(work, actor, [one.id for one in held if one.id not in besides], now)
        is_new = item is None
        if is_new and len(held) < HELD_AT_MOST:
            item = _next_free(work, actor, allowed, now)
        if item is None or item.id in besides:
            return None
        item = _record(work, item, claim(item, actor.id, now, services.lease))
        if is_new and held and work.queue.next_free(now, allowed) is None:
            return None
        work.commit()
    return item


def claim_item(
    services: Services, actor: User, item_id: str, *, take_over: bool = False
) -> ReviewItem:
    """Claim one particular item.

    Raises `NotFound`, `Conflict`, `NotHeld`, and `Forbidden` where taking over, or an
    escalated item, needs a lead.
    """
    if take_over:
        require_lead(actor)
    return _move(
        services,
        actor,
        item_id,
        lambda item: claim(item, actor.id, services.now(), services.lease, take_over=take_over),
    )


def renew_lease(services: Services, actor: User, item_id: str) -> ReviewItem:
    """Prolong the actor's lease. Raises `NotFound`, `NotHeld`, `Conflict`."""
    return _move(
        services, actor, item_id, lambda item: renew(item, actor.id, services.now(), services.lease)
    )


def release_item(services: Services, actor: User, item_id: str) -> ReviewItem:
    """Give the item back to the queue. Raises `NotFound`, `NotHeld`."""
    return _move(services, actor, item_id, lambda item: release(item, actor.id, services.now()))


def give_back(services: Services, actor: User, keep: Collection[str]) -> None:
    """Release whatever the actor holds, but for the items of these ids."""
    with services.store.read() as work:
        held = work.queue.held_by(actor.id, services.now())
    for item in held:
        if item.id not in keep:
            with suppress(Conflict, NotFound):
                release_item(services, actor, item.id)


def leave_items(services: Services, actor: User, leases: Mapping[str, int]) -> None:
    """Release the items of a page that was left: ids, each with the sequence the page knew.

    What has been claimed anew since then stays held: the page that follows may arrive first.
    """
    for item_id, known in leases.items():
        with suppress(Conflict, NotFound, Erased):
            _move(
                services,
                actor,
                item_id,
                lambda item: release(item, actor.id, services.now()),
                _taken_after(known),
            )


def give_verdict(
    services: Services,
    actor: User,
    item_id: str,
    verdict: Verdict,
    seen_version: int,
    labels: tuple[str, ...] = (),
) -> ReviewItem:
    """Decide an item as it was seen; the same verdict again changes nothing.

    Raises `StaleVersion`, `NotHeld`, `NotFound`, `Erased`, `Forbidden` (an escalated
    item needs a lead) and `InvalidInput` for an unknown label.
    """
    known = {label.value for label in Label}
    if unknown := sorted(set(labels) - known):
        raise InvalidInput("labels", f"unknown label {unknown[0][:40]!r}")
    chosen = tuple(sorted(set(labels)))
    return _move(
        services,
        actor,
        item_id,
        lambda item: decide(
            item, verdict, actor.id, services.now(), seen_version=seen_version, labels=chosen
        ),
    )


def undo_verdict(
    services: Services, actor: User, item_id: str, sequence: int | None = None
) -> ReviewItem:
    """Take back the actor's verdict; the item is theirs again.

    With `sequence` the verdict of that event and no other; to ask for it again changes
    nothing. Its message to the outside is withdrawn, or followed by `verdict.undone`
    where it has left. Raises `Conflict` once somebody else has acted, `NotFound`.
    """
    return _move(
        services,
        actor,
        item_id,
        lambda item: undo(item, actor.id, services.now(), services.lease, sequence=sequence),
        lambda events: sequence in _undone_by(actor, events),
    )


def look_again(services: Services, actor: User, item_id: str) -> CaseFile:
    """As `look_at`; what the actor holds is claimed anew, for the page that will show it."""
    with services.store.read() as work:
        item = work.queue.item(item_id)
    if item is not None and item.held_by(services.now()) == actor.id:
        with suppress(Conflict):
            claim_item(services, actor, item_id)
    return look_at(services, actor, item_id)


def _move(
    services: Services, actor: User, item_id: str, move: _Move, told: _Told | None = None
) -> ReviewItem:
    with services.store.write() as work:
        item = locked_item(work, item_id)
        if told is not None and told(work.queue.events(item_id)):
            return item
        event = move(item)
        if event is None:
            return item
        if item.stage is Stage.ESCALATED and event.kind in _FOR_LEADS:
            require_lead(actor)
        changed = _record(work, item, event)
        work.commit()
    return changed


def _taken_after(known: int) -> _Told:
    return lambda events: any(e.kind in _TAKEN and e.sequence > known for e in events)


def _undone_by(actor: User, events: Sequence[Event]) -> list[int | None]:
    return [e.undoes for e in events if e.kind is EventKind.UNDONE and e.actor == actor.id]


def _record(work: UnitOfWork, item: ReviewItem, event: Event) -> ReviewItem:
    """The one door through which a moderator's act is written, with all that follows from it."""
    changed = apply(item, event)
    work.queue.append(changed, event)
    if changed.status is not item.status:
        work.comments.set_status(item.comment_key, changed.status)
    if event.kind is EventKind.DECIDED:
        work.outbox.add(_message(work, changed, event, "verdict.given"))
    undoes_verdict = event.kind is EventKind.UNDONE and changed.version != item.version
    if undoes_verdict and not work.outbox.withdraw(item.id, event.undoes or 0):
        work.outbox.add(_message(work, changed, event, "verdict.undone"))
    return changed


def _message(work: UnitOfWork, item: ReviewItem, event: Event, type_: str) -> OutboxMessage:
    comment = work.comments.by_key(item.comment_key)
    return OutboxMessage(
        id=uuid.uuid4().hex,
        site_id=item.site_id,
        type=type_,
        payload={
            "comment_id": comment.id if comment else None,
            "item_id": item.id,
            "revision": item.revision,
            "version": item.version,
            "sequence": event.sequence,
            "verdict": item.verdict.verdict.value if item.verdict else None,
            "labels": list(event.labels),
            "status": item.status.value,
            **({} if event.undoes is None else {"undoes": event.undoes}),
        },
        created_at=event.at,
        item_id=item.id,
        sequence=event.sequence,
    )


def _still_held(
    work: UnitOfWork, actor: User, ids: Sequence[str], now: datetime
) -> ReviewItem | None:
    """The first of these that the actor holds, locked: a lead may just have taken one over."""
    for item_id in ids:
        item = work.queue.item(item_id, lock=True)
        if item is not None and item.stage in WAITING and item.held_by(now) == actor.id:
            return item
    return None


def _next_free(
    work: UnitOfWork, actor: User, wanted: QueueFilter, now: datetime
) -> ReviewItem | None:
    item = work.queue.next_free(now, wanted)
    last = item.verdict if item and item.stage is Stage.ESCALATED else None
    if last is not None and last.actor == actor.id and wanted.escalated is None:
        # A lead who escalates wants another pair of eyes, not the same comment again at once.
        return work.queue.next_free(now, replace(wanted, escalated=False)) or item
    return item


def _allowed(actor: User, wanted: QueueFilter) -> QueueFilter:
    return replace(only_for(actor, wanted), not_skipped_by=actor.id)
