"""One text in, the same text as a reader hears it out, with the way back.

Pure and linear in the length of the text; `normalise(normalise(t).text)` changes
nothing; any `str` is accepted, lone surrogates and NUL included.
"""

from __future__ import annotations

from typing import Final

from moderation.text.folding import fold
from moderation.text.markup import strip_markup
from moderation.text.obfuscation import (
    join_spelt,
    replace_lookalikes,
    shorten_stretched,
    unmask,
)
from moderation.text.tracing import Normalised

__all__ = ["Normalised", "normalise"]

_RESIDUE: Final = str.maketrans(dict.fromkeys("<>&*_~`|$^\\{}[]()#@%+=", " "))
"""Signs that no later round may read anew; none of them is part of a word."""

_MAX_ROUNDS: Final = 8
"""A disguise inside a disguise needs another round; this many are more than people use."""


def _round(text: Normalised) -> Normalised:
    text = strip_markup(text)
    text = replace_lookalikes(text)
    text = join_spelt(text)
    text = unmask(text)
    text = shorten_stretched(text)
    blanked = text.text.translate(_RESIDUE)
    return text if blanked == text.text else text.with_text(blanked)


def normalise(text: str) -> Normalised:
    """Lower-case, unaccented, undisguised text, with the original place of each character."""
    current = fold(Normalised.untouched(text))
    for _ in range(_MAX_ROUNDS):
        following = _round(current)
        # Every rule gives back its argument when it changes nothing.
        if following is current:
            break
        current = following
    return current
