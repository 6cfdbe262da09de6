"""Lines of our own export that are neither an article nor a comment.

{"type": "site", "id": "daily", "name": "The Daily", "language": "en", "url": "...",
 "publish_on_review": false, "thresholds": {...}, "rules": {...}}
{"type": "report", "comment_id": "31", "at": "2026-11-18T08:12:11Z", "text": "...",
 "reason": "insult", "by": "u8", "waiting": true}          (`appeal` likewise)
{"type": "suggestion", "id": "...", "site": "daily", "source": "akismet", "at": "...",
 "text": "...", "labels": {...}, "verdict": "reject", "comment_id": "31", "told": {...}}
{"type": "item", "comment_id": "31", "stage": "open", "opened_at": "2026-11-18T08:12:11Z",
 "reasons": [{"code": "label", "label": "insult", "score": 0.6, "threshold": 0.4}], ...}
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from moderation.checks import (
    MAX_NAME,
    checked_id,
    checked_line,
    checked_moment,
    checked_optional_id,
    checked_text,
)
from moderation.comments import MAX_ID, MAX_LONG_TEXT, MAX_TEXT, Reason, ReasonCode, Site
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.records import (
    ItemRecord,
    ObjectionRecord,
    Queued,
    Record,
    SiteRecord,
    SuggestionRecord,
)
from moderation.review_queue import WAITING, Stage
from moderation.rulebook import NO_RULES, SiteRules
from moderation.site_checks import checked_site

LEFT_BEHIND = frozenset({"revision", "event"})
"""Types that an export has and an import passes over."""

MAX_REASONS = 50
"""Most reasons of one item: there is one a label, and few besides."""

_Word = Annotated[str, msgspec.Meta(max_length=MAX_ID)]
_Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Site(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="site"):
    id: str
    name: str
    language: str = "en"
    url: str = ""
    publish_on_review: bool = False
    thresholds: dict[str, dict[str, float]] = {}
    rules: SiteRules = NO_RULES


class _Objection(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["report", "appeal"]
    comment_id: str
    at: _Moment
    text: str = ""
    reason: str = ""
    by: str | None = None
    waiting: bool = False
    # What an export adds; an import knows one text of a comment only.
    revision: int | None = None


class _Suggestion(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="suggestion"):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    site: str
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    at: _Moment
    # As long as whoever told of it may send: that is more than the native protocol takes.
    text: Annotated[str, msgspec.Meta(max_length=MAX_LONG_TEXT)]
    labels: dict[_Word, _Share] = {}
    verdict: Literal["", "approve", "reject"] = ""
    comment_id: str | None = None
    told: dict[_Word, str] = {}


class _Reason(msgspec.Struct, forbid_unknown_fields=True):
    code: ReasonCode
    label: Label | None = None
    score: _Share | None = None
    threshold: _Share | None = None
    level: Literal["review", "block"] | None = None
    detail: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None


class _Item(msgspec.Struct, tag_field="type", tag="item"):
    comment_id: str
    stage: Stage
    opened_at: _Moment
    reasons: Annotated[list[_Reason], msgspec.Meta(max_length=MAX_REASONS)] = []


def _site(place: str, line: bytes) -> Record:
    fields = msgspec.structs.asdict(msgspec.json.decode(line, type=_Site))
    return SiteRecord(checked_site(Site(**fields)))


def _objection(place: str, line: bytes) -> Record:
    found = msgspec.json.decode(line, type=_Objection)
    return ObjectionRecord(
        checked_id("comment_id", found.comment_id),
        found.type,
        checked_moment("at", found.at),
        checked_text("text", found.text, MAX_TEXT),
        checked_line("reason", found.reason, MAX_NAME),
        checked_optional_id("by", found.by),
        found.waiting,
    )


def _item(place: str, line: bytes) -> Record:
    found = msgspec.json.decode(line, type=_Item)
    _without_nul(*(reason.detail or "" for reason in found.reasons))
    reasons = tuple(Reason(**msgspec.to_builtins(reason)) for reason in found.reasons)
    since = checked_moment("opened_at", found.opened_at)
    is_escalated = found.stage is Stage.ESCALATED
    return ItemRecord(
        checked_id("comment_id", found.comment_id),
        found.stage in WAITING,
        Queued(reasons, since, is_escalated),
    )


def _suggestion(place: str, line: bytes) -> Record:
    found = msgspec.json.decode(line, type=_Suggestion)
    _without_nul(found.id, found.text, found.source)
    _without_nul(*found.labels, *found.told, *found.told.values())
    return SuggestionRecord(
        found.id,
        checked_id("site", found.site),
        found.source,
        checked_moment("at", found.at),
        found.text,
        found.labels,
        found.verdict,
        checked_optional_id("comment_id", found.comment_id),
        found.told,
    )


READERS: dict[str, Callable[[str, bytes], Record]] = {
    "site": _site,
    "report": _objection,
    "appeal": _objection,
    "suggestion": _suggestion,
    "item": _item,
}
"""How a line of each type is read; raises what msgspec raises, or `InvalidInput`."""


def _without_nul(*words: str) -> None:
    if any("\0" in word for word in words):
        raise InvalidInput("text", "holds a NUL, which no database keeps")
