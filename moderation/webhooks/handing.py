"""The transactions around calls: hand out, take up, settle, forget. Each is short and bounded."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.outgoing import GIVEN, UNDONE, Attempt, Delivery, Endpoint, State
from moderation.stored import OutboxMessage
from moderation.stores import UnitOfWork
from moderation.webhooks.schedule import Outcome, delivery_after, endpoint_after
from moderation.workflow.services import Services
from moderation.workflow.webhooks import keep_switched_off

LOGGED = 250
"""Attempts of either outcome that stay in the log of an endpoint."""

_SILENT_FOR = timedelta(minutes=10)
"""Failing for longer than this was no matter of a single message."""

_FORGOTTEN_AT_ONCE = 500

_log = logging.getLogger("moderation.webhooks")


def hand_out(services: Services, limit: int = 100) -> bool:
    """Hand new messages to the endpoints that want them; whether there may be more.

    What nobody wants is forgotten.
    """
    now = services.now()
    with services.store.read() as work:
        if not work.outbox.pending(1):
            return False
    with services.store.write() as work:
        if not work.deliveries.alone():
            return False
        messages = work.outbox.pending(limit)
        if not messages:
            return False
        unwanted = {message.id for message in messages}
        for site_id in {message.site_id for message in messages}:
            of_site = [message for message in messages if message.site_id == site_id]
            # Locked: what is handed out while one is being switched off would wait there for ever.
            for endpoint in work.endpoints.of(site_id, lock=True):
                wanted = [message for message in of_site if _is_for(work, endpoint, message)]
                if wanted:
                    state = State.DISCARDED if endpoint.off else State.PENDING
                    work.deliveries.add(endpoint.id, wanted, state, now)
                    unwanted -= {message.id for message in wanted}
        work.outbox.mark_all_sent({message.id for message in messages} - unwanted, now)
        work.outbox.remove(unwanted)
        work.commit()
    return len(messages) == limit


def due(services: Services) -> list[Endpoint]:
    """The endpoints to which something is to be sent now."""
    with services.store.read() as work:
        return work.endpoints.due(services.now())


def take_up(
    services: Services, endpoint_id: str, limit: int, lease: timedelta
) -> tuple[Endpoint, list[Delivery]] | None:
    """Claim what is due for an endpoint; `None` where there is nothing, or it is to be left alone.

    One message alone where the last attempt failed: to see whether it is well again. Whoever is
    killed within the lease has perhaps sent what was claimed, so it is due again then.
    """
    now = services.now()
    with services.store.write() as work:
        endpoint = work.endpoints.get(endpoint_id)
        if endpoint is None or endpoint.off is not None:
            return None
        if endpoint.quiet_until is not None and now < endpoint.quiet_until:
            return None
        most = 1 if endpoint.failures else limit
        claimed = work.deliveries.claim(endpoint_id, now, now + lease, most)
        work.commit()
    return (endpoint, claimed) if claimed else None


def settle(
    services: Services,
    called: Endpoint,
    tried: Sequence[tuple[Delivery, Outcome]],
    untried: Collection[Delivery] = (),
    *,
    lease: timedelta,
) -> None:
    """Keep what became of claimed messages, and what it means for the endpoint that was called.

    Where it has another address by now, the log alone is told of failures of the former one.
    """
    now = services.now()
    with services.store.write() as work:
        before = work.endpoints.get(called.id, lock=True)
        if before is None:
            return
        endpoint = before
        moved = before.url != called.url
        for delivery, outcome in tried:
            if moved:
                _settle_elsewhere(work, delivery, outcome, now)
                continue
            work.deliveries.settle(delivery, delivery_after(delivery, outcome))
            if outcome.got_through and _was_silent(endpoint, outcome):
                work.deliveries.hurry(called.id, now, besides=now + lease)
            endpoint = endpoint_after(endpoint, outcome, delivery.message.type)
        work.deliveries.unclaim(untried, now)
        work.deliveries.log([_attempt(one, outcome, moved=moved) for one, outcome in tried])
        if endpoint != before:
            work.endpoints.put(endpoint)
        if endpoint.off is not before.off:
            keep_switched_off(services, work, None, before, endpoint)
            _log.warning("an endpoint is switched off", extra={"reason": str(endpoint.off)})
        work.commit()


def forget(services: Services, keep: timedelta) -> bool:
    """Forget messages that nobody waits for any more, once they are so old; whether there may be
    more."""
    with services.store.write() as work:
        before = services.now() - keep
        gone = work.deliveries.forget(before, LOGGED, _FORGOTTEN_AT_ONCE)
        work.commit()
    return gone == _FORGOTTEN_AT_ONCE


def _is_for(work: UnitOfWork, endpoint: Endpoint, message: OutboxMessage) -> bool:
    if not endpoint.wants(message.type):
        return False
    undone = message.payload.get("undoes")
    if message.type != UNDONE or message.item_id is None or not isinstance(undone, int):
        return True
    # Where the verdict was withdrawn before it left, there is nothing to take back.
    told = work.deliveries.told_of(message.item_id, undone)
    return told is None or endpoint.id in told or not endpoint.wants(GIVEN)


def _settle_elsewhere(
    work: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime
) -> None:
    """What a former address took has arrived; what it did not take is due at the new one."""
    if outcome.got_through:
        work.deliveries.settle(delivery, delivery_after(delivery, outcome))
    else:
        work.deliveries.unclaim([replace(delivery, may_have_left=True)], now)


def _was_silent(endpoint: Endpoint, outcome: Outcome) -> bool:
    since = endpoint.failing_since
    return since is not None and outcome.at - since >= _SILENT_FOR


def _attempt(delivery: Delivery, outcome: Outcome, *, moved: bool) -> Attempt:
    former = " (At the former address.)" if moved and outcome.error else ""
    return Attempt(
        endpoint_id=delivery.endpoint_id,
        message_id=delivery.message.id,
        type=delivery.message.type,
        number=delivery.attempts + 1,
        at=outcome.at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        error=outcome.error + former,
    )
