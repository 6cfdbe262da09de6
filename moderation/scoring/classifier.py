"""The linear classifier: a text to one uncalibrated logit for each text label.

A score is `intercept + scale(n) * (sum over words + sum over pairs of words)`, with
`scale(n) = 1 / sqrt(n + damping)` for n different words. A word counts once however often it
stands there, and a pair where one of its words stands there first. What is quoted counts less,
and beside the same words of the writer's own (`text.reading`); n is the sum of what the words
count. So the contribution of a word to all labels is computed once and kept, and an explanation is
the same sum, unsummed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring import english
from moderation.scoring.listed_words import ListedWords
from moderation.scoring.spoken import Spoken, said, spoken
from moderation.scoring.weights import Weights
from moderation.scoring.word_values import Looked, Matrix, WordValues
from moderation.text.features import Pairs, gram_columns, pair_kinds, word_column
from moderation.text.normalise import normalise
from moderation.text.quotes import quoted_spans
from moderation.text.reading import Read, quoted
from moderation.text.tokens import tokenise, words

Vector = NDArray[np.float32]

PREFIX: Final = "linear."
_SCALES: Final = ("gram_scale", "pair_scale", "damping", "quote_weight")

CHUNK: Final = 1 << 17
"""Characters of texts that are scored together, or one text: bounds the memory of a batch."""

_SPREAD: Final = np.int64(0x9E37_79B1)
"""Odd factor of xxHash (Collet 2012) that spreads keys over a table."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, with half of each pair it is in, adds to every label's logit.

    `start` and `end` count code points of the original text. Over a text, all
    contributions and the intercept sum to the logit.
    """

    start: int
    end: int
    values: Vector


class Heard(NamedTuple):
    """What is known of texts once their words were looked up."""

    logits: Matrix
    """Uncalibrated, shape (texts, labels)."""
    is_english: NDArray[np.bool_]
    """Whether their words alone make certain that they are in English."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """The words of some texts end to end: what is known of each, whose it is, whether first.

    `weights` is by how much each word counts, with the pairs it is in; `None` for all of it.
    """

    looked: Looked
    named: NDArray[np.intp]
    """A number for each word, another where the same word is quoted."""
    texts: NDArray[np.int32]
    counts: NDArray[np.intp]
    first: NDArray[np.bool_]
    weights: Vector | None = None

    def weigh(self, rows: Matrix, *words: NDArray[np.intp]) -> None:
        """Let rows of words, or of pairs given by both, count as the lesser of their words."""
        if self.weights is not None:
            taken = [self.weights.take(places) for places in words]
            rows *= np.minimum.reduce(taken)[:, None]


class LinearClassifier:
    """Additive scorer over read-only weights; safe to share between threads."""

    def __init__(
        self,
        weights: NDArray[Any],
        intercept: Vector,
        *,
        gram_scale: float,
        pair_scale: float,
        damping: float,
        quote_weight: float = 1.0,
        listed: ListedWords | None = None,
    ) -> None:
        """Take weights of shape (2^bits, labels), rows being hashed features.

        `listed` is what is known of some words beside their features.
        """
        self._weights = Weights(weights)
        self._quote_weight = np.float32(quote_weight)
        self._listed = listed
        self._intercept = intercept
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
            scales = {name: float(features[name]) for name in _SCALES}
            listed = ListedWords.from_arrays(arrays)
        except (KeyError, TypeError, ValueError) as problem:
            raise ModelInvalid(f"linear classifier: {problem!r} is missing or odd") from problem
        size = weights.shape[0]
        if weights.ndim != 2 or size & (size - 1) or intercept.shape != weights.shape[1:]:
            raise ModelInvalid("linear classifier: weights and intercept do not fit together")
        return cls(weights, intercept, listed=listed, **scales)

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Uncalibrated logits, shape (texts, labels), each row from its own text alone."""
        return self.hear(texts).logits

    def logits_of_normalised(self, texts: Sequence[str]) -> Matrix:
        """The same of texts that are normalised already, where what is quoted counts in full."""
        read = [Read(words(text), None) for text in texts]
        return self._sums(self._laid(said(read, self._words)))

    def hear(self, texts: Sequence[str]) -> Heard:
        """The logits and what else the words tell, of each text from itself alone."""
        logits = np.empty((len(texts), len(self._intercept)), dtype=np.float32)
        is_english = np.empty(len(texts), dtype=np.bool_)
        for start, end in _chunks(texts):
            laid = self._laid(spoken(self._words, texts[start:end]))
            logits[start:end] = self._sums(laid)
            is_english[start:end] = _is_english(laid)
        return Heard(logits, is_english)

    def contributions(self, text: str) -> list[Contribution]:
        """Every word's share of the logits, in the order of the text.

        What a word adds once is shared among the places where it stands.
        """
        normalised = normalise(text)
        tokens = tokenise(normalised.text)
        if not tokens:
            return []
        less = quoted(normalised, tokens, quoted_spans(text))
        laid = self._laid(said([Read([token.text for token in tokens], less)], self._words))
        values = laid.looked.values[laid.looked.numbers]
        laid.weigh(values, np.arange(len(tokens), dtype=np.intp))
        values /= np.bincount(laid.named)[laid.named][:, None].astype(np.float32)
        for found in self._pairs(laid):
            halves = self._weights.rows(found.columns) * (self._pair_scale / 2)
            laid.weigh(halves, found.left, found.right)
            np.add.at(values, found.left, halves)
            np.add.at(values, found.right, halves)
        values *= self._scale(laid)[0]
        return [
            Contribution(*normalised.original_span(token.start, token.end), value)
            for token, value in zip(tokens, values, strict=True)
        ]

    @property
    def intercept(self) -> Vector:
        """The logits of a text without a word."""
        return self._intercept

    def _laid(self, found: Spoken) -> _Laid:
        looked = found.looked
        named, weights, size = looked.numbers, None, len(looked.values)
        if found.quoted is not None:
            weights = np.where(found.quoted, self._quote_weight, np.float32(1.0))
            named, size = 2 * named + found.quoted, 2 * size
        first = _first_places(found.texts * np.int64(size) + named)
        return _Laid(looked, named, found.texts, found.counts, first, weights)

    def _sums(self, laid: _Laid) -> Matrix:
        size = (len(laid.counts), len(self._intercept))
        total, of_pairs = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
        # Each kind in its own turn, and in each the order of the text: same text, same bits.
        for found in self._pairs(laid):
            rows = self._weights.rows(found.columns)
            laid.weigh(rows, found.left, found.right)
            _add_by_text(of_pairs, rows, laid.texts.take(found.left))
        first = np.flatnonzero(laid.first)
        rows = laid.looked.values.take(laid.looked.numbers.take(first), axis=0)
        laid.weigh(rows, first)
        _add_by_text(total, rows, laid.texts.take(first))
        of_pairs *= self._pair_scale
        total += of_pairs
        total *= self._scale(laid)[:, None]
        total += self._intercept
        return total

    def _pairs(self, laid: _Laid) -> tuple[Pairs, ...]:
        looked, mask = laid.looked, self._weights.mask
        return pair_kinds(looked.prints, looked.classes, laid.texts, mask, laid.first)

    def _scale(self, laid: _Laid) -> Vector:
        weights = None if laid.weights is None else laid.weights[laid.first]
        count = np.bincount(laid.texts[laid.first], weights, minlength=len(laid.counts))
        return np.asarray(1 / np.sqrt(count.astype(np.float32) + self._damping))

    def _reckoned(self, distinct: Sequence[str]) -> Matrix:
        """Values of words from the weights: each word's own row and the sum of its n-grams'."""
        mask = self._weights.mask
        columns, starts = gram_columns(distinct, mask)
        values: Matrix = np.add.reduceat(self._weights.rows(columns), starts, axis=0)
        values *= self._gram_scale
        values += self._weights.rows(np.array([word_column(word, mask) for word in distinct]))
        if self._listed is not None:
            self._listed.add(distinct, values)
        return values


