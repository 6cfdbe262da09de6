"""Letters set apart one by one, by blanks, signs or pictures. Takes and gives folded text."""

from __future__ import annotations

import re
from typing import Final

from moderation.text.leet import READINGS, WILD
from moderation.text.masked_words import WORDS, fitting
from moderation.text.ordinary_words import COMMON
from moderation.text.segment import spelt_words
from moderation.text.tracing import Normalised

NO_SPELLING: Final = "ai0123456789@$"
"""Signs of which no word is spelt out: there must be a letter that is no word by itself."""

_SPELT: Final = re.compile(
    r"(?<![a-z0-9@$'])[a-z0-9@$]((?:[^\w\n@$']|_){1,3})(?:[a-z0-9@$]\1)+[a-z0-9@$](?![a-z0-9@$'])"
)
_ALONE: Final = re.compile(r"(?:[^\w\n@$']|_)[a-z0-9@$](?:[^\w\n@$']|_)")


def join_spelt(text: Normalised) -> Normalised:
    """Join letters set apart one by one: "i d i o t", "s.h.i.t"."""
    # The letters in the middle stand alone, which is quicker to see than the whole.
    if not _ALONE.search(text.text):
        return text
    return text.replace(_SPELT, _joined)


def _joined(match: re.Match[str]) -> str:
    spelt, separator = match.group(), match.group(1)
    if separator in WILD and (masked := fitting(spelt, separator)):
        return masked
    word = spelt.replace(separator, "")
    if not word.strip(NO_SPELLING):
        # No more than words of one letter, stammered, and numbers.
        return spelt
    letters = sum(character.isalpha() for character in word)
    # Four letters in a row set apart by spaces are no sentence; three may be ("a b c").
    needed = 3 if separator.strip(" ,/") == separator else 4
    if word[0] in "ai" and word[1:] in WORDS and word not in WORDS:
        return f"{word[0]} {word[1:]}"
    if (
        letters >= needed
        or (letters > 1 and word.translate(READINGS[0]) in WORDS)
        or word in COMMON
    ):
        return " ".join(spelt_words(word)) or word
    return spelt
