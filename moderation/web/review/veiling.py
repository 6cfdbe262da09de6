"""The worst of a text out of sight: slurs masked, hard passages blurred, both there for the asking.

Pure: the pieces of a text and somebody's care in, passages of pieces out that join to the same
text. A masked word is one piece, which keeps the word beside its mask.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from moderation.labels import Label
from moderation.preferences import Care, Mask
from moderation.text.normalise import normalised_words
from moderation.text.ordinary_words import COMMON, ORDINARY
from moderation.text.spared_words import spared_ranges
from moderation.text.word_classes import NONE, class_of
from moderation.web.review.marking import Piece, whole_characters, without_hidden

MOST_DOTS = 10
"""Dots of a mask at most: letters that were spread out are no longer word."""

HEAVY_WORD = 2.0
"""Share of a label's logit from which a word is masked that no list has."""

HEAVY_PASSAGE = 4.0
"""What the marked words of a passage add to the logit, from which it is blurred: odds times 50."""

_SENTENCE = re.compile(r"[.!?…]++[\"')\]]*+\s++|\n\s*+")
_OBSCENE = frozenset({Label.PROFANITY, Label.SEXUAL_EXPLICIT})

_Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces that are seen, or blurred, together."""

    pieces: tuple[Piece, ...]
    blurred: bool = False

    @property
    def words(self) -> int:
        """How many words it has, for whoever cannot see how long it is."""
        return len("".join(piece.text for piece in self.pieces).split())


def veiled(pieces: Sequence[Piece], care: Care) -> list[Passage]:
    """The text of `pieces` as somebody wants to meet it."""
    text = "".join(piece.text for piece in pieces)
    masked = _masked(text, pieces, care) if care.mask is not Mask.OFF else []
    blurred = _blurred(text, pieces) if care.blur else []
    if not masked and not blurred:
        return [Passage(tuple(pieces))] if pieces else []
    borders = sorted({border for ends in (*masked, *blurred) for border in ends})
    placed = _with_masks(_split(pieces, borders), masked)
    return [
        Passage(tuple(piece for _, piece in inside), within is not None)
        for within, inside in groupby(placed, key=lambda one: _around(blurred, one[0]))
    ]


def masked_in(text: str, care: Care) -> list[tuple[int, int]]:
    """Where a mask stands in a text of a list: `[start, end)` in code points, in order."""
    if care.mask is Mask.OFF:
        return []
    return spared_ranges(text, obscene=care.mask is Mask.COARSE)


def masked_text(text: str, care: Care) -> str:
    """`text` with its masks, for lists in which nothing can be asked for."""
    parts, done = [], 0
    for start, end in masked_in(text, care):
        parts += [text[done:start], mask_of(text[start:end])]
        done = end
    return "".join(parts) + text[done:]


def mask_of(word: str) -> str:
    """The first character that shows, and a dot for each of the others."""
    seen = [c for c in without_hidden(word) if not unicodedata.combining(c) and not c.isspace()]
    return "".join(seen[:1]) + "•" * min(max(len(seen) - 1, 2), MOST_DOTS)


def _masked(text: str, pieces: Sequence[Piece], care: Care) -> _Ranges:
    """Where listed words stand, and words that the model weighs like them."""
    coarse = care.mask is Mask.COARSE
    found = [whole_characters(text, *ends) for ends in spared_ranges(text, obscene=coarse)]
    found += [
        (start, start + len(piece.text))
        for start, piece in _placed(pieces)
        if piece.share >= HEAVY_WORD and _is_telling(piece, coarse)
    ]
    return _joined(found)


def _is_telling(piece: Piece, coarse: bool) -> bool:
    """Whether a marked piece is a slur or an obscene word rather than who is spoken of."""
    by_word = piece.labels[0] is Label.IDENTITY_ATTACK or (coarse and piece.labels[0] in _OBSCENE)
    return by_word and not any(
        class_of(word) != NONE or word in COMMON or word in ORDINARY
        for word in normalised_words(piece.text)
    )


def _blurred(text: str, pieces: Sequence[Piece]) -> _Ranges:
    """The sentences that hold a listed word, or whose marks weigh much together."""
    begins = [0, *(end.end() for end in _SENTENCE.finditer(text)), len(text)]
    weights = [0.0] * len(begins)
    for start, _ in spared_ranges(text, obscene=True):
        weights[bisect_right(begins, start) - 1] += HEAVY_PASSAGE
    for start, piece in _placed(pieces):
        weights[bisect_right(begins, start) - 1] += piece.share
    sentences = zip(pairwise(begins), weights, strict=False)  # nothing stands at the end
    by_weight = groupby(sentences, key=lambda one: one[1] >= HEAVY_PASSAGE)
    runs = [[ends for ends, _ in run] for is_heavy, run in by_weight if is_heavy]
    return [(run[0][0], run[-1][1]) for run in runs]


def _split(pieces: Sequence[Piece], borders: Sequence[int]) -> Iterator[tuple[int, Piece]]:
    """The pieces, each with where it starts, cut at the borders."""
    for at, piece in _placed(pieces):
        end = at + len(piece.text)
        inner = borders[bisect_right(borders, at) : bisect_left(borders, end)]
        for start, stop in pairwise((at, *inner, end)):
            yield start, replace(piece, text=piece.text[start - at : stop - at])


def _with_masks(
    placed: Iterable[tuple[int, Piece]], masked: _Ranges
) -> Iterator[tuple[int, Piece]]:
    """One piece in place of all that a masked word is made of."""
    for within, inside in groupby(placed, key=lambda one: _around(masked, one[0])):
        if within is None:
            yield from inside
            continue
        parts = [piece for _, piece in inside]
        word = "".join(part.text for part in parts)
        heaviest = max(parts, key=lambda part: part.level)
        yield within[0], replace(heaviest, text=word, hidden="", mask=mask_of(word))


def _placed(pieces: Iterable[Piece]) -> Iterator[tuple[int, Piece]]:
    at = 0
    for piece in pieces:
        yield at, piece
        at += len(piece.text)


def _around(ranges: _Ranges, at: int) -> tuple[int, int] | None:
    """Of ranges in order, the one that `at` lies in."""
    before = bisect_right(ranges, at, key=lambda one: one[0]) - 1
    return ranges[before] if before >= 0 and at < ranges[before][1] else None


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
