"""What the rules of a site say of a comment: reasons out, the decision is the policy's.

Word lists and links are functions of the text alone; authors and articles need to be looked up,
so they are asked about only where a comment is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from moderation.comments import Reason
from moderation.rulebook import ListedWord, SiteRules
from moderation.text.links import count_links
from moderation.text.listed import WordIndex, pattern_of

RULE = "rule"
WORD_LIST = "word list: "
"""Begins the detail of a reason that names a listed word."""

MOST_WORDS_TOLD = 5
"""Entries of a word list that one comment's reasons name, those that block first."""

_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who wrote a comment, and how old its article is: what the rules of its site ask about."""

    author_id: str | None = None
    published_before: int = 0
    """The author's comments that are published and not under review, counted up to what is asked.
    """
    article_id: str | None = None
    article_age: timedelta | None = None
    """Since the article was first seen; `None` where no rule asks."""
    is_vouched_for: bool = False
    """Whether the site vouches for the author: as if they were among the trusted ones."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules say of one comment."""

    reasons: tuple[Reason, ...] = ()
    is_trusted: bool = False
    """Whether its author's comments are not held for review."""


NOTHING_FOUND = Findings()

_indexes: dict[str, WordIndex] = {}
"""Word lists made ready, by the digest of their rules. Only ever a cache."""


def findings(rules: SiteRules, text: str, around: Circumstances | None = None) -> Findings:
    """What the rules say of a text, and of its author and article where those are given."""
    reasons = (*_of_words(rules, text), *_of_links(rules, text))
    if around is None:
        return Findings(reasons) if reasons else NOTHING_FOUND
    reasons = (*reasons, *_of_author(rules, around), *_of_article(rules, around))
    return Findings(reasons, is_trusted=_is_trusted(rules, around))


def _of_words(rules: SiteRules, text: str) -> list[Reason]:
    if not rules.words:
        return []
    found = [rules.words[number] for number in _index(rules).find(text)]
    found.sort(key=lambda word: word.action != "block")
    return [_of_word(word) for word in found[:MOST_WORDS_TOLD]]


def _of_word(word: ListedWord) -> Reason:
    why = f" ({word.detail})" if word.detail else ""
    return Reason(RULE, word.label, level=word.action, detail=f"{WORD_LIST}{word.entry}{why}")


def _of_links(rules: SiteRules, text: str) -> list[Reason]:
    if rules.max_links is None:
        return []
    count = count_links(text)
    if count <= rules.max_links:
        return []
    links = "link" if count == 1 else "links"
    return [Reason(RULE, level="review", detail=f"{count} {links}, more than {rules.max_links}")]


def _of_author(rules: SiteRules, around: Circumstances) -> list[Reason]:
    wanted = rules.new_author_comments
    if around.published_before >= wanted or _is_trusted(rules, around):
        return []
    if around.author_id is None:
        return [Reason(RULE, level="review", detail="new author: the comment names none")]
    known = f"{around.published_before} of {wanted} comments published"
    return [Reason(RULE, level="review", detail=f"new author: {known}")]


def _is_trusted(rules: SiteRules, around: Circumstances) -> bool:
    return around.is_vouched_for or around.author_id in rules.trusted


def _of_article(rules: SiteRules, around: Circumstances) -> list[Reason]:
    if around.article_id in rules.closed:
        return [Reason(RULE, level=rules.closed_action, detail="closed article")]
    days, age = rules.close_after_days, around.article_age
    if days is None or age is None or age <= timedelta(days=days):
        return []
    detail = f"closed article: first seen more than {days} {'day' if days == 1 else 'days'} ago"
    return [Reason(RULE, level=rules.closed_action, detail=detail)]


def _index(rules: SiteRules) -> WordIndex:
    index = _indexes.get(rules.digest)
    if index is None:
        if len(_indexes) >= _MOST_KEPT:
            _indexes.clear()
        index = WordIndex(pattern_of(word.entry) for word in rules.words)
        _indexes[rules.digest] = index
    return index
