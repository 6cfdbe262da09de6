"""Lists and numbers of the native protocol: what a query string may ask, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from moderation.checks import checked_id, checked_line
from moderation.comments import Decision, Status
from moderation.errors import InvalidInput
from moderation.stored import QueueFilter
from moderation.wire.fields import (
    PAGE_SIZES,
    Cursor,
    Id,
    LabelName,
    Language,
    Limit,
    PlaceOfComment,
    ReasonCode,
)
from moderation.wire.replies import CommentReply, comment_reply
from moderation.wire.requests import ClaimRequest
from moderation.workflow.listing import ArticleList, CommentList
from moderation.workflow.numbers import Numbers

MAX_CURSOR = 200
_UNSAID = "50"


class QueueParameters(msgspec.Struct, kw_only=True):
    """`?limit=50&cursor=...&site=...&reason=...&label=...&language=...&escalated=true`."""

    limit: Limit = 50
    cursor: Cursor | None = None
    site: Id | None = None
    reason: ReasonCode | None = None
    label: LabelName | None = None
    language: Language | None = None
    escalated: bool | None = None


class CommentParameters(msgspec.Struct, kw_only=True):
    """`?limit=50&cursor=...&status=held`."""

    limit: Limit = 50
    cursor: PlaceOfComment | None = None
    status: Status | None = None


class ArticleParameters(msgspec.Struct, kw_only=True):
    """`?limit=50&cursor=...`."""

    limit: Limit = 50
    cursor: Id | None = None


class StatsParameters(msgspec.Struct, kw_only=True):
    """`?site=...`."""

    site: Id | None = None


class CommentListReply(msgspec.Struct):
    """`{"comments", "next_cursor"}`."""

    comments: list[CommentReply]
    next_cursor: str | None


class ArticleHeadReply(msgspec.Struct):
    """`{"id", "title", "url", "updated_at"}`: an article without its text."""

    id: str
    title: str
    url: str
    updated_at: datetime


class ArticleListReply(msgspec.Struct):
    """`{"articles", "next_cursor"}`."""

    articles: list[ArticleHeadReply]
    next_cursor: str | None


class CommentCountsReply(msgspec.Struct):
    """How many comments stand how; `share_held` is the part of those scored that went to review."""

    total: int
    not_scored: int
    by_status: Mapping[str, int]
    by_decision: Mapping[str, int]
    by_model: Mapping[str, int]
    share_held: float | None


class DayReply(msgspec.Struct):
    """`{"day", "approved", "rejected"}`: verdicts in force that were given on that day of UTC."""

    day: date
    approved: int
    rejected: int


class StatsReply(msgspec.Struct):
    """`{"site", "at", "comments", "queue", "verdicts"}`; `site` is `null` for all together."""

    site: str | None
    at: datetime
    comments: CommentCountsReply
    queue: Mapping[str, int]
    verdicts: list[DayReply]


def page_wanted(arguments: Mapping[str, str]) -> tuple[QueueFilter, int, str | None]:
    """What a query string asks of the queue: the filter, how many at most, and from where."""
    _only_known(arguments, QueueParameters)
    escalated = _one_of(arguments, "escalated", ("true", "false"))
    wanted = ClaimRequest(
        **{name: arguments.get(name) for name in ("site", "reason", "label", "language")},
        escalated=None if escalated is None else escalated == "true",
    )
    return wanted.to_filter(), _limit(arguments), _cursor(arguments)


def comments_wanted(arguments: Mapping[str, str]) -> tuple[Status | None, int, str | None]:
    """What a query string asks of the comments: their status, how many at most, and from where."""
    _only_known(arguments, CommentParameters)
    status = _one_of(arguments, "status", [one.value for one in Status])
    return Status(status) if status else None, _limit(arguments), _cursor(arguments)


def articles_wanted(arguments: Mapping[str, str]) -> tuple[int, str | None]:
    """What a query string asks of the articles: how many at most, and from where."""
    _only_known(arguments, ArticleParameters)
    cursor = arguments.get("cursor")
    return _limit(arguments), None if cursor is None else checked_id("cursor", cursor)


def site_wanted(arguments: Mapping[str, str]) -> str | None:
    """Which site a query string asks for."""
    _only_known(arguments, StatsParameters)
    site = arguments.get("site")
    return None if site is None else checked_id("site", site)


def comment_list_reply(listed: CommentList) -> CommentListReply:
    """A page of comments."""
    return CommentListReply([comment_reply(*row) for row in listed.rows], listed.next_cursor)


def article_list_reply(listed: ArticleList) -> ArticleListReply:
    """A page of articles."""
    heads = [ArticleHeadReply(one.id, one.title, one.url, one.updated_at) for one in listed.heads]
    return ArticleListReply(heads, listed.next_cursor)


def stats_reply(found: Numbers) -> StatsReply:
    """The numbers of a site, or of all."""
    counts = found.comments
    scored = sum(counts.by_decision[one.value] for one in Decision)
    held = counts.by_decision[Decision.REVIEW.value]
    return StatsReply(
        site=found.site_id,
        at=found.at,
        comments=CommentCountsReply(
            total=sum(counts.by_status.values()),
            not_scored=counts.by_decision[""],
            by_status={one.value: counts.by_status[one.value] for one in Status},
            by_decision={one.value: counts.by_decision[one.value] for one in Decision},
            by_model={name: counts.by_model[name] for name in sorted(counts.by_model) if name},
            share_held=held / scored if scored else None,
        ),
        queue=found.queue,
        verdicts=[DayReply(one.day, one.approved, one.rejected) for one in found.verdicts],
    )


_Kind = TypeVar("_Kind", bound=msgspec.Struct)


def _only_known(arguments: Mapping[str, str], kind: type[_Kind]) -> None:
    for name in arguments:
        if name not in kind.__struct_fields__:
            raise InvalidInput(name[:60], "is not a known parameter")


def _limit(arguments: Mapping[str, str]) -> int:
    limit = arguments.get("limit", _UNSAID)
    if not re.fullmatch(r"[0-9]{1,4}", limit) or int(limit) not in PAGE_SIZES:
        raise InvalidInput("limit", f"must be from {PAGE_SIZES[0]} to {PAGE_SIZES[-1]}")
    return int(limit)


def _cursor(arguments: Mapping[str, str]) -> str | None:
    cursor = arguments.get("cursor")
    return None if cursor is None else checked_line("cursor", cursor, MAX_CURSOR)


def _one_of(arguments: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = arguments.get(name)
    if value is not None and value not in known:
        raise InvalidInput(name, f"must be one of {', '.join(known)}")
    return value
