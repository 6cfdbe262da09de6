"""Cutting letters that were run together into the words they were.

A text that spaces out its letters loses its blanks with them ("g o a w a y"), and some people
leave them out at once. Only what falls apart wholly into known words is cut, into as few as can
be, so that names and words unknown to us stay whole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from moderation.text.known_words import KNOWN
from moderation.text.masked_words import WORDS
from moderation.text.ordinary_words import COMMON, ORDINARY

_VOCABULARY: Final = COMMON | KNOWN | WORDS
_LONGEST_WORD: Final = max(map(len, _VOCABULARY))

LEAST_SPELT: Final = 6
"""Letters of a run of spaced-out letters that may be more than one word."""

LEAST_WRITTEN: Final = 14
"""Letters of a word, written as one, that may be more: shorter ones are too often a name."""

LEAST_PARTS: Final = 3
"""Words that a word written as one must fall into: two make many a compound."""

_MOST_LETTERS: Final = 80

_ENDINGS: Final = frozenset(("able", "ion", "ive", "man", "on", "standing", "ward"))
"""What long words end in: "recommend-at-i-on", "straight-for-ward", "not-with-standing"."""

_LAUGHTER: Final = frozenset("ah")


def spelt_words(letters: str) -> tuple[str, ...]:
    """The words that a run of spaced-out letters makes up; nothing where it is one, or none."""
    return _cut(letters) if LEAST_SPELT <= len(letters) <= _MOST_LETTERS else ()


def written_words(word: str) -> tuple[str, ...]:
    """The words that were written as one; nothing where they are fewer than three."""
    if not LEAST_WRITTEN <= len(word) <= _MOST_LETTERS:
        return ()
    parts = _cut(word)
    if len(parts) < LEAST_PARTS or parts[-1] in _ENDINGS or "i" in parts[1:] or "a" in parts[2:]:
        return ()
    return parts


@lru_cache(maxsize=1 << 13)
def _cut(letters: str) -> tuple[str, ...]:
    if letters in _VOCABULARY or letters in ORDINARY:
        return ()
    # Fewest words first, then the longest at the end: best[i] makes up letters[:i].
    best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            before, part = best[start], letters[start:end]
            if before is None or not _is_word(part):
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, part)
    parts = best[-1] or ()
    return parts if len(parts) > 1 else ()


def _is_word(part: str) -> bool:
    if len(part) < 2:
        return part in "ai"
    if _LAUGHTER.issuperset(part):
        return False
    return part in _VOCABULARY or (part[-1] == "s" and len(part) > 4 and part[:-1] in _VOCABULARY)