def _add_by_text(total: Matrix, rows: Matrix, texts: NDArray[np.int32]) -> None:
    """Add rows, in the order of their texts, to the texts' sums, each text's by themselves."""
    if len(rows):
        starts = np.flatnonzero(np.concatenate(([True], texts[1:] != texts[:-1])))
        total[texts.take(starts)] += np.add.reduceat(rows, starts, axis=0)


def _is_english(laid: _Laid) -> NDArray[np.bool_]:
    # A sum of whole numbers, in floats big enough for it.
    sums = np.bincount(laid.texts, laid.looked.english, minlength=len(laid.counts))
    return english.is_certain(sums, laid.counts)


def _first_places(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each key stands at its place for the first time.

    What `np.unique` tells, without its sorting: keys are written backwards into a table by a hash,
    so that the first of them stays there. The few that share a place with another key are sorted.
    """
    size = 1 << (4 * len(keys)).bit_length()
    slots = (keys * _SPREAD >> 20) & (size - 1)
    places = np.arange(len(keys), dtype=np.int32)
    table = np.empty(size, dtype=np.int32)
    table[slots[::-1]] = places[::-1]
    holders = table.take(slots)
    first: NDArray[np.bool_] = holders == places
    crowded = np.flatnonzero(keys.take(holders) != keys)
    first[crowded[np.unique(keys[crowded], return_index=True)[1]]] = True
    return first


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
