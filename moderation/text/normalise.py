"""One text in, the same text as a reader hears it out, with the way back.

Pure and linear in the length of the text; `normalise(normalise(t).text)` changes
nothing; any `str` is accepted, lone surrogates and NUL included. One code point can
stand for eighteen (U+FDFA), so reading stops at `MOST_CHARACTERS` of the result.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from moderation.text.chunks import normalised_words
from moderation.text.plain import plain_text, plain_words
from moderation.text.rules import MOST_CHARACTERS, by_all_rules
from moderation.text.tracing import Normalised

__all__ = ["MOST_CHARACTERS", "Normalised", "normalise", "normalised_words"]

_KEPT: Final = 8
"""Texts that are remembered: each reader of a comment normalises it for itself."""


@lru_cache(maxsize=_KEPT)
def normalise(text: str) -> Normalised:
    """Lower-case, unaccented, undisguised text, with the original place of each character."""
    if len(text) <= MOST_CHARACTERS and plain_words(text) is not None:
        return Normalised.untouched(plain_text(text))
    return by_all_rules(text)
