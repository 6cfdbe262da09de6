"""Which of many new words a rule might change, found for all of them at once.

A comment brings a few words that were never met, and looking at them one by one would cost more
than all that is known of the others. Says the same of each as `plain.is_sound`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.text.plain import is_sound
from moderation.text.repair import SHORT_STARTS, TRIGGERS
from moderation.text.segment import LEAST_WRITTEN

_BORDER: Final = "`"
"""Stands between words; its last five bits are 0, those of a letter its place in the alphabet."""
_V: Final = ord("v") & 31


def _places(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number << 5 | ord(letter) & 31
    return number


def _starts() -> NDArray[np.bool_]:
    table = np.zeros(1 << 20, dtype=np.bool_)
    table[[_places(start) for start in SHORT_STARTS]] = True
    return table


_STARTS: Final = _starts()


def unsound(words: Sequence[str]) -> frozenset[str]:
    """Those of different words, of small letters of ASCII alone, that a rule might change."""
    if not words:
        return frozenset()
    lengths = np.fromiter(map(len, words), dtype=np.intp, count=len(words)) + 1
    ends = np.cumsum(lengths)
    letters: NDArray[Any] = np.frombuffer(f"{_BORDER.join(words)}````".encode(), dtype=np.uint8)
    letters = (letters & 31).astype(np.int32)
    first, second, third, fourth = (letters[place : place + ends[-1]] for place in range(4))
    doubtful = _STARTS.take(first << 15 | second << 10 | third << 5 | fourth)
    doubtful |= (first == second) & (second == third) & (first > 0)
    doubtful |= (first == _V) & (second == _V)
    places = set(np.searchsorted(ends, np.flatnonzero(doubtful), side="right").tolist())
    places.update(np.flatnonzero(lengths > LEAST_WRITTEN).tolist())
    found = TRIGGERS.intersection(words)
    return found.union(word for word in map(words.__getitem__, places) if not is_sound(word))
