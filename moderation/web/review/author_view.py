"""An author's history as the page of an item shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from moderation.accounts import User
from moderation.comments import Status, StoredComment
from moderation.review_queue import Verdict
from moderation.stored import PastComment
from moderation.web.review.phrases import (
    DONE,
    STATUS,
    WAITS_FOR_A_LEAD,
    ago,
    counted,
    label_name,
    listed,
)
from moderation.web.review.thread_view import CommentView, comment_view
from moderation.workflow.author_history import COUNTED, AuthorHistory
from moderation.workflow.case_file import may_see

_Kind = TypeVar("_Kind", Verdict, Status)

_VERDICTS = {
    Verdict.REJECT: "rejected",
    Verdict.APPROVE: "approved",
    Verdict.ESCALATE: "escalated",
}


@dataclass(frozen=True, slots=True)
class PastView:
    """Another comment of the author; `item_id` is empty where the viewer has nothing to open."""

    comment: CommentView
    """Without a piece of its text where `withheld` is not empty."""
    withheld: str
    """What is said in place of a text that the viewer may not read."""
    verdict: str
    """Such as `rejected as insult`; empty where no moderator spoke."""
    reports: int
    item_id: str


@dataclass(frozen=True, slots=True)
class AuthorView:
    """Who wrote the comment, as far as this site knows them."""

    comments: str
    """Such as `12 comments`."""
    first_at: datetime
    first_ago: str
    looked_at: int
    """How many comments the counts are about, where they are not about all; else 0."""
    verdicts: str
    """Such as `3 rejected, 1 approved`; empty where no moderator spoke. So are the others."""
    rejected_as: str
    standing: str
    reports: int
    latest: tuple[PastView, ...]


def author_view(history: AuthorHistory | None, viewer: User, now: datetime) -> AuthorView | None:
    """The author as `viewer` may see them; `None` for who cannot be known again."""
    if history is None:
        return None
    labels = sorted(history.rejected_as.items(), key=lambda one: (-one[1], one[0]))
    is_all = history.looked_at == history.comments
    return AuthorView(
        comments=_comments(history.comments),
        first_at=history.first_at,
        first_ago=ago(history.first_at, now),
        looked_at=0 if is_all else history.looked_at,
        verdicts=_numbers(history.verdicts, _VERDICTS),
        rejected_as=", ".join(f"{label_name(label)} {number}" for label, number in labels),
        standing=_numbers(history.standing, STATUS),
        reports=history.reports,
        latest=tuple(_past(other, past, viewer, now) for other, past in history.latest),
    )


def _comments(number: int) -> str:
    return f"{COUNTED:,} comments or more" if number >= COUNTED else counted(number, "comment")


def _numbers(found: Mapping[_Kind, int], names: Mapping[_Kind, str]) -> str:
    return ", ".join(f"{found[kind]} {name}" for kind, name in names.items() if found.get(kind))


def _past(comment: StoredComment, past: PastComment, viewer: User, now: datetime) -> PastView:
    if not may_see(viewer, past):
        return PastView(comment_view(comment, now, ()), WAITS_FOR_A_LEAD, "", past.reports, "")
    said, last = "", past.verdict
    if last is not None:
        named = listed(label_name(label) for label in last.labels)
        said = DONE[last.verdict].lower() + (f" as {named}" if named else "")
    return PastView(comment_view(comment, now), "", said, past.reports, past.item_id or "")
