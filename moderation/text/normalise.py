"""One text in, the same text as a reader hears it out, with the way back.

Pure and linear in the length of the text; `normalise(normalise(t).text)` changes
nothing; any `str` is accepted, lone surrogates and NUL included.
"""

from __future__ import annotations

import re
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

_RESIDUE: Final = re.compile(r"[<>&*_~`|$^\\{}\[\]()#@%+=]")

_MAX_ROUNDS: Final = 8
"""A disguise inside a disguise needs another round; this many are more than people use."""


def _blank(_: re.Match[str]) -> str:
    return " "


def _round(text: Normalised) -> Normalised:
    text = strip_markup(text)
    text = replace_lookalikes(text)
    text = join_spelt(text)
    text = unmask(text)
    text = shorten_stretched(text)
    return text.replace(_RESIDUE, _blank)


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
