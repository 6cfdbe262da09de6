"""Static word vectors: a table of token vectors and the tokeniser that cuts words into them.

The vectors are WordLlama's (static, pooled by mean; https://github.com/dleemiller/WordLlama, MIT).
They travel with the model as int8 rows with one scale a row, so serving downloads nothing and does
not import that package. Knows nothing of comments or of relevance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Floats = NDArray[np.float32]

CACHED_WORDS = 12_000
"""Words whose vectors are kept; at 256 dimensions that is 12 MB a worker."""

LONGEST_WORD = 40
"""Longer runs of letters are cut: they are no words, and tokenising them is slow."""


def quantise(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows of `table` (tokens x dimensions) as int8 and the scale that each row was divided by."""
    scale = np.maximum(np.abs(table).max(axis=1), 1e-8) / 127
    return np.round(table / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def unit(vectors: Floats) -> Floats:
    """The same directions at length one along the last axis; a zero vector stays zero."""
    lengths = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def directions(vectors: WordVectors, words: Sequence[str]) -> Floats:
    """Unit vectors (words x dimensions) of any number of words; nothing of them is kept."""
    return unit(vectors.reckon(words))


def pack(rows: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """Rows (words x an even number of dimensions) at four bits a number, and each row's scale.

    The first half of the dimensions stands in the high bits, the second in the low ones. Sums of
    many words lose next to nothing by it.
    """
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-8) / _MOST
    steps = (np.round(rows / scale[:, None]) + _MOST).astype(np.uint8)
    half = rows.shape[1] // 2
    return (steps[:, :half] << 4) | steps[:, half:], scale.astype(np.float32)


def unpack(packed: NDArray[np.uint8], scale: Floats) -> Floats:
    """What `pack` has packed, as it then is."""
    steps = np.concatenate([packed >> 4, packed & 15], axis=1).astype(np.float32)
    steps -= _MOST
    steps *= scale[:, None]
    return steps


_MOST = 7
"""Steps to either side that four bits hold."""


class WordVectors:
    """Looks up the vector of a word: the sum of the vectors of its tokens. Safe across threads."""

    def __init__(self, table: NDArray[np.int8], scale: Floats, tokenizer: bytes) -> None:
        self._table = table
        self._scale = scale
        self._tokenizer: Any = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._rows: dict[str, int] = {}
        self._cache = np.zeros((CACHED_WORDS, table.shape[1]), dtype=np.float32)
        self._lock = Lock()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> WordVectors:
        """Read `{prefix}vectors`, `{prefix}scale` and `{prefix}tokenizer` (UTF-8 JSON as uint8)."""
        return cls(
            arrays[f"{prefix}vectors"],
            arrays[f"{prefix}scale"],
            arrays[f"{prefix}tokenizer"].tobytes(),
        )

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def look_up(self, words: Sequence[str]) -> Floats:
        """Vectors (words x dimensions) of at most `CACHED_WORDS` words, in their order."""
        with self._lock:
            if len(self._rows) + len(words) > CACHED_WORDS:
                self._rows.clear()
            for word in words:
                if word not in self._rows:
                    self._add(word)
            return self._cache[[self._rows[word] for word in words]]

    def reckon(self, words: Sequence[str]) -> Floats:
        """Vectors (words x dimensions) of any number of words, not kept."""
        found = np.empty((len(words), self.dimensions), dtype=np.float32)
        for row, word in enumerate(words):
            ids = self._tokenizer.encode(word[:LONGEST_WORD], add_special_tokens=False).ids
            found[row] = self._scale[ids] @ self._table[ids].astype(np.float32)
        return found

    def _add(self, word: str) -> None:
        row = len(self._rows)
        self._cache[row] = self.reckon([word])[0]
        self._rows[word] = row
