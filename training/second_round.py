"""A second round for the encoder: from the raters, and from what both models say by now.

The linear model and the encoder err on different comments, so the two together are a better teacher
than either (born-again networks, Furlanello et al. 2018). The encoder goes on from where it was, at
a lower rate. Written sentences and comments under a context keep their own word: it is exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.classifier import LinearClassifier
from training.encoder import Encoder
from training.lessons import ENCODER_HEADS, Lessons
from training.teach import score_normalised
from training.teaching import Teaching

RATERS: Final = 0.6
"""What the raters' word counts where both speak; the rest is the two models'."""

_LINEAR: Final = 0.45
"""Of the two models' word, what the linear one has."""


def softened(
    labelled: Lessons,
    drawn: NDArray[np.int64],
    linear: LinearClassifier,
    encoder: Encoder,
    teaching: Teaching,
    *,
    progress: bool,
) -> Lessons:
    """The same rows with softer targets where they are drawn; weights stay.

    Where raters spoke, the models' word is moved by the offset that the set was found to have,
    since the raters' has it.
    """
    rows = np.unique(drawn)
    texts = [labelled.texts[row] for row in rows]
    heads = len(ENCODER_HEADS) - 1
    of_linear = linear.logits(texts)[:, :heads]
    of_encoder = score_normalised(encoder, texts, teaching, progress=progress)[:, :heads]
    said = _LINEAR * of_linear + (1 - _LINEAR) * of_encoder
    targets = labelled.targets.copy()
    judged = labelled.judged[rows][:, :heads]
    offsets = encoder.group_bias.detach().numpy()[labelled.groups[rows]][:, :heads]
    soft = 1 / (1 + np.exp(-(said + np.where(judged, offsets, 0.0))))
    rated = targets[rows][:, :heads]
    mixed = np.where(judged, RATERS * rated + (1 - RATERS) * soft, soft)
    targets[rows, :heads] = mixed.astype(np.float32)
    return replace(labelled, targets=targets)
