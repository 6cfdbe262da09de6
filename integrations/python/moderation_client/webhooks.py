"""Whether a webhook really comes from the service (Standard Webhooks 1.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moderation_client.errors import ClientError


class InvalidSignature(ClientError):
    """The call was not signed with this secret, was changed on its way, or is too old."""


def verified(secret: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The message, once its signature over the raw body holds. Raises `InvalidSignature`.

    `secret` is the endpoint's (`whsec_...`). Needs `pip install moderation-client[webhooks]`.
    """
    from standardwebhooks.webhooks import Webhook, WebhookVerificationError

    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    lower = {name.lower(): value for name, value in headers.items()}
    signed = {name: lower.get(name, "") for name in names}
    try:
        Webhook(secret).verify(body, signed)
        message = json.loads(body)
    except (WebhookVerificationError, ValueError) as error:
        raise InvalidSignature("the signature does not hold") from error
    if not isinstance(message, dict):
        raise InvalidSignature("the message is no object")
    return message
