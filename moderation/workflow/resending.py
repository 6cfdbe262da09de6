"""Use cases: what was sent to an endpoint of webhooks, sending it again, and a test message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.accounts import User
from moderation.changes import Subject
from moderation.errors import Conflict, NotFound
from moderation.outgoing import TEST, Attempt, Delivery, Endpoint, State
from moderation.stored import OutboxMessage
from moderation.stores import UnitOfWork
from moderation.workflow.administering import record, require_administrator
from moderation.workflow.services import Services
from moderation.workflow.webhooks import known_endpoint


@dataclass(frozen=True, slots=True)
class EndpointLog:
    """The last messages and the last attempts of an endpoint, latest first."""

    deliveries: Sequence[Delivery]
    attempts: Sequence[Attempt]


def endpoint_log(
    services: Services,
    endpoint_id: str,
    limit: int = 50,
    *,
    state: State | None = None,
    failed: bool = False,
) -> EndpointLog:
    """What was sent there last: messages in that state, attempts that failed where asked.

    Raises `NotFound`.
    """
    with services.store.read() as work:
        known_endpoint(work, endpoint_id)
        return EndpointLog(
            work.deliveries.latest(endpoint_id, limit, state),
            work.deliveries.attempts(endpoint_id, limit, failed=failed),
        )


def send_test(
    services: Services, actor: User | None, endpoint_id: str, *, due_at: datetime | None = None
) -> Delivery:
    """Have a `webhook.test` sent to an endpoint; it is tried once.

    At once, or after `due_at` by whoever comes by then. Raises `NotFound`, and `Conflict` for an
    endpoint that is switched off.
    """
    require_administrator(actor)
    now = services.now()
    with services.store.write() as work:
        endpoint = _switched_on(work, endpoint_id)
        message = OutboxMessage(
            uuid.uuid4().hex, endpoint.site_id, TEST, {"endpoint_id": endpoint_id}, now, sent_at=now
        )
        work.outbox.add(message)
        work.deliveries.add(endpoint_id, [message], State.PENDING, due_at or now)
        delivery = work.deliveries.get(endpoint_id, message.id)
        work.endpoints.put(replace(endpoint, quiet_until=None))
        work.commit()
    if delivery is None:
        raise NotFound("There is no such message.", field="message")
    return delivery


def send_again(
    services: Services,
    actor: User | None,
    endpoint_id: str,
    *,
    message_id: str = "",
    since: datetime | None = None,
) -> int:
    """Send one message once more, or all since then that failed or were discarded; how many.

    They keep their ids, so that a receiver knows what it has seen. Raises `NotFound`, and
    `Conflict` for an endpoint that is switched off.
    """
    require_administrator(actor)
    now = services.now()
    with services.store.write() as work:
        endpoint = _switched_on(work, endpoint_id)
        if message_id:
            if not work.deliveries.again(endpoint_id, now, message_id):
                raise NotFound(f"There is no message {message_id[:80]!r}.", field="message")
            number = 1
        else:
            number = work.deliveries.again_since(endpoint_id, now, since or endpoint.created_at)
        work.endpoints.put(replace(endpoint, quiet_until=None))
        if number:
            told = {"sent_again": number}
            record(work, actor, now, Subject.WEBHOOK, endpoint_id, dict.fromkeys(told), told)
        work.commit()
    return number


def _switched_on(work: UnitOfWork, endpoint_id: str) -> Endpoint:
    endpoint = known_endpoint(work, endpoint_id, lock=True)
    if endpoint.off is not None:
        raise Conflict("This endpoint is switched off; switch it on first.", field="endpoint")
    return endpoint
