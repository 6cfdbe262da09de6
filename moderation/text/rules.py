"""The rules of normalisation in their order, again and again until none changes anything.

Knows no short cut but for texts that are plain (`text.plain`); `normalise` and `chunks` decide
what comes here.
"""

from __future__ import annotations

from typing import Final

from moderation.text.drawn import read_drawn
from moderation.text.folding import fold
from moderation.text.leet import unmask
from moderation.text.lookalikes import replace_lookalikes
from moderation.text.markup import strip_markup
from moderation.text.plain import plain_text, plain_words
from moderation.text.repair import repair
from moderation.text.spelt_out import join_spelt
from moderation.text.stretched import shorten_stretched
from moderation.text.tracing import Normalised

MOST_CHARACTERS: Final = 40_000
"""Characters that a normalised text has at most; what comes after them is not read.

Twice the longest text of the native protocol, so that only a text made of signs
that stand for many letters each is ever cut. Whether it is depends on the text alone.
"""

RESIDUE: Final = str.maketrans(dict.fromkeys("<>&*_~`|$^\\{}[]()#@%+=", " "))
"""Signs that no later round may read anew; none of them is part of a word."""

_MAX_ROUNDS: Final = 8
"""A disguise inside a disguise needs another round; this many are more than people use."""


def _round(text: Normalised) -> Normalised:
    text = read_drawn(text)
    text = strip_markup(text)
    text = replace_lookalikes(text)
    text = join_spelt(text)
    text = unmask(text)
    text = shorten_stretched(text)
    text = repair(text)
    blanked = text.text.translate(RESIDUE)
    return text if blanked == text.text else text.with_text(blanked)


def by_all_rules(text: str) -> Normalised:
    """The normalised text, however plain it is."""
    current = fold(Normalised.untouched(text), MOST_CHARACTERS)
    if not text.isascii() and plain_words(current.text) is not None:
        return current.with_text(plain_text(current.text))
    for _ in range(_MAX_ROUNDS):
        # A decoded reference ("&#65018;") can stand for many letters as well.
        following = _round(current).head(MOST_CHARACTERS)
        # Every rule gives back its argument when it changes nothing.
        if following is current or plain_words(following.text) is not None:
            return following
        current = following
    return current
