"""What the classifier keeps of words it has met: their part of every logit, ready to be summed.

A word's value is reckoned from the weights once. Two generations bound the memory: when the young
one is full it becomes the old one, and what is still in use comes back from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.english import evidence
from moderation.text.features import fingerprint
from moderation.text.word_classes import class_of

Matrix = NDArray[np.float32]

CACHED_WORDS: Final = 1 << 16
"""Words that are kept: some two and a half megabytes at seven labels, in two generations."""

UNKNOWN: Final = -1


class Looked(NamedTuple):
    """What is known of words laid end to end, in their order."""

    numbers: NDArray[np.intp]
    """The same for the same word, within one look-up: its row in `values`."""
    values: Matrix
    """Of every word that is kept: rows x labels."""
    prints: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    english: NDArray[np.int8]
    """What each says for its text's being in English; see `scoring.english`."""


def numbers_of(table: Mapping[str, int], words: Sequence[str]) -> NDArray[np.intp]:
    """What a table says of each word, `UNKNOWN` where it says nothing."""
    return np.fromiter(map(table.get, words, repeat(UNKNOWN)), dtype=np.intp, count=len(words))


class Generation:
    """Words met in one stretch of time. It only grows, so readers need no lock."""

    def __init__(self, size: int, labels: int) -> None:
        self.rows: dict[str, int] = {}
        self.chunks: dict[str, int] = {}
        """Of chunks of text the row of the one word that each comes to; see `spoken`."""
        self.values: Matrix = np.empty((size, labels), dtype=np.float32)
        self.prints = np.empty(size, dtype=np.uint32)
        self.classes = np.empty(size, dtype=np.uint8)
        self.english = np.empty(size, dtype=np.int8)

    def has_room(self, count: int) -> bool:
        """Whether so many words more can be kept."""
        return len(self.rows) + count <= len(self.values)

    def keep(self, words: Sequence[str], values: Matrix) -> None:
        """Add words that are not in it yet."""
        start = len(self.rows)
        end = start + len(words)
        self.values[start:end] = values
        self.prints[start:end] = [fingerprint(word) for word in words]
        self.classes[start:end] = [class_of(word) for word in words]
        self.english[start:end] = [evidence(word) for word in words]
        # All of a row is there before its number can be read.
        self.rows.update(zip(words, range(start, end), strict=True))

    def find(self, words: Sequence[str]) -> NDArray[np.intp]:
        """The row of each word, `UNKNOWN` where it is not kept."""
        return numbers_of(self.rows, words)

    def at(self, numbers: NDArray[np.intp]) -> Looked:
        """What is known of the words in those rows."""
        return Looked(
            numbers,
            self.values,
            self.prints.take(numbers),
            self.classes.take(numbers),
            self.english.take(numbers),
        )


class WordValues:
    """Looks up words; reckons what it does not know. Safe across threads."""

    def __init__(self, reckon: Callable[[Sequence[str]], Matrix], labels: int) -> None:
        """`reckon` gives the values (words x labels) of different words, each from itself alone."""
        self._reckon = reckon
        self._labels = labels
        size = max(CACHED_WORDS // 2, 1)
        self._known = (Generation(size, labels), Generation(size, labels))
        self._lock = Lock()

    def look_up(self, words: Sequence[str]) -> Looked:
        """Everything known of the words; a word's values are the same at all times."""
        known = self._known[0]
        numbers = known.find(words)
        unknown = np.flatnonzero(numbers == UNKNOWN)
        if len(unknown):
            missed = [words[place] for place in unknown.tolist()]
            if self.learn(missed, known):
                numbers[unknown] = known.find(missed)
            else:
                known = self._begin(words, known)
                numbers = known.find(words)
        return known.at(numbers)

    @property
    def known(self) -> Generation:
        """The words of now, which others will follow."""
        return self._known[0]

    def learn(self, missed: Sequence[str], known: Generation) -> bool:
        """Add the words to a generation, if it has room for all of them."""
        with self._lock:
            absent = [word for word in dict.fromkeys(missed) if word not in known.rows]
            has_room = known.has_room(len(absent))
            if has_room:
                known.keep(absent, self._values(absent, self._known[1:]))
        return has_room

    def _begin(self, words: Sequence[str], full: Generation) -> Generation:
        """A new generation that has all of the words."""
        distinct = list(dict.fromkeys(words))
        with self._lock:
            size = len(full.values)
            fresh = Generation(max(size, len(distinct)), self._labels)
            # Whatever is still in use comes back from the old ones; junk is forgotten.
            fresh.keep(distinct, self._values(distinct, (full, *self._known)))
            if len(distinct) <= size:
                # Only words come back from a former one.
                self._known[0].chunks.clear()
                self._known = (fresh, self._known[0])
        return fresh

    def _values(self, words: Sequence[str], generations: Iterable[Generation]) -> Matrix:
        values: Matrix = np.empty((len(words), self._labels), dtype=np.float32)
        left = list(range(len(words)))
        for generation in generations:
            rows = generation.find([words[place] for place in left])
            is_there = rows != UNKNOWN
            places = np.array(left, dtype=np.intp)
            values[places[is_there]] = generation.values[rows[is_there]]
            left = places[~is_there].tolist()
        if left:
            values[left] = self._reckon([words[place] for place in left])
        return values
