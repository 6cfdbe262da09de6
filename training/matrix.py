"""Texts to the sparse matrix that estimators are fitted on.

The same features, scales and hashing as `moderation.scoring.classifier` adds up when
serving: a row times the weights is that classifier's logit without its intercept.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from tqdm import tqdm

from moderation.text.features import hash_feature, word_columns
from moderation.text.normalise import normalise
from moderation.text.tokens import words


@dataclass(frozen=True, slots=True)
class Features:
    """The `[features]` of the configuration; written to the manifest."""

    bits: int
    gram_scale: float
    pair_scale: float
    damping: float


class _Counter:
    """Rows of counts over names that are numbered as they come."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.columns = array("i")
        self.ends = array("q", [0])

    def add(self, names: Sequence[str]) -> None:
        known = self.names
        self.columns.extend([known.setdefault(name, len(known)) for name in names])
        self.ends.append(len(self.columns))

    def matrix(self) -> csr_matrix:
        columns = np.frombuffer(self.columns, dtype=np.int32)
        ends = np.frombuffer(self.ends, dtype=np.int64)
        counts = np.ones(len(columns), dtype=np.float32)
        return csr_matrix((counts, columns, ends), shape=(len(ends) - 1, len(self.names)))


def text_matrix(texts: Sequence[str], features: Features, *, progress: bool) -> csr_matrix:
    """Float32 rows, one a text, over 2^bits columns."""
    singles, pairs = _Counter(), _Counter()
    lengths = np.empty(len(texts))
    for row, text in enumerate(tqdm(texts, "reading texts", disable=not progress, unit="text")):
        spelt = words(normalise(text).text)
        singles.add(spelt)
        pairs.add([f"p {left} {right}" for left, right in pairwise(spelt)])
        lengths[row] = len(spelt)
    # Words repeat far more than texts do, so their n-grams are hashed once a word.
    matrix = singles.matrix() @ _word_features(list(singles.names), features)
    matrix = matrix + pairs.matrix() @ _pair_features(list(pairs.names), features)
    scale = (1 / np.sqrt(lengths + features.damping)).astype(np.float32)
    return csr_matrix(diags_array(scale) @ matrix)


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


def _pair_features(names: Sequence[str], features: Features) -> csr_matrix:
    mask = (1 << features.bits) - 1
    columns = np.array([hash_feature(name, mask) for name in names], dtype=np.int32)
    values = np.full(len(names), features.pair_scale, dtype=np.float32)
    return csr_matrix((values, columns, np.arange(len(names) + 1)), shape=(len(names), mask + 1))
