"""The words everyone uses: a comment in its context, and what is kept about it.

Plain values. Knows neither how they are stored nor how they arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args

from moderation.labels import Scores
from moderation.rulebook import NO_RULES, SiteRules

MAX_TEXT = 20_000
"""Longest comment text of the native protocol, in Unicode code points."""

MAX_LONG_TEXT = 1_000_000
"""Longest text of any other protocol that is read to its end, and kept, in code points."""

MAX_ARTICLE_TEXT = 200_000
"""Longest article text, in Unicode code points."""

MAX_TITLE = 2_000
MAX_ID = 200


class Status(StrEnum):
    """Where a comment stands with its readers."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What the policy says of a comment, mildest first."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Article:
    """What a comment stands under: plain text, either part may be empty."""

    title: str = ""
    text: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing that a comment could be off of."""
        return not (self.title.strip() or self.text.strip())


@dataclass(frozen=True, slots=True)
class Comment:
    """A text to be scored, with what it answers to.

    `language` is the BCP 47 tag that the caller claims; `None` has it identified.
    """

    text: str
    article: Article | None = None
    parent: str | None = None
    language: str | None = None


OUT_OF_TIME = "out_of_time"
"""Code of the reason that tells of an encoder that was to be asked and was not."""

ReasonCode = Literal[
    "label",
    "language",
    "rule",
    "not_scored",
    "out_of_time",
    "reported",
    "appeal",
    "audit",
    "uncertain",
    "second_opinion",
]
"""Codes of all reasons that an item of the queue may have."""

REASON_CODES: Sequence[str] = get_args(ReasonCode)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell as it did, or why an item is in the queue.

    Codes of a decision: `label`, `language`, `rule`, `not_scored`; `out_of_time` tells that the
    encoder should have been asked and was not. Codes that only queue: `reported`, `appeal`,
    `audit`, `uncertain`, `second_opinion`.
    """

    code: str
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    level: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Everything one scoring of one text came to; kept with every revision."""

    scores: Scores
    decision: Decision
    reasons: tuple[Reason, ...]
    language: str
    model: str
    policy: str
    mode: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment, as the site names them. E-mail and IP only as keyed hashes."""

    id: str | None = None
    name: str | None = None
    email_hash: str | None = None
    ip_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One publication: its articles, comments, keys and policy settings."""

    id: str
    name: str
    language: str = "en"
    url: str = ""
    publish_on_review: bool = False
    """A `review` comment is published and queued, in place of held and queued."""
    thresholds: dict[str, dict[str, float]] = field(default_factory=dict)
    """Overrides of the model's own: label to `review` and `block` cut-offs."""
    rules: SiteRules = NO_RULES
    """Word lists, trusted and new authors, links, closed articles, log-only."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article of a site under the id that the site's CMS gave it."""

    site_id: str
    id: str
    title: str
    text: str
    url: str = ""

    def as_context(self) -> Article:
        """The part of it that scoring reads."""
        return Article(self.title, self.text)


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment as a CMS or an importer hands it over. Ids are the site's own."""

    id: str
    text: str
    article_id: str | None = None
    parent_id: str | None = None
    author: Author = Author()
    created_at: datetime | None = None
    kind: str = "comment"
    """`comment`, `pingback` or `trackback`."""
    status: Status | None = None
    """The standing it already has where it comes from; `None` lets the decision set it."""
    source_status: str | None = None
    """The word that the source used for it (such as `trash`), kept as it came."""
    is_vouched_for: bool = False
    """Whether the site vouches for its author, such as a member of its staff."""


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment as kept: its current revision and the ruling on that.

    `key` is ours (one per comment over all sites), `id` the site's.
    `text` is empty once erased; `ruling` is `None` then, and as long as it waits to be scored.
    """

    key: str
    site_id: str
    id: str
    text: str
    article_id: str | None
    parent_id: str | None
    parent_key: str | None
    author: Author
    kind: str
    status: Status
    source_status: str | None
    revision: int
    ruling: Ruling | None
    created_at: datetime
    received_at: datetime
    erased_at: datetime | None = None
    is_vouched_for: bool = False
    """Whether the site vouched for its author when the current text came."""

    @property
    def is_unscored(self) -> bool:
        """Whether its text waits to be scored."""
        return self.ruling is None and self.erased_at is None

    @property
    def is_orphan(self) -> bool:
        """Whether it names a parent that has not arrived."""
        return self.parent_id is not None and self.parent_key is None


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier or current text of a comment, with the ruling it got."""

    number: int
    text: str
    ruling: Ruling | None
    """`None` where it was not scored, yet or before the next text came."""
    at: datetime
