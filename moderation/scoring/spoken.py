"""The words of many texts laid end to end, with what is known of each.

Most texts are made of chunks that come to one or two plain words each, whatever stands beside them
("so-called"). Such a chunk is looked up once, for the rows of its words, and no text is made of the
words at all. The other texts are heard one by one (`text.reading`); their words follow after those
of the plain ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.word_values import UNKNOWN, Generation, Looked, WordValues, numbers_of
from moderation.text.judged import LONE
from moderation.text.reading import LONGEST_PLAIN, Read, heard, plain_chunks_unquoted

_NO_WORD: Final = UNKNOWN - 1
_NOT_PLAIN: Final = UNKNOWN - 2
"""What is said of a chunk that has no word, and of one that makes its text be heard."""
_SHORT: Final = UNKNOWN - 3
"""From here down stand words of one character: less twice the row, and one for a lone letter."""

_BITS: Final = 20
_MOST_ROWS: Final = 1 << _BITS
_TWO: Final = 1 << (2 * _BITS)
"""From here up stand two words: the row of the first, times `_MOST_ROWS`, and of the second."""

MOST_CHUNKS: Final = 1 << 16
"""Chunks that are kept with one generation of words."""


class Spoken(NamedTuple):
    """Words of texts: those of one text stand together and in their order."""

    looked: Looked
    texts: NDArray[np.int32]
    """Whose each word is; texts come in any order."""
    counts: NDArray[np.intp]
    """How many words each text has."""
    quoted: NDArray[np.bool_] | None
    """Whether each word counts less; `None` if none does."""


def spoken(values: WordValues, texts: Sequence[str]) -> Spoken:
    """What is said in texts, each by itself."""
    known = values.known
    cut = [text.lower().split() for text in texts]
    chunks = list(chain.from_iterable(cut))
    rows = numbers_of(known.chunks, chunks)
    unknown = np.flatnonzero(rows == UNKNOWN)
    if len(unknown):
        met = [chunks[place] for place in unknown.tolist()]
        new = _rows_of_new(values, known, dict.fromkeys(met))
        if new is None:
            return said([heard(text) for text in texts], values)
        rows[unknown] = numbers_of(new, met)
    sizes = np.fromiter(map(len, cut), dtype=np.intp, count=len(cut))
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
    rows = _with_short_ones(rows, owners)
    is_odd = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) > LONGEST_PLAIN
    is_odd[owners[rows == _NOT_PLAIN]] = True
    return _together(values, known, texts, is_odd, rows, owners)


def _with_short_ones(rows: NDArray[np.intp], owners: NDArray[np.int32]) -> NDArray[np.intp]:
    """The rows of words of one character like all others', if no lone letter is beside such."""
    is_short = rows <= _SHORT
    is_beside = is_short | (rows == _NO_WORD)
    in_one_text = owners[1:] == owners[:-1]
    has_company = np.zeros(len(rows), dtype=np.bool_)
    has_company[1:] = is_beside[:-1] & in_one_text
    has_company[:-1] |= is_beside[1:] & in_one_text
    told = _SHORT - rows
    is_spelling = is_short & has_company & (told & 1 == 1)
    return np.where(is_spelling, _NOT_PLAIN, np.where(is_short, told >> 1, rows))


def said(read: Sequence[Read], values: WordValues) -> Spoken:
    """The same of texts that were heard one by one."""
    looked = values.look_up(list(chain.from_iterable([one.words for one in read])))
    counts = np.fromiter([len(one.words) for one in read], dtype=np.intp, count=len(read))
    owners = np.repeat(np.arange(len(read), dtype=np.int32), counts)
    return Spoken(looked, owners, counts, _quoted(read))


def _together(
    values: WordValues,
    known: Generation,
    texts: Sequence[str],
    is_odd: NDArray[np.bool_],
    rows: NDArray[np.intp],
    owners: NDArray[np.int32],
) -> Spoken:
    odd = np.flatnonzero(is_odd)
    kept = np.flatnonzero((rows >= 0) & ~is_odd[owners])
    rows, owners = _one_by_one(rows.take(kept), owners.take(kept))
    counts = np.bincount(owners, minlength=len(texts))
    quoted = None
    if len(odd):
        read = [heard(texts[place]) for place in odd.tolist()]
        words = list(chain.from_iterable([one.words for one in read]))
        found = known.find(words)
        missed = [words[place] for place in np.flatnonzero(found == UNKNOWN).tolist()]
        if missed:
            if not values.learn(missed, known):
                return said([heard(text) for text in texts], values)
            found = known.find(words)
        counts[odd] = [len(one.words) for one in read]
        less = _quoted(read)
        if less is not None:
            quoted = np.concatenate((np.zeros(len(rows), dtype=np.bool_), less))
        rows = np.concatenate((rows, found))
        owners = np.concatenate((owners, np.repeat(odd.astype(np.int32), counts[odd])))
    return Spoken(known.at(rows), owners, counts, quoted)


def _rows_of_new(
    values: WordValues, known: Generation, chunks: dict[str, None]
) -> dict[str, int] | None:
    """What is said of chunks not met before; `None` where there is no room for their words."""
    plain = plain_chunks_unquoted(chunks)
    # A chunk of more than two words is rare: its text is heard.
    spelt = [words.strip(LONE).split(" ") for words in plain.values() if words]
    some = dict.fromkeys(chain.from_iterable([words for words in spelt if len(words) < 3]))
    absent = [word for word in some if word not in known.rows]
    if absent and not values.learn(absent, known):
        return None
    new = {chunk: _told(known.rows, word) for chunk, word in plain.items()}
    if len(known.chunks) + len(new) > MOST_CHUNKS:
        # The common ones are back in no time.
        known.chunks.clear()
    known.chunks.update(new)
    return new


def _told(rows: dict[str, int], words: str | None) -> int:
    if not words:
        return _NOT_PLAIN if words is None else _NO_WORD
    if len(words) > 1 and words[0] != LONE:
        return _row_of_two(rows, words) if " " in words else rows.get(words, _NOT_PLAIN)
    row = rows.get(words.strip(LONE))
    return _NOT_PLAIN if row is None else _SHORT - 2 * row - (words[0] == LONE)


def _row_of_two(rows: dict[str, int], words: str) -> int:
    first, _, second = words.partition(" ")
    one, two = rows.get(first), rows.get(second)
    if one is None or two is None or max(one, two) >= _MOST_ROWS:
        return _NOT_PLAIN
    return _TWO + one * _MOST_ROWS + two


def _one_by_one(
    rows: NDArray[np.intp], owners: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """The rows of single words and whose they are, where chunks may have two."""
    has_two = rows >= _TWO
    if not has_two.any():
        return rows, owners
    times = 1 + has_two.astype(np.intp)
    seconds = np.cumsum(times)[has_two] - 1
    packed = rows[has_two] - _TWO
    rows, owners = rows.repeat(times), owners.repeat(times)
    rows[seconds - 1], rows[seconds] = packed >> _BITS, packed & (_MOST_ROWS - 1)
    return rows, owners


def _quoted(read: Sequence[Read]) -> NDArray[np.bool_] | None:
    if not any([one.quoted for one in read]):
        return None
    return np.concatenate([one.quoted or np.zeros(len(one.words)) for one in read]) > 0
