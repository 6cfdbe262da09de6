"""What the linear model sees of a text: hashed features of single words and of pairs of words.

Features belong to one word or to two and never reach further, so a score is a sum over words and
pairs (see `scoring.classifier`). A pair is two neighbours, two words with one between them, or a
word and a word of a class (`text.word_classes`) near it. Training and serving call the same
functions; changing one is a change of the model format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress
from typing import Any, Final, NamedTuple
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

_CRC: Final = np.array(
    [crc32(bytes([byte ^ 0xFF])) ^ 0xFF00_0000 for byte in range(256)], np.uint32
)
"""What one byte does to a CRC-32, as in the sample of RFC 1952."""

_CRC_BEGUN: Final = np.uint32(0xFFFF_FFFF)

_SIZES: Final = np.array(
    [np.iinfo(np.intp).max] * (CHAR_MIN - 1) + [*range(CHAR_MIN, CHAR_MAX + 1)]
)
"""Letters that must be left for a gram of each size from one up; too short ones never have them."""

_FEW: Final = 4
"""Words up to which n-grams are hashed one by one: arrays cost more than they save."""

_NOTHING: Final = np.uint32(0)
"""Stands for a word that is known by its class alone."""


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
    try:
        return crc32(word.encode())
    except UnicodeEncodeError:
        return crc32(word.encode("utf-8", "surrogatepass"))


def word_column(word: str, mask: int) -> int:
    """Column of a word itself."""
    return hash_feature(f"w {word}", mask)


def word_columns(word: str, mask: int) -> list[int]:
    """Columns of one word: first itself, then its character 2- to 5-grams with borders."""
    return [
        word_column(word, mask),
        *(hash_feature(gram, mask) for gram in _by_size(f"<{word}>")),
    ]


def gram_columns(words: Sequence[str], mask: int) -> tuple[Hashes, Places]:
    """The n-grams' columns of all words end to end, and where each word's begin.

    A word has the same columns as in `word_columns`, its own left out, in an order that depends
    on it alone. For serving, where new words would cost more than all else one by one.
    """
    if len(words) <= _FEW:
        alone = [_grams_of_one(word) for word in words]
        counts = np.array([len(one) for one in alone], dtype=np.intp)
        found = np.array(list(chain.from_iterable(alone)), dtype=np.uint32)
        return found & np.uint32(mask), np.cumsum(counts) - counts
    plain = [word.isascii() for word in words]
    columns, counts = _ascii_grams(list(compress(words, plain)))
    if not all(plain):
        cut = iter(np.split(columns, np.cumsum(counts)[:-1]))
        each = [
            next(cut) if is_plain else np.array(_grams_of_one(word), dtype=np.uint32)
            for word, is_plain in zip(words, plain, strict=True)
        ]
        columns = np.concatenate(each)
        counts = np.array([len(one) for one in each], dtype=np.intp)
    return columns & np.uint32(mask), np.cumsum(counts) - counts


def _grams_of_one(word: str) -> list[int]:
    """Whole fingerprints of the n-grams of a word, by where they begin and then by size."""
    bordered = f"<{word}>"
    length = len(bordered)
    if not word.isascii():
        # In the order of `word_columns`, as when there are many.
        return [hash_feature(gram, 0xFFFF_FFFF) for gram in _by_size(bordered)]
    letters = bordered.encode()
    return [
        crc32(letters[at : at + size])
        for at in range(length)
        for size in range(CHAR_MIN, min(CHAR_MAX, length - at) + 1)
    ]


def _by_size(bordered: str) -> Iterator[str]:
    length = len(bordered)
    for size in range(CHAR_MIN, min(CHAR_MAX, length) + 1):
        yield from (bordered[at : at + size] for at in range(length - size + 1))


def _ascii_grams(words: Sequence[str]) -> tuple[Hashes, Places]:
    """Whole fingerprints of the n-grams of words with one byte a letter, and their counts."""
    padding = "\0" * (CHAR_MAX - 1)
    codes = np.frombuffer(f"<{'><'.join(words)}>{padding}".encode(), dtype=np.uint8)
    lengths = np.fromiter(map(len, words), dtype=np.intp, count=len(words)) + 2
    size = int(lengths.sum())
    states = np.empty((size, CHAR_MAX), dtype=np.uint32)
    state: NDArray[Any] = np.full(size, _CRC_BEGUN)
    # A gram that begins at a letter is the shorter one that begins there, and a letter more.
    for place in range(CHAR_MAX):
        state = _CRC.take((state ^ codes[place : place + size]) & 0xFF) ^ (state >> 8)
        states[:, place] = state
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(size)
    kept = np.flatnonzero(left[:, None] >= _SIZES)
    counts = np.maximum(lengths[:, None] + 1 - _SIZES[CHAR_MIN - 1 :], 0).sum(axis=1)
    return ~states.take(kept), counts


def pairs(
    prints: Hashes,
    classes: NDArray[np.integer],
    texts: NDArray[np.integer],
    mask: int,
    first: NDArray[np.bool_] | None = None,
) -> Pairs:
    """Pairs within each text, for the words of one or more texts laid end to end.

    `prints`, `classes` and `texts` (whose word it is, from 0 up) are as long as there are
    words. With `first`, only pairs where one of the two words stands for the first time.
    """
    kinds = pair_kinds(prints, classes, texts, mask, first)
    return Pairs(
        np.concatenate([kind.columns for kind in kinds]),
        np.concatenate([kind.left for kind in kinds]),
        np.concatenate([kind.right for kind in kinds]),
    )


def pair_kinds(
    prints: Hashes,
    classes: NDArray[np.integer],
    texts: NDArray[np.integer],
    mask: int,
    first: NDArray[np.bool_] | None = None,
) -> tuple[Pairs, Pairs, Pairs]:
    """What `pairs` gives, each of the three kinds apart and in the order of its left words."""
    return (
        _at_distance(prints, texts, 1, _NEIGHBOURS, mask, first),
        _at_distance(prints, texts, 2, _APART, mask, first),
        _near_classes(prints, classes, texts, mask, first),
    )


def _at_distance(
    prints: Hashes,
    texts: NDArray[np.integer],
    distance: int,
    kind: int,
    mask: int,
    first: NDArray[np.bool_] | None,
) -> Pairs:
    there = texts[:-distance] == texts[distance:]
    if first is not None:
        there &= first[:-distance] | first[distance:]
    left = np.flatnonzero(there)
    # All are mixed and few of them dropped: slices are much faster read than places.
    mixed = _mixed(prints[:-distance], prints[distance:], np.uint32(kind))
    return Pairs(mixed[left] & np.uint32(mask), left, left + distance)


def _near_classes(
    prints: Hashes,
    classes: NDArray[np.integer],
    texts: NDArray[np.integer],
    mask: int,
    first: NDArray[np.bool_] | None,
) -> Pairs:
    turning = np.flatnonzero(classes)
    texts, first = _bordered(texts, -1), None if first is None else _bordered(first, False)
    grid = turning[:, None] + (_OFFSETS + REACH)
    there = texts.take(grid) == texts.take(turning + REACH)[:, None]
    if first is not None:
        there &= first.take(grid) | first.take(turning + REACH)[:, None]
    # Places in the grid, a row for each turning word: `take` by them is faster than by a mask.
    kept = np.flatnonzero(there)
    kinds = _CLASSED + 2 * classes.take(turning).astype(np.uint32)[:, None] + (_OFFSETS > 0)
    near = grid.take(kept) - REACH
    turning = turning.take(kept // len(_OFFSETS))
    return Pairs(
        _mixed(_NOTHING, prints.take(near), kinds.take(kept)) & np.uint32(mask), turning, near
    )


def _bordered(values: NDArray[Any], nothing: int) -> NDArray[Any]:
    """The same with `REACH` places of nobody's before and after, so that none is out of bounds."""
    bordered = np.full(len(values) + 2 * REACH, nothing, dtype=values.dtype)
    bordered[REACH : len(values) + REACH] = values
    return bordered


def _mixed(left: Hashes | np.uint32, right: Hashes, kind: Hashes | np.uint32) -> Hashes:
    """One hash of two; the last steps are those of MurmurHash3 (Appleby 2011)."""
    with np.errstate(over="ignore"):
        mixed = left * _LEFT + right * _RIGHT + kind * _KIND
        mixed ^= mixed >> np.uint32(15)
        mixed *= _LAST
        mixed ^= mixed >> np.uint32(13)
    return np.asarray(mixed, dtype=np.uint32)
