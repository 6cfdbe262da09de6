"""The words that a text is found by, and where they stand in it.

One cutting for what is stored, what is asked and what is marked, so that search answers the
same over every database. Undoes case, accents and invisible marks; nothing else is guessed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from moderation.text.folding import fold
from moderation.text.tracing import Normalised

MAX_WORD: Final = 64
"""Longer words are known by their first so many characters."""

MAX_WORDS: Final = 16_000
"""Words of one text that can be found: as many as PostgreSQL tells apart by their place."""

_MAX_FOLDED: Final = 200_000
"""Characters of the folded text that are read. Some fold to many, and an index entry has an end."""

_ALONE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts written without blanks: every character is a word, and a longer word a phrase."""

_WORD: Final = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")


class SearchWord(NamedTuple):
    """A folded word and the half-open range of code points that it stands for."""

    text: str
    start: int
    end: int


def search_words(text: str) -> list[SearchWord]:
    """The words of a text in order, none longer than `MAX_WORD`, no more than `MAX_WORDS`."""
    folded = fold(Normalised.untouched(text), _MAX_FOLDED)
    found = []
    for match in _WORD.finditer(folded.text):
        start, end = folded.original_span(match.start(), match.end())
        found.append(SearchWord(match.group()[:MAX_WORD], start, end))
        if len(found) == MAX_WORDS:
            break
    return found


def words_of(text: str | None) -> tuple[str, ...]:
    """The same words without their places."""
    folded = fold(Normalised.untouched(text or ""), _MAX_FOLDED)
    return tuple(word[:MAX_WORD] for word in _WORD.findall(folded.text)[:MAX_WORDS])
