"""Texts longer than a scorer reads: scored part by part, and each label has its highest score.

A scorer stops reading somewhere in a very long text. Whatever stands behind that place must not
pass unseen, and protocols of other services have no limit of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from moderation.comments import MAX_LONG_TEXT, MAX_TEXT, Comment
from moderation.errors import TooLarge
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import DEEP, FAST, Assessment, Scorer

PART = MAX_TEXT
"""Longest part that is scored in one, in code points: the limit of the native protocol."""

MOST_PARTS = MAX_LONG_TEXT // PART
"""So many parts of one text are scored; a longer one is refused, as nobody would have read it."""

_LOOK_BACK = 200
"""Code points before the end of a part in which a blank is looked for, to spare a word."""


def assess(scorer: Scorer, comments: Sequence[Comment], **asked: Any) -> list[Assessment]:  # noqa: ANN401 - the scorer's own
    """One assessment for each comment, in order, however long it is.

    Raises what the scorer raises, and `TooLarge` for more than a million code points.
    """
    if all(len(comment.text) <= PART for comment in comments):
        return scorer.assess(comments, **asked)
    places = [_written(comment.text) for comment in comments]
    parts = [
        replace(comment, text=comment.text[start:end])
        for comment, found in zip(comments, places, strict=True)
        for start, end in found
    ]
    assessed = iter(scorer.assess(parts, **asked))
    return [_whole([(start, next(assessed)) for start, _ in found]) for found in places]


def _written(text: str) -> list[tuple[int, int]]:
    """Its parts without those of nothing but blanks, which would be about anything."""
    places = list(parts_of(text))
    return [place for place in places if text[slice(*place)].strip()] or places[:1]


def parts_of(text: str) -> Iterator[tuple[int, int]]:
    """Where its parts begin and end: the whole text, each part as long as may be."""
    if len(text) > PART * MOST_PARTS:
        raise TooLarge("text", f"must be at most {PART * MOST_PARTS:,} code points long")
    start = 0
    while len(text) - start > PART:
        end = start + PART
        blank = next((at for at in range(end, end - _LOOK_BACK, -1) if text[at].isspace()), end)
        yield start, blank
        start = blank
    yield start, len(text)


def _whole(parts: Sequence[tuple[int, Assessment]]) -> Assessment:
    """The assessment of a text from those of its parts, each with the place where it starts."""
    if len(parts) == 1:
        return parts[0][1]
    found = [one for _, one in parts]
    scores = {label: _highest(label, found) for label in TEXT_LABELS}
    # It is about its context if any part of it is.
    nearest = min(found, key=lambda one: one.scores[Label.OFF_TOPIC] or 0.0)
    scores[Label.OFF_TOPIC] = nearest.scores[Label.OFF_TOPIC]
    return replace(
        found[0],
        scores=scores,
        mode=DEEP if any(one.mode == DEEP for one in found) else FAST,
        spans=tuple(
            replace(span, start=span.start + start, end=span.end + start)
            for start, one in parts
            for span in one.spans
        ),
        context_fit=nearest.context_fit,
        out_of_time=any(one.out_of_time for one in found),
        beside={name: max(one.beside[name] for one in found) for name in found[0].beside},
        encoder=None,
    )


def _highest(label: Label, found: Sequence[Assessment]) -> float | None:
    return max((value for one in found if (value := one.scores[label]) is not None), default=None)
