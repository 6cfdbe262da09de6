"""A stretch of a comment around what was found in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from moderation.stored import SearchQuery
from moderation.text.search_words import search_words
from moderation.web.review.marking import without_hidden
from moderation.web.review.veiling import mask_of

SNIPPET = 260
"""Longest stretch that is shown, in code points."""

_BEFORE = 80
"""Of it, at most so many before the first word that was found."""

_BLANKS = re.compile(r"\s+")


class SnippetPiece(NamedTuple):
    """A run of text, and whether it is what was looked for."""

    text: str
    found: bool


def words_found_by(query: SearchQuery) -> frozenset[str]:
    """The folded words that a query looks for in texts."""
    return frozenset(word for term in query.terms if term.field == "text" for word in term.words)


def snippet(
    text: str, wanted: Set[str], masked: Sequence[tuple[int, int]] = ()
) -> list[SnippetPiece]:
    """The stretch with the first word of `wanted`, or the beginning where none is there.

    For the ranges of `masked` their masks stand.
    """
    found = [(word.start, word.end) for word in search_words(text) if word.text in wanted]
    begin = _begin(text, found[0][0]) if found else 0
    end = _end(text, begin + SNIPPET)
    pieces = [SnippetPiece("…", found=False)] if begin else []
    at = begin
    for start, stop in found:
        if start >= end:
            break
        pieces.append(SnippetPiece(_shown(text, at, start, masked), found=False))
        pieces.append(
            SnippetPiece(_shown(text, start, min(stop, start + SNIPPET), masked), found=True)
        )
        at = stop
    pieces.append(SnippetPiece(_shown(text, at, end, masked), found=False))
    if end < len(text):
        pieces.append(SnippetPiece("…", found=False))
    return [piece for piece in pieces if piece.text]


def _begin(text: str, found: int) -> int:
    if found <= _BEFORE:
        return 0
    blank = text.find(" ", found - _BEFORE, found)
    return found - _BEFORE if blank < 0 else blank + 1


def _end(text: str, least: int) -> int:
    if least >= len(text):
        return len(text)
    blank = text.rfind(" ", least - SNIPPET // 4, least)
    return least if blank < 0 else blank


def _shown(text: str, start: int, end: int, masked: Sequence[tuple[int, int]]) -> str:
    return _BLANKS.sub(" ", "".join(_parts(text, start, end, masked)))


def _parts(text: str, start: int, end: int, masked: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = start
    for first, stop in masked:
        if stop <= at or first >= end:
            continue
        yield without_hidden(text[at:first])
        # Of a range that goes on from the stretch before, the mask stands there already.
        if first >= start:
            yield mask_of(text[first:stop])
        at = stop
    yield without_hidden(text[at:end])
