"""Texts to the sparse matrix that estimators are fitted on.

The same features, scales and hashing as `moderation.scoring.classifier` adds up when
serving: a row times the weights is that classifier's logit without its intercept.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from tqdm import tqdm

from moderation.text.features import fingerprint, pairs, word_columns
from moderation.text.normalise import normalise
from moderation.text.tokens import words
from moderation.text.word_classes import class_of

_CHUNK: Final = 4_000
"""Texts whose pairs are made at a time."""


@dataclass(frozen=True, slots=True)
class Features:
    """The `[features]` of the configuration; written to the manifest."""

    bits: int
    gram_scale: float
    pair_scale: float
    damping: float


@dataclass(frozen=True, slots=True)
class _Read:
    """Words of texts laid end to end: numbers in `names`, whose they are, and whether first."""

    names: list[str]
    words: NDArray[np.int32]
    texts: NDArray[np.int32]
    first: NDArray[np.bool_]


def text_matrix(texts: Sequence[str], features: Features, *, progress: bool) -> csr_matrix:
    """Float32 rows, one a text, over 2^bits columns."""
    read = _read(texts, progress=progress)
    shape = (len(texts), len(read.names))
    once = csr_matrix(
        (
            np.ones(int(read.first.sum()), np.float32),
            (read.texts[read.first], read.words[read.first]),
        ),
        shape=shape,
    )
    matrix = once @ _word_features(read.names, features) + _pair_matrix(read, len(texts), features)
    lengths = np.bincount(read.texts[read.first], minlength=len(texts))
    scale = (1 / np.sqrt(lengths + features.damping)).astype(np.float32)
    return csr_matrix(diags_array(scale) @ matrix)


def _read(texts: Sequence[str], *, progress: bool) -> _Read:
    known: dict[str, int] = {}
    numbers, counts = array("i"), array("i")
    for text in tqdm(texts, "reading texts", disable=not progress, unit="text"):
        spelt = words(normalise(text).text)
        numbers.extend([known.setdefault(word, len(known)) for word in spelt])
        counts.append(len(spelt))
    of_words = np.frombuffer(numbers, dtype=np.int32)
    of_texts = np.repeat(np.arange(len(texts), dtype=np.int32), np.frombuffer(counts, np.int32))
    first = np.zeros(len(of_words), dtype=np.bool_)
    first[np.unique(of_texts * np.int64(len(known)) + of_words, return_index=True)[1]] = True
    return _Read(list(known), of_words, of_texts, first)


def _pair_matrix(read: _Read, count: int, features: Features) -> csr_matrix:
    prints = np.array([fingerprint(name) for name in read.names], dtype=np.uint32)[read.words]
    classes = np.array([class_of(name) for name in read.names], dtype=np.uint8)[read.words]
    rows, columns = [], []
    for at in range(0, count, _CHUNK):
        start, end = np.searchsorted(read.texts, (at, at + _CHUNK))
        of_texts, first = read.texts[start:end], read.first[start:end]
        found = pairs(prints[start:end], classes[start:end], of_texts, (1 << features.bits) - 1)
        kept = first[found.left] | first[found.right]
        rows.append(of_texts[found.left[kept]])
        columns.append(found.columns[kept].astype(np.int32))
    of_rows = np.concatenate(rows) if rows else np.empty(0, np.int32)
    of_columns = np.concatenate(columns) if columns else np.empty(0, np.int32)
    values = np.full(len(of_rows), features.pair_scale, dtype=np.float32)
    return csr_matrix((values, (of_rows, of_columns)), shape=(count, 1 << features.bits))


def seen(matrix: csr_matrix) -> NDArray[np.float16]:
    """Sum of squares of each column: how much a fit on these rows knows of a feature.

    Kept with a model so that an adaptation can hold fast what is well known.
    """
    squares = np.bincount(matrix.indices, matrix.data.astype(np.float64) ** 2, matrix.shape[1])
    return np.minimum(squares, np.finfo(np.float16).max).astype(np.float16)


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
