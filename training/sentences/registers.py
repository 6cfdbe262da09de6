"""Writes a sentence the way people type: small letters, no stops, slips, American spelling.

Drawn without a look at the labels, so that no way of typing speaks for any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np

_AMERICAN: Final = {
    "neighbour": "neighbor",
    "colour": "color",
    "favour": "favor",
    "behaviour": "behavior",
    "humour": "humor",
    "honour": "honor",
    "labour": "labor",
    "rumour": "rumor",
    "realis": "realiz",
    "recognis": "recogniz",
    "apologis": "apologiz",
    "organis": "organiz",
    "criticis": "criticiz",
    "centre": "center",
    "theatre": "theater",
    "grey": "gray",
    "mum ": "mom ",
    "mum's": "mom's",
    "defence": "defense",
    "arse": "ass",
    "travell": "travel",
    "jewell": "jewel",
}
_KEPT: Final = re.compile(r"Traveller|criticism|organism|[a-z](?:arse)|arse[a-z]")
_ENDS: Final = (
    "!",
    "!!",
    "...",
    " lol",
    " tbh",
    " imo",
    " :)",
    " 😂",
    " 🙄",
    " smh",
    " just saying",
)


def american(text: str) -> str:
    """British spellings replaced; a text with a word that only looks British is left alone."""
    if _KEPT.search(text):
        return text
    for british, other in _AMERICAN.items():
        text = text.replace(british, other)
        text = text.replace(british.capitalize(), other.capitalize())
    return text


def _small(text: str, generator: np.random.Generator) -> str:
    return text.lower()


def _bare(text: str, generator: np.random.Generator) -> str:
    return re.sub(r"[.,;:!]+(?=\s|$)", "", text.lower()).replace("'", "")


def _loud(text: str, generator: np.random.Generator) -> str:
    return text.upper()


def _ended(text: str, generator: np.random.Generator) -> str:
    return text.rstrip(".") + _ENDS[int(generator.integers(len(_ENDS)))]


def _slipped(text: str, generator: np.random.Generator) -> str:
    """Two neighbouring letters swapped, or one lost, inside a longer word."""
    words = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not words:
        return text
    word = words[int(generator.integers(len(words)))]
    place = word.start() + 1 + int(generator.integers(len(word[0]) - 3))
    if generator.random() < 0.5:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + text[place + 1 :]


_WAYS: Final[tuple[tuple[float, Callable[[str, np.random.Generator], str]], ...]] = (
    (0.14, _small),
    (0.21, _bare),
    (0.23, _loud),
    (0.31, _ended),
    (0.37, _slipped),
)
"""Upper ends of each way's share of [0, 1); the rest is left as written."""


def typed(text: str, generator: np.random.Generator) -> str:
    """The text in a register drawn from the generator."""
    if generator.random() < 0.5:
        text = american(text)
    place = generator.random()
    for end, way in _WAYS:
        if place < end:
            return way(text, generator)
    return text
