"""The linear classifier: a text to one uncalibrated logit for each text label.

A score is `intercept + scale(n) * (sum over words + sum over pairs of neighbours)`,
with `scale(n) = 1 / sqrt(n + damping)` for n words. So the contribution of a word to
all labels is computed once and kept, and an explanation is the same sum, unsummed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.text.features import pair_columns, word_columns
from moderation.text.normalise import normalise
from moderation.text.tokens import tokenise, words

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

PREFIX: Final = "linear."
CACHED_WORDS: Final = 1 << 16
"""Words whose contributions are kept: two megabytes at seven labels, in two generations."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, with half of each pair it is in, adds to every label's logit.

    `start` and `end` count code points of the original text. Over a text, all
    contributions and the intercept sum to the logit.
    """

    start: int
    end: int
    values: Vector


class _Generation:
    """Words met in one stretch of time and their values. It only grows, so readers need no lock."""

    def __init__(self, size: int, labels: int) -> None:
        self.rows: dict[str, int] = {}
        self.kept: Matrix = np.empty((size, labels), dtype=np.float32)

    @property
    def is_full(self) -> bool:
        return len(self.rows) == len(self.kept)

    def keep(self, word: str, value: Vector) -> None:
        # The row is there before its number can be read.
        self.kept[len(self.rows)] = value
        self.rows[word] = len(self.rows)

    def find(self, words: Sequence[str], into: Matrix) -> list[int]:
        """Put the values of known words into their rows; the places of the others."""
        found = [
            (place, row)
            for place, word in enumerate(words)
            if (row := self.rows.get(word)) is not None
        ]
        if not found:
            return list(range(len(words)))
        places, rows = zip(*found, strict=True)
        into[list(places)] = self.kept[list(rows)]
        return sorted(set(range(len(words))).difference(places))


class LinearClassifier:
    """Additive scorer over mapped weights; safe to share between threads."""

    def __init__(
        self,
        weights: NDArray[Any],
        intercept: Vector,
        *,
        gram_scale: float,
        pair_scale: float,
        damping: float,
    ) -> None:
        """Take weights of shape (2^bits, labels), rows being hashed features."""
        self._weights = weights
        self._intercept = intercept
        self._mask = weights.shape[0] - 1
        self._gram_scale = np.float32(gram_scale)
        self._pair_scale = np.float32(pair_scale)
        self._damping = damping
        self._known = (self._generation(), self._generation())
        self._lock = Lock()

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]
    ) -> LinearClassifier:
        """Build from a model folder's arrays. Raises `ModelInvalid` where they do not fit."""
        try:
            weights = arrays[f"{PREFIX}weights"]
            intercept = np.asarray(arrays[f"{PREFIX}intercept"], dtype=np.float32)
            features = manifest["features"]
            scales = {
                name: float(features[name]) for name in ("gram_scale", "pair_scale", "damping")
            }
        except (KeyError, TypeError, ValueError) as problem:
            raise ModelInvalid(f"linear classifier: {problem!r} is missing or odd") from problem
        size = weights.shape[0]
        if weights.ndim != 2 or size & (size - 1) or intercept.shape != weights.shape[1:]:
            raise ModelInvalid("linear classifier: weights and intercept do not fit together")
        return cls(weights, intercept, **scales)

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Uncalibrated logits, shape (texts, labels), each row from its own text alone."""
        out = np.empty((len(texts), len(self._intercept)), dtype=np.float32)
        for row, text in enumerate(texts):
            out[row] = self._logit(words(normalise(text).text))
        return out

    def contributions(self, text: str) -> list[Contribution]:
        """Every word's share of the logits, in the order of the text."""
        normalised = normalise(text)
        tokens = tokenise(normalised.text)
        if not tokens:
            return []
        spelt = [token.text for token in tokens]
        values = self._word_values(spelt)
        halves = self._pair_values(spelt) / 2
        values[:-1] += halves
        values[1:] += halves
        values *= self._scale(len(tokens))
        return [
            Contribution(*normalised.original_span(token.start, token.end), value)
            for token, value in zip(tokens, values, strict=True)
        ]

    @property
    def intercept(self) -> Vector:
        """The logits of a text without a word."""
        return self._intercept

    def _logit(self, spelt: list[str]) -> Vector:
        if not spelt:
            return self._intercept
        # Sums run down the rows in order, whatever else is scored: same text, same bits.
        total = self._word_values(spelt).sum(axis=0)
        if len(spelt) > 1:
            total = total + self._pair_values(spelt).sum(axis=0)
        return np.asarray(self._intercept + total * self._scale(len(spelt)), dtype=np.float32)

    def _scale(self, count: int) -> np.float32:
        return np.float32(1 / sqrt(count + self._damping))

    def _word_values(self, spelt: list[str]) -> Matrix:
        young, old = self._known
        rows = young.rows
        try:
            known: Matrix = young.kept[[rows[word] for word in spelt]]
        except KeyError:
            distinct = {word: row for row, word in enumerate(dict.fromkeys(spelt))}
            known = self._looked_up(list(distinct), young, old)[[distinct[word] for word in spelt]]
        return known

    def _looked_up(self, distinct: list[str], young: _Generation, old: _Generation) -> Matrix:
        """Values of different words; what the young generation lacks is kept in it."""
        values: Matrix = np.empty((len(distinct), len(self._intercept)), dtype=np.float32)
        missed = young.find(distinct, values)
        late = values[missed]
        unknown = old.find([distinct[place] for place in missed], late)
        if unknown:
            late[unknown] = self._computed([distinct[missed[place]] for place in unknown])
        values[missed] = late
        self._keep([distinct[place] for place in missed], late)
        return values

    def _computed(self, distinct: list[str]) -> Matrix:
        """Values of words from the weights: each word's own row and the sum of its n-grams'."""
        columns: list[int] = []
        ends = []
        for word in distinct:
            columns += word_columns(word, self._mask)
            ends.append(len(columns))
        gathered = self._weights[columns].astype(np.float32)
        values = np.empty((len(distinct), len(self._intercept)), dtype=np.float32)
        # One sum a word: `reduceat` adds in another order, and so gives other bits.
        for row, (start, end) in enumerate(pairwise([0, *ends])):
            grams = gathered[start + 1 : end].sum(axis=0)
            values[row] = gathered[start] + self._gram_scale * grams
        return values

    def _keep(self, distinct: list[str], values: Matrix) -> None:
        with self._lock:
            for word, value in zip(distinct, values, strict=True):
                young = self._known[0]
                if word in young.rows:
                    continue
                if young.is_full:
                    # Whatever is still in use comes back from the old one; junk is forgotten.
                    self._known = (self._generation(), young)
                self._known[0].keep(word, value)

    def _generation(self) -> _Generation:
        return _Generation(max(CACHED_WORDS // 2, 1), len(self._intercept))

    def _pair_values(self, spelt: list[str]) -> Matrix:
        columns = pair_columns(spelt, self._mask)
        values: Matrix = self._pair_scale * self._weights[columns].astype(np.float32)
        return values
