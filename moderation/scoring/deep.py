"""The deep scorer: what an encoder adds to the linear model's logits of one comment.

Reads the comment alone, a few windows of it where it is long, and once more under its title and
what it answers. Knows neither thresholds nor when it is worth asking: see `cascade`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comments import Comment
from moderation.errors import ModelInvalid
from moderation.labels import Label
from moderation.scoring.cascade import Cascade, Doubt
from moderation.scoring.context_text import context_text
from moderation.scoring.encoder import Encoder
from moderation.scoring.scorer import AUTO, DEEP, Cutoffs, cutoffs_from
from moderation.scoring.stacking import Stacking
from moderation.scoring.windows import windows
from moderation.scoring.word_pieces import WordPieces
from moderation.text.normalise import normalise

GRAPH: Final = "encoder.onnx"
TOKENIZER: Final = "tokenizer.json"
SECTION: Final = "deep"
"""Of the manifest: what this module needs to know of its two files."""

Rank = Callable[[Sequence[str]], NDArray[np.float64]]


class OutOfTime(Exception):
    """The time that a call may spend on the encoder has run out."""


class Opinion(NamedTuple):
    """The encoder's logits of one comment, each of shape (heads,), off-topic last.

    Of several windows a head has the highest logit. `None` where the text was not read that way.
    """

    alone: NDArray[np.float32] | None
    under: NDArray[np.float32] | None
    """Under what it answers, where the labels are in doubt."""
    off_topic: float | None
    """The logit of off-topic, where that is in doubt and there is a context."""


def is_answer(comment: Comment) -> bool:
    """Whether the labels are judged under the context as well as alone: a parent can turn what a
    comment means, an article's title hardly does, and a reading costs as much as the comment's."""
    return bool((comment.parent or "").strip())


@dataclass(frozen=True, slots=True)
class EncoderReader:
    """An encoder and the tokenizer that it was trained with."""

    encoder: Encoder
    pieces: WordPieces

    def read(
        self,
        comment: Comment,
        passage: tuple[int, int] | None,
        doubt: Doubt,
        rank: Rank,
        deadline: float | None = None,
    ) -> Opinion:
        """The encoder's logits of what is in doubt.

        `passage` is where the closest part of the article stands, `deadline` a moment of
        `time.monotonic`. Raises `OutOfTime` once that has passed.
        """
        # First of all: finding the windows of a long text takes as long as two readings.
        _check(deadline)
        text = normalise(comment.text).text
        alone = None
        if doubt.labels:
            parts = windows(text, self.pieces, rank)
            alone = np.maximum.reduce(
                [self.logits(text[start:end], "", deadline) for start, end in parts]
            )
        answers = doubt.labels and is_answer(comment)
        context = context_text(comment, passage) if answers or doubt.off_topic else ""
        if not context:
            return Opinion(alone, None, None)
        under = self.logits(text, context, deadline)
        return Opinion(
            alone, under if answers else None, float(under[-1]) if doubt.off_topic else None
        )

    def logits(self, text: str, context: str, deadline: float | None = None) -> NDArray[np.float32]:
        """One reading of a normalised text, of its beginning where it is long; shape (heads,).

        Raises `OutOfTime` where the deadline has passed.
        """
        _check(deadline)
        (row,) = self.pieces.rows([text], [context])
        return self.encoder.logits(row)


@dataclass(frozen=True, slots=True)
class DeepModel:
    """An encoder with what is needed to weigh its answer and to know when to ask."""

    reader: EncoderReader
    stacking: Stacking
    cascade: Cascade
    cutoffs: Mapping[str, Mapping[Label, Cutoffs]]
    """For each mode that may ask the encoder."""

    @classmethod
    def from_files(
        cls, files: Mapping[str, bytes], arrays: Mapping[str, NDArray[Any]], deep: Mapping[str, Any]
    ) -> DeepModel:
        """Build from a verified folder's files and its manifest's `deep`.

        Raises `ModelInvalid` where they do not fit together, or where the encoder breaks on the
        longest row and the rarest token that it may ever get: no comment must be the first to
        find out.
        """
        try:
            pieces = WordPieces(
                files[TOKENIZER].decode(), int(deep["longest"]), int(deep["longest_context"])
            )
            encoder = Encoder(files[GRAPH], len(deep["heads"]))
            cutoffs = {mode: cutoffs_from(deep["cutoffs"][mode]) for mode in (AUTO, DEEP)}
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise ModelInvalid(f"manifest: deep: {problem!r} is missing or odd") from problem
        stacking = Stacking.from_arrays(arrays)
        if stacking.heads != len(deep["heads"]) - 1:
            raise ModelInvalid("stacking: the weights are for other heads than the encoder's")
        _try(encoder, pieces)
        reader = EncoderReader(encoder, pieces)
        return cls(reader, stacking, Cascade.from_manifest(deep), cutoffs)


def _check(deadline: float | None) -> None:
    if deadline is not None and time.monotonic() > deadline:
        raise OutOfTime


def _try(encoder: Encoder, pieces: WordPieces) -> None:
    try:
        found = encoder.logits(pieces.longest_row())
    except Exception as problem:
        # The runtime's own, such as for a token that the graph has no row for.
        raise ModelInvalid("encoder and tokenizer do not fit together") from problem
    if not np.isfinite(found).all():
        raise ModelInvalid("the encoder gives no finite numbers")
