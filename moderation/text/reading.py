"""A text as the linear model hears it: its words, and which of them are somebody else's.

Quoted words count less than the writer's own (how much less is a setting of the model). They count
in full where the writer turns to the reader ("you"), or where most of the text is quotation, so
that nobody hides an attack between two marks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from moderation.text.normalise import normalise, normalised_words
from moderation.text.quotes import Span, quoted_spans
from moderation.text.tokens import Token, tokenise
from moderation.text.tracing import Normalised
from moderation.text.word_classes import ADDRESSED, class_of

MOST_QUOTED: Final = 0.5
"""Share of the words from which on a text is mostly quotation."""


class Read(NamedTuple):
    """Normalised words in order; `quoted` says of each whether it counts less, `None` if none."""

    words: list[str]
    quoted: list[bool] | None


def heard(text: str) -> Read:
    """The words of a text as sent. Costs little more than normalising where nothing is quoted."""
    spans = quoted_spans(text)
    if not spans:
        return Read(normalised_words(text), None)
    normalised = normalise(text)
    tokens = tokenise(normalised.text)
    return Read([token.text for token in tokens], quoted(normalised, tokens, spans))


def quoted(
    normalised: Normalised, tokens: Sequence[Token], spans: Sequence[Span]
) -> list[bool] | None:
    """Which tokens count less, for the quoted spans of the original text; `None` if none does."""
    starts = [start for start, _ in spans]
    inside = [_is_in(normalised.starts[token.start], starts, spans) for token in tokens]
    count = sum(inside)
    own = [token.text for token, there in zip(tokens, inside, strict=True) if not there]
    if not count or count >= MOST_QUOTED * len(tokens):
        return None
    return None if any(class_of(word) == ADDRESSED for word in own) else inside


def _is_in(place: int, starts: Sequence[int], spans: Sequence[Span]) -> bool:
    before = bisect_right(starts, place) - 1
    return before >= 0 and place < spans[before][1]
