"""What a site asks for beside its cut-offs: word lists, authors, links, closed articles, log-only.

Plain values and their limits. What follows from them for a comment is in `site_rules`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

import msgspec

Action = Literal["review", "block"]
"""What a rule does with a comment that it fits."""

Foreign = Literal["allow", "review", "block"]
"""What is done with a comment in a language that the model does not know."""

Meanwhile = Literal["hold", "publish"]
"""What is done with a comment that cannot be scored now, until it is."""

MAX_WORDS = 5_000
MAX_ENTRY = 100
"""Longest entry of a word list, in code points."""
MAX_DETAIL = 200
MAX_AUTHORS = 10_000
MAX_CLOSED = 10_000
MAX_NEW_AUTHOR_COMMENTS = 50
MAX_LINKS = 1_000
MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word or phrase that a site looks for. A `*` at its end stands for any ending."""

    entry: str
    """As somebody wrote it; it is read as comments are, so that disguises do not matter."""
    action: Action = "review"
    label: str | None = None
    """A label's name, where the word is a sign of one."""
    detail: str = ""
    """Why it is here, in the site's words; shown with the reason."""


@dataclass(frozen=True)
class SiteRules:
    """The rules of one site. The default is a site that has none."""

    words: tuple[ListedWord, ...] = ()
    trusted_authors: tuple[str, ...] = ()
    """Authors, by the site's ids, whose comments are not held for review. A block still blocks."""
    new_author_comments: int = 0
    """So many comments of an author must have been published before the next is not held."""
    max_links: int | None = None
    """A comment with more links is held; `None` counts none."""
    closed_articles: tuple[str, ...] = ()
    """Articles, by the site's ids, that take no comments any more."""
    close_after_days: int | None = None
    """Articles first seen longer ago are closed as well; `None` = never."""
    closed_action: Action = "review"
    """What is done with a comment under a closed article."""
    foreign: Foreign = "review"
    log_only: bool = False
    """Everything is decided and kept as always, and all of it published, none of it queued."""
    audit_rate: float | None = None
    """Share of undisputed comments that are queued as a sample; `None` = the service's own."""
    off_topic_is_spam: bool = False
    """Akismet's `true` is also said of a comment that is off-topic and nothing else."""
    unscored: Meanwhile = "hold"
    """What is done with a comment for as long as it cannot be scored; it is queued either way."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is not as by default, in hex; the same rules have the same everywhere."""
        # What a later version adds must not give a site's present rules another name.
        told = {
            one.name: value
            for one in fields(self)
            if (value := getattr(self, one.name)) != one.default
        }
        return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()

    @cached_property
    def trusted(self) -> frozenset[str]:
        """The trusted authors, for looking up."""
        return frozenset(self.trusted_authors)

    @cached_property
    def closed(self) -> frozenset[str]:
        """The closed articles, for looking up."""
        return frozenset(self.closed_articles)

    @property
    def ask_around(self) -> bool:
        """Whether any rule asks about the author or the article."""
        asked = (self.trusted_authors, self.new_author_comments, self.closed_articles)
        return any(asked) or self.close_after_days is not None

    @property
    def meanwhile(self) -> Meanwhile:
        """What is to be done with what cannot be scored: who only logs holds nothing."""
        return "publish" if self.log_only else self.unscored

    @cached_property
    def are_none(self) -> bool:
        """Whether these are the rules of a site that has none."""
        return self == NO_RULES


NO_RULES = SiteRules()
