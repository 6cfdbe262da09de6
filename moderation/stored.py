"""What is kept beside comments and review items, and what finds them: objections, notes, filters,
searches, messages to the outside.

Plain values that the use cases and storage hand to one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from moderation.accounts import Key, User
from moderation.comments import (
    Reason,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.review_queue import ReviewItem, Settled, Stage


@dataclass(frozen=True, slots=True)
class Objection:
    """A reader's report, or an author's appeal, in their own words."""

    kind: str
    """`report` or `appeal`."""
    at: datetime
    text: str = ""
    reason: str = ""
    by: str | None = None
    """Who objected, as the site names them."""
    revision: int | None = None
    """The text objected to, set by the store; unknown for the oldest."""
    sent_as: str | None = field(default=None, compare=False)
    """Digest of what the caller gave to tell a repeated call from a new one."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one moderator tells the others about an item; never leaves the desk."""

    item_id: str
    sequence: int
    """Of the item's event that tells of it."""
    author: str
    """The user's id."""
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PastComment:
    """What became of one comment of an author."""

    key: str
    status: Status
    item_id: str | None = None
    """Of its review item; what follows is empty where it has none."""
    stage: Stage | None = None
    verdict: Settled | None = None
    """The verdict in force."""
    reasons: tuple[Reason, ...] = ()
    reports: int = 0


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A live key, and whom it speaks for."""

    key: Key
    owner: Site | User


@dataclass(frozen=True, slots=True)
class Received:
    """The place of a comment among those of its site, by when it was received."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text."""

    id: str
    title: str
    url: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CommentCounts:
    """How many comments there are, erased ones left out; under an empty name those without one."""

    by_status: Counter[str] = field(default_factory=Counter)
    by_decision: Counter[str] = field(default_factory=Counter)
    by_model: Counter[str] = field(default_factory=Counter)
    """Of the current ruling."""


@dataclass(frozen=True, slots=True)
class DayOfVerdicts:
    """Final verdicts in force that were given on one day of UTC."""

    day: date
    approved: int
    rejected: int


class QueueOrder(StrEnum):
    """Which waiting item comes first. `RANK` alone promises that every item's turn comes."""

    RANK = "rank"
    OLDEST = "oldest"
    NEWEST = "newest"
    SEVEREST = "severest"
    REPORTED = "reported"
    """Most reports first."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which waiting items are wanted, and in which order; empty fields do not restrict."""

    site_id: str | None = None
    reason: str | None = None
    """A reason code, such as `reported`."""
    label: str | None = None
    language: str | None = None
    escalated: bool | None = None
    """`True` for escalated items only, `False` for the others only."""
    not_skipped_by: str | None = None
    """Leaves out what this user has skipped."""
    order: QueueOrder = QueueOrder.RANK


@dataclass(frozen=True, slots=True)
class Facets:
    """How many waiting items fit a filter, and how many would with another choice."""

    fitting: int
    """Items that fit the filter as it is."""
    by: Mapping[str, Mapping[str, int]]
    """For `site`, `reason`, `label`, `language` and `stage`: each value with the number of items
    that fit it and all the rest of the filter. What nothing fits is left out."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A choice of the queue that a person keeps under a name."""

    id: str
    user_id: str
    name: str
    wanted: QueueFilter
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand side by side in one field of a comment."""

    words: tuple[str, ...]
    field: str = "text"
    """`text` (the author's name counts as well), `author`, or the id of a `site` or `article`."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What comments are searched for: all of it must hold."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    """None of these may occur."""
    status: Status | None = None
    escalated: bool = True
    """Whether comments whose item is escalated are looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment that was found, and its review item where it has one."""

    comment: StoredComment
    item: ReviewItem | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of what was found; `next_cursor` is `None` on the last page."""

    hits: Sequence[Hit] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Something to tell the outside, written in the transaction of what it tells of."""

    id: str
    site_id: str
    type: str
    """Dotted event type, such as `verdict.given` (Standard Webhooks 1.0)."""
    payload: Mapping[str, object]
    """Ids only, JSON-ready; never text, never a moderator's name."""
    created_at: datetime
    item_id: str | None = None
    sequence: int | None = None
    """The item's event that it tells of."""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a site's moderators made of a text, told by a protocol that knows no review items."""

    id: str
    """The same when the same thing is told again."""
    site_id: str
    source: str
    """The protocol: `perspective`, `akismet`."""
    at: datetime
    text: str
    labels: Mapping[str, float] = field(default_factory=dict)
    """0 to 1 for the labels that it speaks about."""
    verdict: str = ""
    """`approve` or `reject` where the protocol says so; else empty."""
    comment_key: str | None = None
    """The comment that it is about, where that is stored."""
    told: Mapping[str, str] = field(default_factory=dict)
    """Ids and addresses that came with it, by their names in the protocol."""
    comment_id: str | None = None
    """The id that the comment has at its site, where that was told: erasing it erases this."""


@dataclass(frozen=True, slots=True)
class SpamCheck:
    """A comment that a CMS asked about as it would ask Akismet, and what it heard."""

    site_id: str
    id: str
    """The id that it goes by here, told to the CMS as the check's guid."""
    at: datetime
    """When it was asked about for the first time."""
    is_spam: bool
    """What was answered last."""
    theirs: str | None = None
    """The id that the CMS gave the comment, once that was told."""
    verdict: str = ""
    """`approve` or `reject` where the site's moderators said so; else empty."""
    alike: str = ""
    """A digest of place, author and words as a CMS may have cleaned them."""


@dataclass(frozen=True, slots=True)
class SpamTally:
    """How many comments were asked about, by what was answered and what moderators said of it."""

    spam: int = 0
    ham: int = 0
    missed_spam: int = 0
    """Answered as ham, and rejected by the site's moderators."""
    false_positives: int = 0
    """Answered as spam, and approved by them."""

    @property
    def calls(self) -> int:
        """All that were asked about."""
        return self.spam + self.ham


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """A verdict in force with all that a training row needs; read by `training.feedback`."""

    item: ReviewItem
    comment: StoredComment
    article: StoredArticle | None
    parent_text: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """A verdict or a skip of somebody's, in force or not, and why its comment was queued."""

    at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a longer list; `next_cursor` is `None` on the last page."""

    items: Sequence[ReviewItem] = field(default_factory=tuple)
    next_cursor: str | None = None
