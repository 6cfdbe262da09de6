"""What the linear model sees of a text: hashed features of single words and of pairs of words.

Features belong to one word or to two and never reach further, so a score is a sum over words and
pairs (see `scoring.classifier`). A pair is two neighbours, two words with one between them, or a
word and a word of a class (`text.word_classes`) near it. Training and serving call the same
functions; changing one is a change of the model format.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

CHAR_MIN: Final = 2
CHAR_MAX: Final = 5

REACH: Final = 4
"""Words on either side over which a word of a class is heard."""

Hashes = NDArray[np.uint32]
Places = NDArray[np.intp]

_NEIGHBOURS, _APART, _CLASSED = 1, 2, 3
"""Kinds of pairs; a class takes two numbers from the last on, one a side."""

_OFFSETS: Final = np.array([*range(-REACH, 0), *range(1, REACH + 1)], dtype=np.intp)
_LEFT, _RIGHT, _KIND, _LAST = (
    np.uint32(number) for number in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
)
"""Odd factors of xxHash (Collet 2012)."""


class Pairs(NamedTuple):
    """Hashed columns of pairs and the places of the two words of each, all of one length."""

    columns: Hashes
    left: Places
    right: Places


def hash_feature(feature: str, mask: int) -> int:
    """Column of a feature: CRC-32 of its UTF-8 form, cut to the mask (2^k - 1)."""
    return fingerprint(feature) & mask


def fingerprint(word: str) -> int:
    """Thirty-two bits that stand for a word in pairs: CRC-32 of its UTF-8 form."""
    return crc32(word.encode("utf-8", "surrogatepass"))


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


def pairs(
    prints: Hashes, classes: NDArray[np.integer], texts: NDArray[np.integer], mask: int
) -> Pairs:
    """Pairs within each text, for the words of one or more texts laid end to end.

    `prints`, `classes` and `texts` (whose word it is, in order) are as long as there are words.
    """
    places = np.arange(len(prints), dtype=np.intp)
    found = [
        _at_distance(prints, places, texts, 1, _NEIGHBOURS),
        _at_distance(prints, places, texts, 2, _APART),
        _near_classes(prints, classes, places, texts),
    ]
    columns, left, right = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Pairs(columns & np.uint32(mask), left, right)


def _at_distance(
    prints: Hashes, places: Places, texts: NDArray[np.integer], distance: int, kind: int
) -> Pairs:
    same = texts[:-distance] == texts[distance:]
    left, right = places[:-distance][same], places[distance:][same]
    return Pairs(_mixed(prints[left], prints[right], np.uint32(kind)), left, right)


def _near_classes(
    prints: Hashes, classes: NDArray[np.integer], places: Places, texts: NDArray[np.integer]
) -> Pairs:
    turning = np.flatnonzero(classes)
    near = turning[:, None] + _OFFSETS
    there = (near >= 0) & (near < len(prints))
    there[there] = (texts[near.clip(0, len(prints) - 1)] == texts[turning][:, None])[there]
    sides = np.broadcast_to(_OFFSETS > 0, near.shape)[there]
    turning = np.broadcast_to(turning[:, None], near.shape)[there]
    near = near[there]
    kinds = (_CLASSED + 2 * classes[turning] + sides).astype(np.uint32)
    return Pairs(_mixed(np.zeros_like(kinds), prints[near], kinds), turning, near)


def _mixed(left: Hashes, right: Hashes, kind: Hashes | np.uint32) -> Hashes:
    """One hash of two; the last steps are those of MurmurHash3 (Appleby 2011)."""
    with np.errstate(over="ignore"):
        mixed = left * _LEFT + right * _RIGHT + kind * _KIND
        mixed ^= mixed >> np.uint32(15)
        mixed *= _LAST
        mixed ^= mixed >> np.uint32(13)
    return np.asarray(mixed, dtype=np.uint32)
