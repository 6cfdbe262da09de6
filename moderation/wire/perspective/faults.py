"""The error envelope of Google's APIs, and what the comment analyzer puts into it::

    {"error": {"code": 400, "message": "Comment must be non-empty.", "status": "INVALID_ARGUMENT",
               "details": [{"@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
                            "errorType": "COMMENT_EMPTY"}]}}

Clients read `details[0]` without looking, so there always is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from moderation.errors import InvalidInput, ModerationError
from moderation.rates import Rate

DOMAIN: Final = "googleapis.com"
SERVICE: Final = "commentanalyzer.googleapis.com"

KEY_NOT_VALID: Final = "API key not valid. Please pass a valid API key."
NO_KEY: Final = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)

_TYPES: Final = "type.googleapis.com/google"
_STATUS: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class Meter(NamedTuple):
    """What the calls of a method are counted as, to people and to programs."""

    name: str
    metric: str
    limit: str


ANALYSES: Final = Meter("Analysis requests (AnalyzeComment)", "analyze_requests", "AnalyzeRequests")
SUGGESTIONS: Final = Meter(
    "Suggestion requests (SuggestCommentScore)", "suggest_requests", "SuggestRequests"
)


class ErrorType(StrEnum):
    """Why a comment was not analysed."""

    COMMENT_EMPTY = "COMMENT_EMPTY"
    COMMENT_TOO_LONG = "COMMENT_TOO_LONG"
    NO_REQUESTED_ATTRIBUTES = "NO_REQUESTED_ATTRIBUTES"
    INVALID_REQUEST = "INVALID_REQUEST"
    LANGUAGE_NOT_SUPPORTED = "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    LANGUAGE_DETECTION_FAILED = "LANGUAGE_DETECTION_FAILED"


class Refused(InvalidInput):
    """The analyzer does not take this; `error_type` says why, `more` goes with it."""

    def __init__(
        self,
        message: str,
        error_type: ErrorType = ErrorType.INVALID_REQUEST,
        more: Mapping[str, object] | None = None,
        violations: Sequence[Mapping[str, str]] = (),
    ) -> None:
        ModerationError.__init__(self, message)
        self.field = ""
        self.told: list[dict[str, object]] = [
            {
                "@type": f"{_TYPES}.commentanalyzer.v1alpha1.Error",
                "errorType": error_type.value,
                **(more or {}),
            }
        ]
        if violations:
            kind = f"{_TYPES}.rpc.BadRequest"
            self.told.append({"@type": kind, "fieldViolations": list(violations)})


class KeyNotValid(InvalidInput):
    """A key that is unknown, expired or revoked: in this protocol a bad argument."""

    def __init__(self) -> None:
        ModerationError.__init__(self, KEY_NOT_VALID)
        self.field = "key"


def language_not_supported(attribute: str, languages: Sequence[str], *, asked: bool) -> Refused:
    """An attribute has no score in these languages, which were asked for or else detected."""
    which = "requestedLanguages" if asked else "detectedLanguages"
    return Refused(
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        ErrorType.LANGUAGE_NOT_SUPPORTED,
        {
            "languageNotSupportedByAttributeError": {
                which: list(languages),
                "attribute": attribute,
            }
        },
    )


def envelope(
    status: int, message: str, details: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """An error as the protocol tells it."""
    canonical = _STATUS.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION")
    return {
        "error": {
            "code": status,
            "message": message,
            "status": canonical,
            "details": list(details),
        }
    }


def info(reason: str, **metadata: str) -> dict[str, object]:
    """A `google.rpc.ErrorInfo`."""
    return {
        "@type": f"{_TYPES}.rpc.ErrorInfo",
        "reason": reason,
        "domain": DOMAIN,
        "metadata": {"service": SERVICE, **metadata},
    }


def over_quota(
    meter: Meter, retry_after: object, *, rate: Rate | None = None, consumer: str = ""
) -> tuple[str, list[dict[str, object]]]:
    """What is said to a caller who asked too much, and its details.

    `rate` and `consumer`, an id, are told where they are known.
    """
    window = _window(rate.seconds) if rate else "minute"
    message = (
        f"Quota exceeded for quota metric '{meter.name}' and limit "
        f"'{meter.name} per {window}' of this key. Try again in {retry_after} seconds."
    )
    camel = "".join(word.capitalize() for word in window.split())
    metadata = {
        "quota_metric": f"{SERVICE}/{meter.metric}",
        "quota_limit": f"{meter.limit}Per{camel}PerProject",
    }
    if rate:
        metadata["quota_limit_value"] = str(rate.calls)
    if consumer:
        metadata["consumer"] = f"projects/{consumer}"
    link = {"description": "Docs", "url": "/docs"}
    return message, [
        info("RATE_LIMIT_EXCEEDED", **metadata),
        {"@type": f"{_TYPES}.rpc.Help", "links": [link]},
    ]


def _window(seconds: int) -> str:
    """`minute`, or `15 minutes`."""
    unit, size = next(one for one in _UNITS if seconds % one[1] == 0)
    many = seconds // size
    return unit if many == 1 else f"{many} {unit}s"
