"""How much of one set of texts stands word for word in another.

Keeps training texts apart from evaluation suites: it counts, and never shows the other's texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from training.datasets import text_key


def word_ngrams(text: str, n: int) -> Iterator[str]:
    """Every run of `n` words, without case and punctuation."""
    words = text_key(text.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")).split()
    return (" ".join(words[start : start + n]) for start in range(len(words) - n + 1))


def shared_ngrams(texts: Iterable[str], others: Iterable[str], n: int) -> NDArray[np.bool_]:
    """For each of `texts`, whether it shares a run of `n` words with any of `others`."""
    known = {ngram for other in others for ngram in word_ngrams(other, n)}
    return np.array([not known.isdisjoint(word_ngrams(text, n)) for text in texts], dtype=bool)


def same_texts(texts: Iterable[str], others: Iterable[str]) -> NDArray[np.bool_]:
    """For each of `texts`, whether any of `others` is the same but for case and punctuation."""
    known = {text_key(other) for other in others}
    return np.array([text_key(text) in known for text in texts], dtype=bool)
