"""What both models say of held-out comments: the ground that stacking, bands and cut-offs stand on.

The encoder is asked through the code and the file that serve it, so that what is calibrated is
what will be answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from moderation.comments import Article, Comment
from moderation.scoring.calibration import Calibration
from moderation.scoring.cascade import Doubt
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.deep import EncoderReader
from moderation.scoring.relevance import Relevance
from moderation.scoring.scorer import ContextFit
from moderation.scoring.stacking import logit

Floats = NDArray[np.float64]

_LABELS, _CONTEXT = Doubt(True, False), Doubt(False, True)


@dataclass(frozen=True, slots=True)
class Models:
    """The parts of a model that give logits."""

    linear: LinearClassifier
    calibration: Calibration
    relevance: Relevance
    encoder: EncoderReader

    def linear_logits(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, heads)."""
        return self.linear.logits(texts).astype(np.float64)

    def encoder_logits(self, texts: Sequence[str], *, progress: bool) -> Floats:
        """Of the texts alone, shape (texts, heads), off-topic left out."""
        found = [
            self.encoder.read(Comment(text), None, _LABELS, self._rank).alone
            for text in tqdm(texts, "asking the encoder", disable=not progress, unit="text")
        ]
        return np.array(found, dtype=np.float64)[:, :-1]

    def off_topic(
        self, comments: Sequence[Comment], *, progress: bool
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Off-topic by the linear model and by the encoder, as logits, of the comments that have
        a context: which those are comes last."""
        fits = self.relevance.fits(comments)
        pairs = [(one, fit) for one, fit in zip(comments, fits, strict=True) if fit is not None]
        bar = tqdm(pairs, "asking the encoder", disable=not progress, unit="pair")
        of_encoder = [self._under(comment, fit) for comment, fit in bar]
        return (
            np.array([logit(fit.off_topic) for _, fit in pairs]),
            np.array(of_encoder, dtype=np.float64),
            np.array([fit is not None for fit in fits]),
        )

    def _under(self, comment: Comment, fit: ContextFit) -> float:
        found = self.encoder.read(comment, fit.passage, _CONTEXT, self._rank).off_topic
        # Whatever has a fit has a context; a comment of no words is read all the same.
        return 0.0 if found is None else found

    def _rank(self, parts: Sequence[str]) -> Floats:
        scores = self.calibration.probabilities(self.linear.logits_of_normalised(parts))
        return np.asarray(scores.max(axis=1))


def in_context(rows: pd.DataFrame, under: pd.DataFrame | None = None) -> list[Comment]:
    """Each row's comment under its own context, or under that of the row beside it in `under`."""
    other = rows if under is None else under
    return [
        Comment(text, Article(title, body), parent or None)
        for text, title, body, parent in zip(
            rows["text"], other["title"], other["body"], other["parent"], strict=True
        )
    ]
