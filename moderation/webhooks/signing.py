"""A message as it is sent: its body, and headers by which a receiver knows that it is ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from standardwebhooks.webhooks import Webhook

from moderation.stored import OutboxMessage


def body_of(message: OutboxMessage) -> bytes:
    """The same bytes in every attempt::

    {"type": "verdict.given", "timestamp": "2026-03-01T12:00:00Z", "data": {"comment_id": …}}
    """
    told = {"type": message.type, "timestamp": message.created_at, "data": dict(message.payload)}
    return msgspec.json.encode(told)


def headers_of(
    message: OutboxMessage, body: bytes, secrets: Sequence[str], at: datetime
) -> Mapping[str, str]:
    """The headers of an attempt at that moment, with a signature by each secret."""
    signatures = [Webhook(secret).sign(message.id, at, body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "moderation-webhooks",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
