"""The linear classifier: a text to one uncalibrated logit for each text label.

A score is `intercept + scale(n) * (sum over words + sum over pairs of neighbours)`,
with `scale(n) = 1 / sqrt(n + damping)` for n words. So the contribution of a word to
all labels is computed once and kept, and an explanation is the same sum, unsummed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
"""Words whose contributions are kept: two megabytes at seven labels."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, with half of each pair it is in, adds to every label's logit.

    `start` and `end` count code points of the original text. Over a text, all
    contributions and the intercept sum to the logit.
    """

    start: int
    end: int
    values: Vector


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
        self._rows: dict[str, int] = {}
        self._kept: Matrix = np.empty((CACHED_WORDS, weights.shape[1]), dtype=np.float32)
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
        rows = self._rows
        try:
            known: Matrix = self._kept[[rows[word] for word in spelt]]
        except KeyError:
            return np.stack([self._word_value(word) for word in spelt])
        return known

    def _word_value(self, word: str) -> Vector:
        row = self._rows.get(word)
        if row is not None:
            kept: Vector = self._kept[row]
            return kept
        columns = word_columns(word, self._mask)
        gathered = self._weights[columns].astype(np.float32)
        value: Vector = gathered[0] + self._gram_scale * gathered[1:].sum(axis=0)
        with self._lock:
            # Full means full: what a site's readers write most is met first.
            if len(self._rows) < CACHED_WORDS and word not in self._rows:
                self._kept[len(self._rows)] = value
                self._rows[word] = len(self._rows)
        return value

    def _pair_values(self, spelt: list[str]) -> Matrix:
        columns = pair_columns(spelt, self._mask)
        values: Matrix = self._pair_scale * self._weights[columns].astype(np.float32)
        return values
