"""Whether what somebody wants of a site can be done, and the one form in which it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from moderation.checks import (
    MAX_NAME,
    checked_id,
    checked_language,
    checked_line,
    checked_url,
)
from moderation.comments import Site
from moderation.errors import InvalidInput, TooLarge
from moderation.labels import Label
from moderation.policy import policy_for
from moderation.rulebook import (
    MAX_AUTHORS,
    MAX_CLOSED,
    MAX_DAYS,
    MAX_DETAIL,
    MAX_ENTRY,
    MAX_LINKS,
    MAX_NEW_AUTHOR_COMMENTS,
    MAX_WORDS,
    Action,
    Foreign,
    ListedWord,
    Meanwhile,
    SiteRules,
)
from moderation.text.listed import LEAST_BEGINNING, Pattern, pattern_of

_ACTIONS, _FOREIGN, _UNSCORED = get_args(Action), get_args(Foreign), get_args(Meanwhile)
_LABELS = frozenset(label.value for label in Label)


def checked_site(site: Site) -> Site:
    """The site as it is kept: blanks trimmed, lists in order, each of their entries once.

    Raises `InvalidInput` that names the field, such as `thresholds.insult.review` or
    `rules.words[3].entry`, counted as the caller gave them.
    """
    checked_id("id", site.id)
    name = checked_line("name", site.name.strip(), MAX_NAME)
    if not name:
        raise InvalidInput("name", "must not be empty")
    checked_language("language", site.language)
    thresholds = {label: dict(pair) for label, pair in site.thresholds.items() if pair}
    changed = replace(
        site,
        name=name,
        url=checked_url("url", site.url.strip()),
        thresholds=thresholds,
        rules=checked_rules(site.rules),
    )
    policy_for(changed, {})
    return changed


def checked_rules(rules: SiteRules) -> SiteRules:
    """The same of the rules alone."""
    _within("new_author_comments", rules.new_author_comments, MAX_NEW_AUTHOR_COMMENTS)
    _within("max_links", rules.max_links, MAX_LINKS)
    _within("close_after_days", rules.close_after_days, MAX_DAYS)
    _one_of("rules.closed_action", rules.closed_action, _ACTIONS)
    _one_of("rules.foreign", rules.foreign, _FOREIGN)
    _one_of("rules.unscored", rules.unscored, _UNSCORED)
    if rules.audit_rate is not None and not 0.0 <= rules.audit_rate <= 1.0:
        raise InvalidInput("rules.audit_rate", "must be from 0 to 1")
    return replace(
        rules,
        words=_words(rules.words),
        trusted_authors=_ids("rules.trusted_authors", rules.trusted_authors, MAX_AUTHORS),
        closed_articles=_ids("rules.closed_articles", rules.closed_articles, MAX_CLOSED),
    )


def _within(name: str, value: int | None, most: int) -> None:
    if value is not None and not 0 <= value <= most:
        raise InvalidInput(f"rules.{name}", f"must be from 0 to {most:,}")


def _one_of(field: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise InvalidInput(field, f"must be one of {', '.join(known)}")


def _ids(field: str, ids: tuple[str, ...], most: int) -> tuple[str, ...]:
    if len(ids) > most:
        raise TooLarge(field, f"must hold at most {most:,} ids")
    return tuple(sorted({checked_id(f"{field}[{at}]", one) for at, one in enumerate(ids)}))


def _words(words: tuple[ListedWord, ...]) -> tuple[ListedWord, ...]:
    if len(words) > MAX_WORDS:
        raise TooLarge("rules.words", f"must hold at most {MAX_WORDS:,} entries")
    kept: dict[Pattern, ListedWord] = {}
    for at, word in enumerate(words):
        checked = _word(f"rules.words[{at}]", word)
        known = kept.setdefault(pattern_of(checked.entry), checked)
        if known != checked:
            raise InvalidInput(f"rules.words[{at}].entry", f"is the same as {known.entry!r}")
    return tuple(sorted(kept.values(), key=lambda word: word.entry))


def _word(at: str, word: ListedWord) -> ListedWord:
    entry = checked_line(f"{at}.entry", " ".join(word.entry.split()), MAX_ENTRY)
    pattern = pattern_of(entry)
    if not pattern.words:
        raise InvalidInput(f"{at}.entry", "has no letter or digit")
    if "|" in entry:
        raise InvalidInput(f"{at}.entry", "must not hold a `|`, which parts the columns of a list")
    if pattern.is_beginning and len("".join(pattern.words)) < LEAST_BEGINNING:
        raise InvalidInput(f"{at}.entry", f"needs {LEAST_BEGINNING} letters before its `*`")
    _one_of(f"{at}.action", word.action, _ACTIONS)
    if word.label is not None:
        _one_of(f"{at}.label", word.label, sorted(_LABELS))
    detail = checked_line(f"{at}.detail", word.detail.strip(), MAX_DETAIL)
    return replace(word, entry=entry, detail=detail)
