"""What can go wrong, each as an exception that says what the service said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """Anything that went wrong with a call. Nothing is known of the comment's scores then."""


class Unreachable(ClientError):
    """No answer: no connection, a broken one, or none within the time allowed."""


class UnreadableAnswer(ClientError):
    """Something answered, and not as the service does (such as a proxy's page)."""


class ApiError(ClientError):
    """The service refused. `code` is its word for why, `request_id` finds the call in its log."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any],
        request_id: str,
        retry_after: float | None,
    ) -> None:
        super().__init__(f"{status} {code}: {message} (request {request_id})")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.request_id = request_id
        self.retry_after = retry_after


class Refused(ApiError):
    """400, 401, 403, 413, 415, 422: the same call will be refused again."""


class NotFound(ApiError):
    """404: nothing of that id on this site."""


class Erased(ApiError):
    """410: the comment was erased, for good."""


class Conflict(ApiError):
    """409: somebody else was faster; `details` say who and what."""


class RateLimited(ApiError):
    """429, still after all tries, but for a comment that could not be taken or scored now."""


class Unavailable(ApiError):
    """5xx, still after all tries, but for a comment that could not be taken or scored now."""


def error_for(
    status: int, body: Mapping[str, Any], request_id: str, retry_after: float | None
) -> ApiError:
    """The exception for an answer with that status."""
    told = body.get("error")
    told = told if isinstance(told, Mapping) else {}
    kinds = {404: NotFound, 409: Conflict, 410: Erased, 429: RateLimited}
    kind = kinds.get(status, Unavailable if status >= 500 else Refused)
    details = told.get("details")
    return kind(
        status,
        str(told.get("code", "unknown")),
        str(told.get("message", "")),
        details if isinstance(details, Mapping) else {},
        str(told.get("request_id") or request_id),
        retry_after,
    )
