"""What the classifier keeps of words it has met: their part of every logit, ready to be summed.

A word's value is reckoned from the weights once. Two generations bound the memory: when the young
one is full it becomes the old one, and what is still in use comes back from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.text.features import fingerprint
from moderation.text.word_classes import class_of

Matrix = NDArray[np.float32]

CACHED_WORDS: Final = 1 << 16
"""Words that are kept: some two and a half megabytes at seven labels, in two generations."""


class Looked(NamedTuple):
    """What is known of words laid end to end, in their order."""

    numbers: NDArray[np.intp]
    """The same for the same word, within one look-up."""
    values: Matrix
    """Words x labels."""
    prints: NDArray[np.uint32]
    classes: NDArray[np.uint8]


class _Generation:
    """Words met in one stretch of time. It only grows, so readers need no lock."""

    def __init__(self, size: int, labels: int) -> None:
        self.rows: dict[str, int] = {}
        self.values: Matrix = np.empty((size, labels), dtype=np.float32)
        self.prints = np.empty(size, dtype=np.uint32)
        self.classes = np.empty(size, dtype=np.uint8)

    @property
    def is_full(self) -> bool:
        return len(self.rows) == len(self.values)

    def keep(self, word: str, value: NDArray[np.float32], print_: int, class_: int) -> None:
        row = len(self.rows)
        # All of the row is there before its number can be read.
        self.values[row], self.prints[row], self.classes[row] = value, print_, class_
        self.rows[word] = row

    def at(self, rows: Sequence[int]) -> Looked:
        numbers = np.array(rows, dtype=np.intp)
        return Looked(numbers, self.values[numbers], self.prints[numbers], self.classes[numbers])


class WordValues:
    """Looks up words; reckons what it does not know. Safe across threads."""

    def __init__(self, reckon: Callable[[Sequence[str]], Matrix], labels: int) -> None:
        """`reckon` gives the values (words x labels) of different words."""
        self._reckon = reckon
        self._labels = labels
        self._known = (self._generation(), self._generation())
        self._lock = Lock()

    def look_up(self, words: Sequence[str]) -> Looked:
        """Everything known of the words, one row each; a word's row is the same at all times."""
        young, old = self._known
        rows = young.rows
        try:
            return young.at([rows[word] for word in words])
        except KeyError:
            return self._with_unknown(words, young, old)

    def _with_unknown(self, words: Sequence[str], young: _Generation, old: _Generation) -> Looked:
        numbers = {word: row for row, word in enumerate(dict.fromkeys(words))}
        distinct = list(numbers)
        values: Matrix = np.empty((len(distinct), self._labels), dtype=np.float32)
        missed = _find(young, distinct, range(len(distinct)), values)
        unknown = _find(old, distinct, missed, values)
        if unknown:
            values[unknown] = self._reckon([distinct[place] for place in unknown])
        prints = np.array([fingerprint(word) for word in distinct], dtype=np.uint32)
        classes = np.array([class_of(word) for word in distinct], dtype=np.uint8)
        self._keep(distinct, missed, values, prints, classes)
        places = np.array([numbers[word] for word in words], dtype=np.intp)
        return Looked(places, values[places], prints[places], classes[places])

    def _keep(
        self,
        distinct: Sequence[str],
        missed: Sequence[int],
        values: Matrix,
        prints: NDArray[np.uint32],
        classes: NDArray[np.uint8],
    ) -> None:
        with self._lock:
            for place in missed:
                young = self._known[0]
                if distinct[place] in young.rows:
                    continue
                if young.is_full:
                    # Whatever is still in use comes back from the old one; junk is forgotten.
                    self._known = (self._generation(), young)
                self._known[0].keep(
                    distinct[place], values[place], int(prints[place]), int(classes[place])
                )

    def _generation(self) -> _Generation:
        return _Generation(max(CACHED_WORDS // 2, 1), self._labels)


def _find(
    generation: _Generation, words: Sequence[str], places: Sequence[int], into: Matrix
) -> list[int]:
    """Put the values of known words into their rows; the places of the others."""
    rows = generation.rows
    found = [(place, row) for place in places if (row := rows.get(words[place])) is not None]
    if not found:
        return list(places)
    known, kept = zip(*found, strict=True)
    into[list(known)] = generation.values[list(kept)]
    return sorted(set(places).difference(known))
