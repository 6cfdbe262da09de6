"""What the encoder adds to a comment's logits, and which words it adds it for, by `occlusion`.

Costs some fifty readings, so it is only asked for when a person looks, and what was found is kept
for the next look.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from hashlib import blake2b
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS
from moderation.scoring.classifier import Contribution
from moderation.scoring.context_text import context_text
from moderation.scoring.deep import DeepModel, Opinion, OutOfTime, Rank, is_answer
from moderation.scoring.explain import spans
from moderation.scoring.occlusion import Range, falls
from moderation.scoring.scorer import EncoderShare, Span
from moderation.scoring.windows import windows
from moderation.text.normalise import normalise
from moderation.text.tokens import tokenise

MOST_READINGS: Final = 48
"""Of the encoder for one comment, however long it is."""

CACHED_COMMENTS: Final = 128
"""Whose words are kept, at most about forty kilobytes each; of their texts only a digest is."""


class EncoderWords:
    """Explains what a deep model answers. Safe across threads."""

    def __init__(self, deep: DeepModel, rank: Rank) -> None:
        """Take the model and what chooses among the parts of a long text."""
        self._deep = deep
        self._rank = rank
        self._known: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()
        self._lock = Lock()

    def explain(
        self,
        comment: Comment,
        passage: tuple[int, int] | None,
        said: Opinion,
        deadline: float | None,
    ) -> EncoderShare | None:
        """The share of what was `said` of the comment; `None` where the labels were not asked.

        Once the deadline, a moment of `time.monotonic`, has passed it comes without its spans.
        """
        if said.alone is None:
            return None
        shares = _added(self._deep, said.alone, said.under)
        context = context_text(comment, passage) if is_answer(comment) else ""
        try:
            found = self._spans(comment.text, context, deadline)
        except OutOfTime:
            found = None
        return EncoderShare(dict(zip(TEXT_LABELS, shares.tolist(), strict=True)), found)

    def _spans(self, text: str, context: str, deadline: float | None) -> tuple[Span, ...]:
        key = _digest(text) + _digest(context)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        found = self._occluded(text, context, deadline)
        with self._lock:
            self._known[key] = found
            if len(self._known) > CACHED_COMMENTS:
                self._known.popitem(last=False)
        return found

    def _occluded(self, sent: str, context: str, deadline: float | None) -> tuple[Span, ...]:
        normalised = normalise(sent)
        text = normalised.text
        words = [(token.start, token.end) for token in tokenise(text)]
        parts = windows(text, self._deep.reader.pieces, self._rank)
        read = _Read(self._deep, text, context, parts, deadline)
        stretches = [
            [word for word in words if start <= word[0] < end] for start, end in read.stretches
        ]
        return spans(
            [
                Contribution(
                    *normalised.original_span(fall.start, fall.end), fall.missed.astype(np.float32)
                )
                for fall in falls(text, stretches, read.missed, read.most)
            ]
        )


class _Read:
    """A normalised text as the encoder reads it, and what it adds less without a piece of it."""

    def __init__(
        self, deep: DeepModel, text: str, context: str, parts: list[Range], deadline: float | None
    ) -> None:
        self._deep, self._parts, self._context = deep, parts, context
        self._again = partial(deep.reader.logits, deadline=deadline)
        # Under its context a text is read up to where the room ends; without a piece of that,
        # what follows moves up.
        found = deep.reader.pieces.windows(text)[:2] if len(parts) > 1 else parts
        self._first = found[0]
        self._text, self._head = text, text[: found[-1][1]]
        self._alone = np.array([self._again(text[start:end], "") for start, end in parts])
        self._under = self._again(self._head, context) if context else None
        self._whole = self._added(self._alone, self._under)

    @property
    def stretches(self) -> list[Range]:
        """What of the text is read at all, cut where one reading ends."""
        is_read = not self._context or self._first in self._parts
        return self._parts if is_read else [self._first, *self._parts]

    @property
    def most(self) -> int:
        """How many pieces may be left out."""
        return (MOST_READINGS - len(self._parts) - bool(self._context)) // (1 + bool(self._context))

    def missed(self, start: int, end: int) -> NDArray[np.float64]:
        """What the encoder adds less where `text[start:end]` is left out, shape (labels,)."""
        alone, under = self._alone.copy(), self._under
        for row, (first, last) in enumerate(self._parts):
            if first <= start < last:
                alone[row] = self._again(_without(self._text[:last], first, start, end), "")
        if under is not None and start < self._first[1]:
            under = self._again(_without(self._head, 0, start, end), self._context)
        return self._whole - self._added(alone, under)

    def _added(
        self, alone: NDArray[np.float32], under: NDArray[np.float32] | None
    ) -> NDArray[np.float64]:
        return _added(self._deep, alone.max(axis=0), under)


def _added(
    deep: DeepModel, alone: NDArray[np.float32], under: NDArray[np.float32] | None
) -> NDArray[np.float64]:
    """What the encoder adds to the logits of the text labels, of what it gives for every head."""
    added = deep.stacking.of_encoder(alone[:-1], None if under is None else under[:-1])
    return added[: len(TEXT_LABELS)]


def _without(text: str, first: int, start: int, end: int) -> str:
    # A blank in its place, so that its neighbours do not become one word.
    return f"{text[first:start]} {text[end:]}"


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
