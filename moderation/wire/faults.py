"""The one shape in which anything that went wrong is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class FaultFields(msgspec.Struct):
    """What went wrong: `code` for programs, `message` for people.

    Where a field is at fault `details.field` names it by path, and the message begins with it.
    """

    code: str
    message: str
    details: dict[str, Any]
    request_id: str


class FaultReply(msgspec.Struct):
    """The one shape of every error."""

    error: FaultFields


def error_body(
    code: str, message: str, details: Mapping[str, object], request_id: str
) -> dict[str, object]:
    """`{"error": {"code", "message", "details", "request_id"}}`, ready for JSON."""
    return {
        "error": {
            "code": code,
            "message": message,
            "details": dict(details),
            "request_id": request_id,
        }
    }
