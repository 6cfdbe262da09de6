"""Coral's external moderation phase as plain values: what it sends, and what it may be answered.

One value that it does not know, any `null` and any empty list make Coral throw the whole answer
away and publish the comment. So keys are left out rather than empty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf, log
from typing import Any, Final

import msgspec

from moderation.checks import checked_id, checked_url
from moderation.comments import Decision, Reason, Ruling
from moderation.errors import InvalidInput
from moderation.labels import TEXT_LABELS, Label
from moderation.site_rules import RULE, WORD_LIST
from moderation.text.rich_text import as_sent
from moderation.wire.mending import HALF_PAIR

NO_OPINION: Final[dict[str, Any]] = {}
WITHHELD: Final = "SYSTEM_WITHHELD"
UNSCORED: Final[dict[str, Any]] = {"status": "PREMOD"}
"""Keep it for a moderator: nobody has looked at it."""

_TOXIC: Final = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}
_IRRELEVANT: Final = "IRRELEVANT_CONTENT"

_CODES: Final = {
    Label.IDENTITY_ATTACK: "HATE_SPEECH",
    Label.INSULT: "HARASSMENT_BULLYING",
    Label.THREAT: "ABUSIVE",
    Label.SEXUAL_EXPLICIT: "OFFENSIVE",
    Label.PROFANITY: "OFFENSIVE",
    Label.TOXICITY: "ABUSIVE",
}
_TELLING: Final = (
    {Label.IDENTITY_ATTACK, Label.INSULT, Label.THREAT},
    {Label.SEXUAL_EXPLICIT, Label.PROFANITY},
)
"""Labels by what they tell a moderator: at whom a comment is aimed, then in which words it is
said. That it is toxic is true of all of them."""

_STAFF: Final = frozenset({"STAFF", "MODERATOR", "ADMIN"})
_UNKEEPABLE: Final = HALF_PAIR | {0: None}


class Post(msgspec.Struct, frozen=True):
    """A comment that Coral is about to keep. Ids are Coral's own; it sends none of the comment."""

    text: str
    """As readers see it, whichever format the phase was set to, and where its links lead."""
    parent_id: str | None
    author_id: str | None
    is_by_staff: bool
    story_id: str | None
    story_url: str


def read_post(raw: bytes) -> Post:
    """What Coral sent, part by part: what is not of its kind is as if it had not been sent.

    Raises `InvalidInput` where there is no text that could be read.
    """
    try:
        # A number of thousands of digits is none that `int` would read.
        found = json.loads(raw.decode("utf-8-sig", "replace"), strict=False, parse_int=float)
    except (ValueError, RecursionError):
        raise InvalidInput("body", "is not JSON") from None
    comment, author, story = (_part(found, name) for name in ("comment", "author", "story"))
    body = comment.get("body")
    if not isinstance(body, str):
        raise InvalidInput("comment.body", "is no text")
    return Post(
        text=as_sent(body.translate(_UNKEEPABLE)).translate(_UNKEEPABLE),
        parent_id=_id(comment.get("parentID")),
        author_id=_id(author.get("id")),
        is_by_staff=_text(author.get("role")) in _STAFF,
        story_id=_id(story.get("id")),
        story_url=_url(story.get("url")),
    )


def answer_to(ruling: Ruling, *, shows_under_review: bool) -> dict[str, Any]:
    """What Coral is told of a comment with this ruling.

    A site that shows comments under review has them flagged and not withheld.
    """
    if ruling.decision is Decision.ALLOW:
        return NO_OPINION
    labels = {reason.label for reason in ruling.reasons}
    answer: dict[str, Any] = {}
    if ruling.decision is Decision.BLOCK:
        answer["status"] = "REJECTED"
        answer["moderationAction"] = _action("REJECTED", code_of(ruling.reasons))
    elif not shows_under_review:
        answer["status"] = WITHHELD
        if code := held_code_of(ruling.reasons):
            answer["moderationAction"] = _action(WITHHELD, code)
    if labels & {label.value for label in TEXT_LABELS}:
        answer["actions"] = [_TOXIC]
    return answer


def code_of(reasons: tuple[Reason, ...]) -> str:
    """Coral's code for why a comment is rejected: of the label that blocks it.

    Of several the most telling; where it is only too toxic, of what else is over its threshold.
    """
    blocking = [reason for reason in reasons if reason.level == "block"]
    return _code(blocking, reasons) or _irrelevant(reasons) or "OTHER"


def held_code_of(reasons: tuple[Reason, ...]) -> str | None:
    """Coral's code for why a comment is held; `None` where it has none that says anything.

    For off-topic it has no flag: there the code is all that tells its moderators why.
    """
    return _code(reasons, reasons) or _irrelevant(reasons)


def _code(deciding: Sequence[Reason], reasons: Sequence[Reason]) -> str | None:
    is_toxic = any(reason.label == Label.TOXICITY for reason in deciding)
    named = _most_telling(deciding) or (_most_telling(reasons) if is_toxic else None)
    if named or is_toxic:
        return _CODES[named or Label.TOXICITY]
    return "BANNED_WORD" if any(_is_of_word_list(one) for one in deciding) else None


def _irrelevant(reasons: Sequence[Reason]) -> str | None:
    return _IRRELEVANT if any(one.label == Label.OFF_TOPIC for one in reasons) else None


def _most_telling(reasons: Sequence[Reason]) -> Label | None:
    for tier in _TELLING:
        if found := [reason for reason in reasons if reason.label in tier]:
            return Label(max(found, key=_margin).label or "")
    return None


def _action(status: str, code: str) -> dict[str, Any]:
    return {"status": status, "rejectionReason": {"code": code}}


def _is_of_word_list(reason: Reason) -> bool:
    return reason.code == RULE and (reason.detail or "").startswith(WORD_LIST)


def _margin(reason: Reason) -> float:
    """How far a score lies over its threshold, in log-odds; a listed word is certain."""
    if reason.score is None or reason.threshold is None:
        return inf
    return _odds(reason.score) - _odds(reason.threshold)


def _odds(share: float) -> float:
    share = min(max(share, 1e-9), 1 - 1e-9)
    return log(share / (1 - share))


def _part(whole: object, name: str) -> dict[str, Any]:
    part = whole.get(name) if isinstance(whole, dict) else None
    return part if isinstance(part, dict) else {}


def _text(sent: object) -> str:
    return sent.translate(HALF_PAIR) if isinstance(sent, str) else ""


def _id(sent: object) -> str | None:
    """An id that can be kept; any other is as if it had not been sent."""
    try:
        return checked_id("id", _text(sent))
    except InvalidInput:
        return None


def _url(sent: object) -> str:
    try:
        return checked_url("url", _text(sent))
    except InvalidInput:
        return ""
