"""Lines of our own export that are neither an article nor a comment.

{"type": "site", "id": "daily", "name": "The Daily", "language": "en", "url": "...",
 "publish_on_review": false, "thresholds": {...}, "rules": {...}}
{"type": "report", "comment_id": "31", "at": "2026-11-18T08:12:11Z", "text": "...",
 "reason": "insult", "by": "u8", "waiting": true}          (`appeal` likewise)
{"type": "suggestion", "id": "...", "site": "daily", "source": "akismet", "at": "...",
 "text": "...", "labels": {...}, "verdict": "reject", "comment_id": "31", "told": {...}}
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from moderation.comments import MAX_ID, MAX_TEXT, Site
from moderation.errors import InvalidInput
from moderation.records import ObjectionRecord, Record, SiteRecord, SuggestionRecord
from moderation.rulebook import NO_RULES, SiteRules
from moderation.site_checks import checked_site

LEFT_BEHIND = frozenset({"revision", "item", "event"})
"""Types that an export has and an import passes over."""

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]
_Word = Annotated[str, msgspec.Meta(max_length=MAX_ID)]
_Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Site(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="site"):
    id: _Id
    name: str
    language: str = "en"
    url: str = ""
    publish_on_review: bool = False
    thresholds: dict[str, dict[str, float]] = {}
    rules: SiteRules = NO_RULES


class _Objection(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["report", "appeal"]
    comment_id: _Id
    at: _Moment
    text: _Text = ""
    reason: _Word = ""
    by: _Id | None = None
    waiting: bool = False
    # What an export adds; an import knows one text of a comment only.
    revision: int | None = None


class _Suggestion(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="suggestion"):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    site: _Id
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    at: _Moment
    text: _Text
    labels: dict[_Word, Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]] = {}
    verdict: Literal["", "approve", "reject"] = ""
    comment_id: _Id | None = None
    told: dict[_Word, str] = {}


def _site(place: str, line: bytes) -> Record:
    fields = msgspec.structs.asdict(msgspec.json.decode(line, type=_Site))
    return SiteRecord(checked_site(Site(**fields)))


def _objection(place: str, line: bytes) -> Record:
    found = msgspec.json.decode(line, type=_Objection)
    _without_nul(found.comment_id, found.text, found.reason, found.by or "")
    return ObjectionRecord(
        found.comment_id,
        found.type,
        found.at.astimezone(UTC),
        found.text,
        found.reason,
        found.by,
        found.waiting,
    )


def _suggestion(place: str, line: bytes) -> Record:
    found = msgspec.json.decode(line, type=_Suggestion)
    words = (found.id, found.text, found.source, found.comment_id or "")
    _without_nul(*words, *found.labels, *found.told, *found.told.values())
    return SuggestionRecord(
        found.id,
        found.site,
        found.source,
        found.at.astimezone(UTC),
        found.text,
        found.labels,
        found.verdict,
        found.comment_id,
        found.told,
    )


READERS: dict[str, Callable[[str, bytes], Record]] = {
    "site": _site,
    "report": _objection,
    "appeal": _objection,
    "suggestion": _suggestion,
}
"""How a line of each type is read; raises what msgspec raises, or `InvalidInput`."""


def _without_nul(*words: str) -> None:
    if any("\0" in word for word in words):
        raise InvalidInput("text", "holds a NUL, which no database keeps")
