"""Client of the moderation service; needs nothing but Python's standard library."""

from moderation_client.answers import (
    Article,
    Case,
    CommentState,
    Failed,
    Item,
    NotScored,
    Objected,
    Reason,
    Scored,
)
from moderation_client.client import Client
from moderation_client.errors import (
    ApiError,
    ClientError,
    Conflict,
    Erased,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    Unreachable,
    UnreadableAnswer,
)
from moderation_client.webhooks import InvalidSignature, verified

__all__ = [
    "ApiError",
    "Article",
    "Case",
    "Client",
    "ClientError",
    "CommentState",
    "Conflict",
    "Erased",
    "Failed",
    "InvalidSignature",
    "Item",
    "NotFound",
    "NotScored",
    "Objected",
    "RateLimited",
    "Reason",
    "Refused",
    "Scored",
    "Unavailable",
    "Unreachable",
    "UnreadableAnswer",
    "verified",
]
