"""What training knows of some words beside their features: what their static vectors add.

A vector tells what a word is like that training seldom met. Its part of every logit is reckoned
once, in training, so that serving neither cuts words into tokens nor multiplies vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.text.features import fingerprint

PRINTS: Final = "linear.word_prints"
VALUES: Final = "linear.word_values"


class ListedWords:
    """Words by their fingerprints, and what each adds to the labels."""

    def __init__(self, prints: NDArray[np.uint32], values: NDArray[Any]) -> None:
        """Take ascending fingerprints, and values of shape (words, labels)."""
        if prints.shape != values.shape[:1] or (np.diff(prints.astype(np.int64)) < 0).any():
            raise ModelInvalid("linear classifier: listed words and values do not fit together")
        self._prints = prints
        self._values = values

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> ListedWords | None:
        """Build from a model folder's arrays; `None` where none is listed."""
        if PRINTS not in arrays or not len(arrays[PRINTS]):
            return None
        return cls(arrays[PRINTS], arrays[VALUES])

    def add(self, words: Sequence[str], values: NDArray[np.float32]) -> None:
        """Add to each word's row of `values` (words x labels) what is listed of it."""
        wanted = np.array([fingerprint(word) for word in words], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self._prints, wanted), len(self._prints) - 1)
        known = np.flatnonzero(self._prints[places] == wanted)
        values[known] += self._values[places[known]].astype(np.float32)
