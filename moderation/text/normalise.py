"""One text in, the same text as a reader hears it out, with the way back.

Pure and linear in the length of the text; `normalise(normalise(t).text)` changes
nothing; any `str` is accepted, lone surrogates and NUL included. One code point can
stand for eighteen (U+FDFA), so reading stops at `MOST_CHARACTERS` of the result.
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
from moderation.text.tokens import words
from moderation.text.tracing import Normalised

__all__ = ["Normalised", "normalise", "normalised_words"]

MOST_CHARACTERS: Final = 40_000
"""Characters that a normalised text has at most; what comes after them is not read.

Twice the longest text of the native protocol, so that only a text made of signs
that stand for many letters each is ever cut. Whether it is depends on the text alone.
"""

_RESIDUE: Final = str.maketrans(dict.fromkeys("<>&*_~`|$^\\{}[]()#@%+=", " "))
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
    blanked = text.text.translate(_RESIDUE)
    return text if blanked == text.text else text.with_text(blanked)


def normalise(text: str) -> Normalised:
    """Lower-case, unaccented, undisguised text, with the original place of each character."""
    if len(text) <= MOST_CHARACTERS and plain_words(text) is not None:
        return Normalised.untouched(plain_text(text))
    return _by_all_rules(text)


def normalised_words(text: str) -> list[str]:
    """`words(normalise(text).text)`, several times as fast for an ordinary text."""
    plain = plain_words(text) if len(text) <= MOST_CHARACTERS else None
    return words(_by_all_rules(text).text) if plain is None else plain


def _by_all_rules(text: str) -> Normalised:
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
