"""What the service answers, as plain values.

An answer to "what of this comment?" is `Scored`, `NotScored` or `Failed`. Only `Scored`
has a decision, and none of them is true or false: whoever writes `if answer:` is told so
in place of letting a comment through that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from moderation_client.errors import ApiError, UnreadableAnswer, error_for

UNSCORED = frozenset({"not_scored", "unavailable", "rate_limited"})
"""The service's words for having no score to give now: without a model, without its database,
beyond the rate of a key. Each comes with what the site wants meanwhile."""

Decision = Literal["allow", "review", "block"]


class _NoYesOrNo:
    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("this is no yes or no: look whether it is Scored, and at its decision")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell as it did."""

    code: str
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    level: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Scored(_NoYesOrNo):
    """The service has read the comment. `off_topic` is `None` with nothing to be off of."""

    decision: Decision
    scores: Mapping[str, float | None]
    reasons: tuple[Reason, ...]
    language: str
    model: str
    policy: str
    mode: str
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """The whole answer, `spans` and what later versions add."""


@dataclass(frozen=True, slots=True)
class NotScored(_NoYesOrNo):
    """Nobody knows what the comment is: do what `wanted` says, and ask again later."""

    wanted: Literal["hold", "publish"]
    """What the site's policy wants meanwhile; `hold` where the service did not say."""
    retry_after: float | None
    """Seconds."""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Failed(_NoYesOrNo):
    """One comment of a batch that was no good; the others are answered all the same."""

    error: ApiError


@dataclass(frozen=True, slots=True)
class CommentState(_NoYesOrNo):
    """A comment as the service keeps it."""

    id: str
    status: Literal["published", "held", "rejected"]
    revision: int
    outcome: Scored | NotScored
    item_id: str | None
    """The review item, where somebody should look."""
    orphan: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the service keeps it."""

    id: str
    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Objected:
    """What a report or an appeal came to."""

    id: str
    item_id: str
    status: str
    stage: str


@dataclass(frozen=True, slots=True)
class Item:
    """A review item. A verdict names the `version` it was given on."""

    id: str
    site: str
    version: int
    stage: str
    status: str
    reasons: tuple[Reason, ...]
    severity: float
    reports: int
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """An item with its comment, and with all that is around it where one item was asked for."""

    item: Item
    comment: Mapping[str, Any]
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)


def outcome_of(body: Mapping[str, Any]) -> Scored | NotScored:
    """What a ruling says. Raises `UnreadableAnswer` for one that says neither."""
    decision = body.get("decision")
    if decision in ("allow", "review", "block"):
        return Scored(
            decision=decision,
            scores=body["scores"],
            reasons=reasons_of(body),
            language=body["language"],
            model=body["model"],
            policy=body["policy"],
            mode=body["mode"],
            raw=body,
        )
    if any(reason.code == "not_scored" for reason in reasons_of(body)):
        return not_scored(body, body.get("retry_after"), "")
    raise UnreadableAnswer("the answer has neither a decision nor the reason not_scored")


def not_scored(told: Mapping[str, Any], retry_after: float | None, request_id: str) -> NotScored:
    """The answer of a service that could not score; strict where it says nothing."""
    wanted: Literal["hold", "publish"] = "publish" if told.get("wanted") == "publish" else "hold"
    return NotScored(wanted, retry_after, request_id)


def result_of(body: Mapping[str, Any]) -> Scored | NotScored | Failed:
    """One result of a batch."""
    if "error" not in body:
        return outcome_of(body)
    told = body["error"].get("details", {})
    error = error_for(503 if _unscored(body) else 400, body, "", told.get("retry_after"))
    if _unscored(body):
        return not_scored(error.details, error.retry_after, error.request_id)
    return Failed(error)


def reasons_of(body: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Reasons, without what a later version may add to one."""
    known = Reason.__dataclass_fields__
    told = body.get("reasons", ())
    return tuple(Reason(**{k: v for k, v in one.items() if k in known}) for one in told)


def item_of(body: Mapping[str, Any]) -> Item:
    """A review item."""
    names = ("id", "site", "version", "stage", "status", "severity", "reports")
    return Item(**{name: body[name] for name in names}, reasons=reasons_of(body), raw=body)


def _unscored(body: Mapping[str, Any]) -> bool:
    return body["error"].get("code") in UNSCORED
