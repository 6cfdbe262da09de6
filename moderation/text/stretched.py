"""Letters that are repeated for effect. Takes and gives folded text."""

from __future__ import annotations

import re
from typing import Final

from moderation.text.masked_words import WORDS
from moderation.text.ordinary_words import COMMON
from moderation.text.tracing import Normalised

_STRETCHED_WORD: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]*?([^\W\d_])\1\1)[^\W\d_]++")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1\1++")
_REPEATED: Final = re.compile(r"([^\W\d_])\1+")
_ROMAN: Final = re.compile(r"w*+[ivxlcdm]++")
_NEVER_DOUBLED: Final = frozenset("ahijkquvwxy")


def shorten_stretched(text: Normalised) -> Normalised:
    """Cut runs of three or more of a letter: to two where English doubles it, else to one.

    A listed word that comes of it goes first ("loooser").
    """
    if not _STRETCHED.search(text.text):
        return text
    return text.replace(_STRETCHED_WORD, _shortened)


def _shortened(match: re.Match[str]) -> str:
    word = match.group()
    doubled = _STRETCHED.sub(r"\1\1", word)
    single = _STRETCHED.sub(r"\1", word)
    for known in (WORDS, COMMON):
        for short in (doubled, single, _REPEATED.sub(r"\1", word)):
            if short in known:
                return short
    # A run that is the whole word ("xxx", "www") and a Roman number mean themselves.
    if word == word[0] * len(word) or _ROMAN.fullmatch(word):
        return word
    return _STRETCHED.sub(_run, word)


def _run(match: re.Match[str]) -> str:
    letter = match.group(1)
    return letter if letter in _NEVER_DOUBLED else letter * 2
