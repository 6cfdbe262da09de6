"""Texts to the sparse matrix that estimators are fitted on.

The same features, scales and hashing as `moderation.scoring.classifier` adds up when
serving: a row times the weights is that classifier's logit without its intercept.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array, vstack
from tqdm import tqdm

from moderation.scoring.embeddings import WordVectors, directions
from moderation.text.features import fingerprint, pairs, word_columns
from moderation.text.reading import heard
from moderation.text.word_classes import class_of

_CHUNK: Final = 4_000
"""Texts whose pairs are made at a time."""


LEAST_TEXTS: Final = 3
"""Texts that a word must be in for its vector to count: others are typos, and kept nowhere."""


@dataclass(frozen=True, slots=True)
class Features:
    """The `[features]` of the configuration; written to the manifest."""

    bits: int
    gram_scale: float
    pair_scale: float
    damping: float
    quote_weight: float
    """What a quoted word counts, the writer's own being 1."""
    vector_scale: float = 0.0
    """Length of a word's static vector; 0 = none is used."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Words of texts laid end to end: numbers in `names`, whose they are, what each counts.

    `first` marks the words that are counted: each once as the writer's own and once as quoted.
    """

    names: list[str]
    words: NDArray[np.int32]
    texts: NDArray[np.int32]
    first: NDArray[np.bool_]
    weight: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextMatrix:
    """Texts x columns in factors: words of texts, features of words, pairs of texts.

    A text's features are those of its words, so the product is never written out to fit on.
    """

    once: csr_matrix
    """Texts x words, scaled by the text's length."""
    words: csr_matrix
    """Words x columns."""
    pairs: csr_matrix
    """Texts x columns, scaled like `once`."""
    names: list[str]
    vectors: NDArray[np.float32] | None = None
    """Words x dimensions of static vectors, more columns at the end; `None` for none."""

    @property
    def shape(self) -> tuple[int, int]:
        """Texts and columns, those of the vectors among them."""
        dimensions = 0 if self.vectors is None else self.vectors.shape[1]
        return self.pairs.shape[0], self.hashed + dimensions

    @property
    def hashed(self) -> int:
        """Columns of hashed features; those of the vectors come after them."""
        return int(self.pairs.shape[1])

    def of_vectors(self, weights: NDArray[np.float32]) -> tuple[list[str], NDArray[np.float32]]:
        """The words with a vector and what it adds to each head (words x heads).

        `weights` are those of all columns, one column a head.
        """
        if self.vectors is None:
            return [], np.empty((0, weights.shape[1]), dtype=np.float32)
        known = np.flatnonzero(self.vectors.any(axis=1))
        return [self.names[place] for place in known], self.vectors[known] @ weights[self.hashed :]

    def __matmul__(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        of_words = self.words @ weights[: self.hashed]
        if self.vectors is not None:
            of_words = of_words + self.vectors @ weights[self.hashed :]
        return np.asarray(self.once @ of_words + self.pairs @ weights[: self.hashed])

    def transposed_matmul(self, residual: NDArray[np.float32]) -> NDArray[np.float32]:
        """The transposed matrix times a value for each text."""
        of_words = self.once.T @ residual
        hashed = self.words.T @ of_words + self.pairs.T @ residual
        if self.vectors is None:
            return np.asarray(hashed)
        return np.concatenate([hashed, self.vectors.T @ of_words])

    def __getitem__(self, kept: NDArray[np.bool_] | slice) -> TextMatrix:
        return replace(self, once=self.once[kept], pairs=self.pairs[kept])

    def written_out(self) -> csr_matrix:
        """The hashed columns as one matrix."""
        return csr_matrix(self.once @ self.words + self.pairs)


def text_matrix(texts: Sequence[str], features: Features, *, progress: bool) -> csr_matrix:
    """Float32 rows, one a text, over 2^bits columns."""
    return factored(texts, features, progress=progress).written_out()


def factored(
    texts: Sequence[str],
    features: Features,
    vectors: WordVectors | None = None,
    *,
    progress: bool,
) -> TextMatrix:
    """The same as `text_matrix` gives, in its factors; with word vectors, their columns too."""
    read = _read(texts, features.quote_weight, progress=progress)
    rows, columns, weight = (one[read.first] for one in (read.texts, read.words, read.weight))
    lengths = np.bincount(rows, weight, minlength=len(texts))
    scale = (1 / np.sqrt(lengths + features.damping)).astype(np.float32)
    once = csr_matrix((weight * scale[rows], (rows, columns)), shape=(len(texts), len(read.names)))
    pair_rows = csr_matrix(diags_array(scale) @ _pair_matrix(read, len(texts), features))
    dense = None
    if vectors is not None and features.vector_scale:
        known = np.flatnonzero(once.getnnz(axis=0) >= LEAST_TEXTS)
        dense = np.zeros((len(read.names), vectors.dimensions), dtype=np.float32)
        found = directions(vectors, [read.names[place] for place in known])
        dense[known] = np.float32(features.vector_scale) * found
    return TextMatrix(once, _word_features(read.names, features), pair_rows, read.names, dense)


def _read(texts: Sequence[str], quote_weight: float, *, progress: bool) -> _Read:
    known: dict[str, int] = {}
    numbers, counts, less = array("i"), array("i"), bytearray()
    for text in tqdm(texts, "reading texts", disable=not progress, unit="text", mininterval=1):
        spelt, quoted = heard(text)
        numbers.extend([known.setdefault(word, len(known)) for word in spelt])
        counts.append(len(spelt))
        less.extend(quoted or bytes(len(spelt)))
    of_words = np.frombuffer(numbers, dtype=np.int32)
    of_texts = np.repeat(np.arange(len(texts), dtype=np.int32), np.frombuffer(counts, np.int32))
    is_quoted = np.frombuffer(less, dtype=np.bool_)
    named = (of_texts * np.int64(len(known)) + of_words) * 2 + is_quoted
    first = np.zeros(len(of_words), dtype=np.bool_)
    first[np.unique(named, return_index=True)[1]] = True
    weight = np.where(is_quoted, quote_weight, 1.0).astype(np.float32)
    return _Read(list(known), of_words, of_texts, first, weight)


def _pair_matrix(read: _Read, count: int, features: Features) -> csr_matrix:
    prints = np.array([fingerprint(name) for name in read.names], dtype=np.uint32)[read.words]
    classes = np.array([class_of(name) for name in read.names], dtype=np.uint8)[read.words]
    parts = []
    for at in range(0, count, _CHUNK):
        here = slice(*np.searchsorted(read.texts, (at, at + _CHUNK)))
        of_texts, first, weight = read.texts[here], read.first[here], read.weight[here]
        found = pairs(prints[here], classes[here], of_texts, (1 << features.bits) - 1)
        kept = first[found.left] | first[found.right]
        left, right = found.left[kept], found.right[kept]
        values = np.float32(features.pair_scale) * np.minimum(weight[left], weight[right])
        places = (of_texts[left] - at, found.columns[kept].astype(np.int32))
        shape = (min(_CHUNK, count - at), 1 << features.bits)
        parts.append(csr_matrix((values, places), shape=shape))
    return (
        csr_matrix(vstack(parts))
        if parts
        else csr_matrix((0, 1 << features.bits), dtype=np.float32)
    )


def seen(matrix: TextMatrix) -> NDArray[np.float16]:
    """Sum of squares of each column: how much a fit on these rows knows of a feature.

    Kept with a model so that an adaptation can hold fast what is well known.
    """
    found = np.zeros(matrix.hashed)
    for at in range(0, matrix.shape[0], _CHUNK):
        part = matrix[at : at + _CHUNK].written_out()
        found += np.bincount(part.indices, part.data.astype(np.float64) ** 2, len(found))
    return np.minimum(found, np.finfo(np.float16).max).astype(np.float16)


def _word_features(names: Sequence[str], features: Features) -> csr_matrix:
    mask = (1 << features.bits) - 1
    columns = array("i")
    ends = array("q", [0])
    for name in names:
        columns.extend(word_columns(name, mask))
        ends.append(len(columns))
    values = np.full(len(columns), features.gram_scale, dtype=np.float32)
    starts = np.frombuffer(ends, dtype=np.int64)[:-1]
    values[starts] = 1.0
    return csr_matrix(
        (values, np.frombuffer(columns, dtype=np.int32), np.frombuffer(ends, dtype=np.int64)),
        shape=(len(names), mask + 1),
    )
