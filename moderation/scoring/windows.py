"""Which parts of a long text the encoder reads: a few, chosen by the linear model.

Reading all of a long text would cost as many readings as it has parts, and most of it is civil
in most texts; the linear model is cheap enough to say where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.word_pieces import WordPieces

MOST: Final = 2
"""Windows of a text that are read."""


def windows(
    text: str,
    pieces: WordPieces,
    rank: Callable[[Sequence[str]], NDArray[np.float64]],
) -> list[tuple[int, int]]:
    """Where the text itself stands if it fits into one window, or else the highest of its parts.

    `text` is normalised; `rank` says of each part how much it is worth to be read. The parts come
    in the order of the text, as half-open ranges of code points.
    """
    found = pieces.windows(text)
    if len(found) <= 1:
        return [(0, len(text))]
    if len(found) <= MOST:
        return found
    parts = [text[start:end] for start, end in found]
    best = np.sort(np.argsort(-rank(parts), kind="stable")[:MOST])
    return [found[place] for place in best.tolist()]
