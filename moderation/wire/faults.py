"""The one shape in which anything that went wrong is answered."""

from __future__ import annotations

from collections.abc import Mapping


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
