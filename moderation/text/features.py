"""What the linear model sees of a text: hashed features of single words and of word pairs.

Features belong to one word or to two neighbours and never reach further, so a
score is a sum over words and pairs (see `scoring.classifier`). Training and
serving call the same functions; changing one is a change of the model format.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from zlib import crc32

CHAR_MIN: Final = 2
CHAR_MAX: Final = 5


def hash_feature(feature: str, mask: int) -> int:
    """Column of a feature: CRC-32 of its UTF-8 form, cut to the mask (2^k - 1)."""
    return crc32(feature.encode("utf-8", "surrogatepass")) & mask


def word_columns(word: str, mask: int) -> list[int]:
    """Columns of one word: first itself, then its character 2- to 5-grams with borders."""
    bordered = f"<{word}>"
    length = len(bordered)
    columns = [hash_feature(f"w {word}", mask)]
    for size in range(CHAR_MIN, min(CHAR_MAX, length) + 1):
        columns.extend(
            hash_feature(bordered[at : at + size], mask) for at in range(length - size + 1)
        )
    return columns


def pair_columns(words: list[str], mask: int) -> list[int]:
    """Columns of the pairs of neighbours, in order; one fewer than there are words."""
    return [hash_feature(f"p {left} {right}", mask) for left, right in pairwise(words)]
