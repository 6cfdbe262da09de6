"""The features of every comment with its own contexts and with borrowed ones."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from moderation.scoring.embeddings import Floats
from moderation.scoring.relevance import context_texts
from moderation.scoring.relevance_features import NAMES, compare
from moderation.scoring.relevance_reading import Reader, Reading
from training.pairs import CONTEXTS, mismatches

TRUE, WRONG = 0, 1
"""Places of a comment's own contexts and of the borrowed ones."""

_KEPT_READINGS = 1_500


@dataclass(frozen=True, slots=True)
class Compared:
    """Comments, and features (comments x own or borrowed x contexts x features); NaN = absent."""

    rows: pd.DataFrame
    features: Floats
    alike: NDArray[np.bool_]
    """Whether the borrowed context was chosen for being alike."""

    def of(self, mask: NDArray[np.bool_]) -> Compared:
        """The rows where `mask` is true."""
        return Compared(
            self.rows[mask].reset_index(drop=True), self.features[mask], self.alike[mask]
        )

    @property
    def direct(self) -> NDArray[np.bool_]:
        """The rows that answer no other comment: those were written about the article itself."""
        return np.asarray((self.rows["parent"] == "").to_numpy(dtype=bool))

    def present(self, context: int) -> NDArray[np.bool_]:
        """The rows with that context, both their own and borrowed."""
        missing = np.isnan(self.features[:, :, context, 0]).any(axis=1)
        return np.asarray(~missing)


def context_vectors(rows: pd.DataFrame, reader: Reader) -> tuple[Floats, Floats]:
    """Unit vectors, general and learnt, for what each row stands under: its article, or else its
    parent."""
    article = rows["title"] + "\n" + rows["body"]
    contexts = [
        own if own.strip() else parent for own, parent in zip(article, rows["parent"], strict=True)
    ]
    known = {}
    for text in dict.fromkeys(contexts):
        reading = reader.read(text)
        known[text] = (reading.focus, reading.fit)
    return (
        np.stack([known[text][0] for text in contexts]),
        np.stack([known[text][1] for text in contexts]),
    )


def compare_all(
    rows: pd.DataFrame, reader: Reader, vectors: Floats, seed: int, *, progress: bool
) -> Compared:
    """Compare every row with its own contexts and those of a row of another thread of its part.

    Every second row borrows from the most alike of a few threads, the others from any.
    """
    groups = (rows["source"] + "/" + rows["part"]).tolist()
    chance, alike = mismatches(groups, rows["thread"].tolist(), vectors, seed)
    is_alike = np.arange(len(rows)) % 2 == 0
    borrowed = np.where(is_alike, alike, chance)
    features = np.full((len(rows), 2, len(CONTEXTS), len(NAMES)), np.nan, dtype=np.float32)
    texts = list(
        zip(
            *map(context_texts, *(rows[name].tolist() for name in CONTEXTS)),
            strict=True,
        )
    )
    own = rows["text"].tolist()
    kept = _Kept(reader)
    # Thread by thread, so that an article is read once and not once a comment.
    order = np.argsort(rows["thread"].to_numpy(dtype=str), kind="stable")
    for row in tqdm(order, desc="off-topic features", disable=not progress):
        comment = reader.read(own[row])
        for place, other in ((TRUE, row), (WRONG, borrowed[row])):
            for context, column in enumerate(texts):
                reading = kept.read(column[other]) if other >= 0 else None
                if reading is not None and comment.words:
                    features[row, place, context] = compare(comment, reading)
    return Compared(rows, features, is_alike)


class _Kept:
    """The last readings, bounded."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    def read(self, text: str) -> Reading | None:
        if text not in self._readings:
            self._readings[text] = self._reader.read(text)
            if len(self._readings) > _KEPT_READINGS:
                self._readings.popitem(last=False)
        reading = self._readings[text]
        return reading if reading.words else None
