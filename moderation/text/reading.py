"""A text as the linear model hears it: its words, and which of them are somebody else's.

Quoted words count less than the writer's own (how much less is a setting of the model). They count
in full where the writer turns to the reader ("you"), or where most of the text is quotation, so
that nobody hides an attack between two marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain, compress, pairwise
from operator import not_
from typing import Final, NamedTuple

from moderation.text.chunks import Pieces, normalised_words, pieces, plain_chunks, plain_words
from moderation.text.normalise import normalise
from moderation.text.quotes import Span, may_quote, quoted_spans
from moderation.text.tokens import Token, tokenise
from moderation.text.tracing import Normalised
from moderation.text.word_classes import ADDRESSING

MOST_QUOTED: Final = 0.5
"""Share of the words from which on a text is mostly quotation."""

LONGEST_PLAIN: Final = 2_000
"""Characters of a text up to which no chunk of it can make it too long to be read."""

_MARKS: Final = '"\u201c\u201d'
_SIGN_BEFORE_MARK: Final = re.compile(f"[|#%^~*$@=+_][{_MARKS}]")


class Read(NamedTuple):
    """Normalised words in order; `quoted` says of each whether it counts less, `None` if none."""

    words: list[str]
    quoted: list[bool] | None


def heard(text: str) -> Read:
    """The words of a text as sent. Costs little more than normalising where nothing is quoted."""
    spans = quoted_spans(text)
    if not spans:
        return Read(normalised_words(text), None)
    plain = _plainly_quoted(text, spans)
    if plain is not None:
        return Read(plain[0], _counting_less(*plain))
    found = pieces(text)
    if found is None:
        normalised = normalise(text)
        tokens = tokenise(normalised.text)
        return Read([token.text for token in tokens], quoted(normalised, tokens, spans))
    words = " ".join(found.words).split()
    return Read(words, _counting_less(words, _inside_pieces(text, found, spans)))


def plain_chunks_unquoted(chunks: Iterable[str]) -> dict[str, str | None]:
    """What `plain_chunks` says of chunks of text, but `None` of those that may quote as well.

    A text with such a one, or one longer than `LONGEST_PLAIN`, must be `heard`.
    """
    return {
        chunk: words if chunk.isalpha() or not may_quote(f" {chunk}") else None
        for chunk, words in plain_chunks(chunks).items()
    }


def _plainly_quoted(text: str, spans: Sequence[Span]) -> tuple[list[str], list[bool]] | None:
    """The words of a plain text and whether they stand in spans; `None` where it is not as plain.

    No rule reaches over a double mark, but for those that read lone letters or a sign before it.
    """
    if "<" in text or len(text) > LONGEST_PLAIN or _SIGN_BEFORE_MARK.search(text):
        return None
    if spans[0][0] == 0 or spans[-1][1] == len(text):
        return None
    if not all([text[start - 1] in _MARKS and text[end] in _MARKS for start, end in spans]):
        return None
    found: list[str] = []
    inside: list[bool] = []
    borders = (0, *chain.from_iterable(spans), len(text))
    for number, (start, end) in enumerate(pairwise(borders)):
        piece = plain_words(text[start:end])
        if piece is None:
            return None
        found += piece
        inside += [number % 2 == 1] * len(piece)
    return found, inside


def quoted(
    normalised: Normalised, tokens: Sequence[Token], spans: Sequence[Span]
) -> list[bool] | None:
    """Which tokens count less, for the quoted spans of the original text; `None` if none does."""
    inside = _inside(normalised, tokens, spans)
    return _counting_less([token.text for token in tokens], inside)


def _counting_less(words: Sequence[str], inside: list[bool]) -> list[bool] | None:
    count = sum(inside)
    if not count or count >= MOST_QUOTED * len(words):
        return None
    own = compress(words, map(not_, inside))
    return inside if ADDRESSING.isdisjoint(own) else None


def _inside(normalised: Normalised, tokens: Sequence[Token], spans: Sequence[Span]) -> list[bool]:
    starts = [start for start, _ in spans]
    return [_is_in(normalised.starts[token.start], starts, spans) for token in tokens]


def _is_in(place: int, starts: Sequence[int], spans: Sequence[Span]) -> bool:
    before = bisect_right(starts, place) - 1
    return before >= 0 and place < spans[before][1]


def _inside_pieces(text: str, found: Pieces, spans: Sequence[Span]) -> list[bool]:
    """For each word of the pieces whether it stands in a span.

    Between the ends of spans all words are either in or not: only the pieces that have an end
    inside must be read again with the place of each word.
    """
    inside: list[bool] = []
    done = 0
    is_open = False
    for border in chain.from_iterable(spans):
        at = bisect_right(found.starts, border, done) - 1
        if at >= done and border < found.ends[at] and border > found.starts[at]:
            inside += [is_open] * _count(found.words[done:at])
            start = found.starts[at]
            normalised = normalise(text[start : found.ends[at]])
            moved = [(first - start, last - start) for first, last in spans]
            inside += _inside(normalised, tokenise(normalised.text), moved)
            done = at + 1
        elif (cut := bisect_right(found.starts, border - 1)) > done:
            inside += [is_open] * _count(found.words[done:cut])
            done = cut
        is_open = not is_open
    return inside + [False] * _count(found.words[done:])


def _count(words: Sequence[str]) -> int:
    return len(" ".join(words).split())
