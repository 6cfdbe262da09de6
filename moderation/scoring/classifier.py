"""The linear classifier: a text to one uncalibrated logit for each text label.

A score is `intercept + scale(n) * (sum over words + sum over pairs of words)`, with
`scale(n) = 1 / sqrt(n + damping)` for n different words. A word counts once however often it
stands there, and a pair where one of its words stands there first. So the contribution of a word
to all labels is computed once and kept, and an explanation is the same sum, unsummed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring.word_values import Looked, Matrix, WordValues
from moderation.text.features import Pairs, pairs, word_columns
from moderation.text.normalise import normalise
from moderation.text.tokens import tokenise, words

Vector = NDArray[np.float32]

PREFIX: Final = "linear."

CHUNK: Final = 1 << 17
"""Characters of texts that are scored together, or one text: bounds the memory of a batch."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, with half of each pair it is in, adds to every label's logit.

    `start` and `end` count code points of the original text. Over a text, all
    contributions and the intercept sum to the logit.
    """

    start: int
    end: int
    values: Vector


@dataclass(frozen=True, slots=True)
class _Laid:
    """The words of some texts end to end: what is known of each, whose it is, whether first."""

    looked: Looked
    texts: NDArray[np.intp]
    counts: NDArray[np.intp]
    first: NDArray[np.bool_]


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
        self._damping = np.float32(damping)
        self._words = WordValues(self._reckoned, len(intercept))

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
        for start, end in _chunks(texts):
            out[start:end] = self._sums([words(normalise(text).text) for text in texts[start:end]])
        return out

    def contributions(self, text: str) -> list[Contribution]:
        """Every word's share of the logits, in the order of the text.

        What a word adds once is shared among the places where it stands.
        """
        normalised = normalise(text)
        tokens = tokenise(normalised.text)
        if not tokens:
            return []
        laid = self._laid([[token.text for token in tokens]])
        numbers = laid.looked.numbers
        values = laid.looked.values / np.bincount(numbers)[numbers][:, None].astype(np.float32)
        found = self._pairs(laid)
        halves = self._pair_values(found) / 2
        np.add.at(values, found.left, halves)
        np.add.at(values, found.right, halves)
        values *= self._scale(np.array([np.count_nonzero(laid.first)]))[0]
        return [
            Contribution(*normalised.original_span(token.start, token.end), value)
            for token, value in zip(tokens, values, strict=True)
        ]

    @property
    def intercept(self) -> Vector:
        """The logits of a text without a word."""
        return self._intercept

    def _sums(self, spelt: Sequence[Sequence[str]]) -> Matrix:
        laid = self._laid(spelt)
        total = _by_text(laid.looked.values[laid.first], laid.texts[laid.first], len(spelt))
        found = self._pairs(laid)
        # Each text's features in their own order, whatever else is scored: same text, same bits.
        order = np.argsort(laid.texts[found.left], kind="stable")
        found = Pairs(found.columns[order], found.left[order], found.right[order])
        total += _by_text(self._pair_values(found), laid.texts[found.left], len(spelt))
        distinct = np.bincount(laid.texts[laid.first], minlength=len(spelt))
        return np.asarray(self._intercept + total * self._scale(distinct)[:, None])

    def _laid(self, spelt: Sequence[Sequence[str]]) -> _Laid:
        counts = np.array([len(one) for one in spelt], dtype=np.intp)
        looked = self._words.look_up(list(chain.from_iterable(spelt)))
        texts = np.repeat(np.arange(len(spelt), dtype=np.intp), counts)
        first = np.zeros(len(texts), dtype=np.bool_)
        if len(texts):
            named = texts * (int(looked.numbers.max()) + 1) + looked.numbers
            first[np.unique(named, return_index=True)[1]] = True
        return _Laid(looked, texts, counts, first)

    def _pairs(self, laid: _Laid) -> Pairs:
        found = pairs(laid.looked.prints, laid.looked.classes, laid.texts, self._mask)
        kept = laid.first[found.left] | laid.first[found.right]
        return Pairs(found.columns[kept], found.left[kept], found.right[kept])

    def _scale(self, distinct: NDArray[np.intp]) -> Vector:
        return np.asarray(1 / np.sqrt(distinct.astype(np.float32) + self._damping))

    def _reckoned(self, distinct: Sequence[str]) -> Matrix:
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

    def _pair_values(self, found: Pairs) -> Matrix:
        values: Matrix = self._weights[found.columns].astype(np.float32)
        values *= self._pair_scale
        return values


def _by_text(values: Matrix, texts: NDArray[np.intp], count: int) -> Matrix:
    """Sums of the rows of each text, for rows in the order of their texts."""
    total = np.zeros((count, values.shape[1]), dtype=np.float32)
    if len(values):
        starts = np.flatnonzero(np.r_[True, texts[1:] != texts[:-1]])
        total[texts[starts]] = np.add.reduceat(values, starts, axis=0)
    return total


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of texts of at most `CHUNK` characters together, or of one text."""
    start = size = 0
    for place, text in enumerate(texts):
        if place > start and size + len(text) > CHUNK:
            yield start, place
            start, size = place, 0
        size += len(text)
    if start < len(texts):
        yield start, len(texts)
