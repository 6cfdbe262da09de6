"""Words of one model: how rare a stem is, and what was learnt of where it occurs.

Beside the general vectors of `embeddings`, stems have vectors that were trained so that a comment
and what it answers come to lie close together: the length of a vector is what the word counts.
Knows nothing of comments or of how the vectors were trained.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.embeddings import Floats, WordVectors, unpack


def code(stemmed: str) -> int:
    """The number that stands for a stem in a model; the same on every machine."""
    return zlib.crc32(stemmed.encode("utf-8", "surrogatepass"))


class Vocabulary:
    """Weights and learnt vectors of stems, the rarest's where a stem is unknown."""

    def __init__(
        self,
        codes: NDArray[np.uint32],
        idf: Floats,
        packed: NDArray[np.uint8],
        scale: Floats,
        unknown: Floats,
    ) -> None:
        self._rows = {int(number): row for row, number in enumerate(codes)}
        self._idf = idf
        self._packed = packed
        self._scale = scale
        self._unknown = unknown
        self.rarest = float(idf.max(initial=1.0))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Vocabulary:
        """Read `{prefix}stems` (codes), `{prefix}idf`, `{prefix}fit` and `{prefix}fit_scale` (a row
        a stem) and `{prefix}unknown`: what an unknown word's general vector is moved by, and its
        factor last."""
        return cls(
            np.asarray(arrays[f"{prefix}stems"]),
            arrays[f"{prefix}idf"].astype(np.float32),
            arrays[f"{prefix}fit"],
            arrays[f"{prefix}fit_scale"].astype(np.float32),
            arrays[f"{prefix}unknown"].astype(np.float32),
        )

    def row(self, stemmed: str) -> int:
        """Where a stem stands; -1 where it is unknown."""
        return self._rows.get(code(stemmed), -1)

    def idf(self, row: int) -> float:
        """Inverse document frequency (nats)."""
        return self.rarest if row < 0 else float(self._idf[row])

    def fits(self, rows: Sequence[int], spellings: Sequence[str], vectors: WordVectors) -> Floats:
        """Learnt vectors (stems x dimensions) of stems by their rows and a spelling of each."""
        places = np.asarray(rows, dtype=np.int64)
        found = unpack(self._packed[places], self._scale[places])
        for place in np.flatnonzero(places < 0).tolist():
            general = vectors.look_up([spellings[place]])[0]
            found[place] = (general + self._unknown[:-1]) * self._unknown[-1]
        return found
