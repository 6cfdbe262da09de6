"""One score out of two models: a logistic regression over both their logits (Wolpert 1992).

Fitted in training on held-out rows at the same base rates as the linear calibration, so a score of
one mode means what it means in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring.calibration import MOST_LOGIT, sigmoid

PREFIX: Final = "stack."
LABELS, OFF_TOPIC = f"{PREFIX}labels", f"{PREFIX}off_topic"
LINEAR, ALONE, UNDER, OFFSET = range(4)
"""Columns of a label's weights: the linear logit, the encoder's of the text alone and of the text
under its context, and what is added."""

Floats = NDArray[np.float64]
Logits = NDArray[np.float32] | Floats


class Stacking:
    """Weights for every head, with and without a context, and for off-topic."""

    def __init__(self, labels: Floats, off_topic: Floats) -> None:
        """Take `labels` of shape (2, heads, 4), without and with context, and `off_topic` of (3,):
        linear logit, encoder's logit, what is added."""
        if labels.ndim != 3 or labels.shape[::2] != (2, 4) or off_topic.shape != (3,):
            raise ModelInvalid("stacking: the weights have another shape than this version's")
        if not (np.isfinite(labels).all() and np.isfinite(off_topic).all()):
            raise ModelInvalid("stacking: the weights are not all finite")
        self._labels = labels
        self._off_topic = off_topic

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Stacking:
        """Build from a model folder's arrays. Raises `ModelInvalid` where one is missing."""
        try:
            return cls(arrays[LABELS].astype(np.float64), arrays[OFF_TOPIC].astype(np.float64))
        except KeyError as missing:
            raise ModelInvalid(f"stacking: {missing} is missing") from missing

    @property
    def heads(self) -> int:
        """How many there are beside off-topic."""
        return int(self._labels.shape[1])

    def weights(self, *, under_context: bool) -> Floats:
        """Shape (heads, 4)."""
        weights: Floats = self._labels[int(under_context)]
        return weights

    def probabilities(self, linear: Logits, alone: Logits, under: Logits | None) -> Floats:
        """Calibrated probabilities, shape (heads,), of logits of that shape each."""
        weights = self.weights(under_context=under is not None)
        of_encoder = self.of_encoder(alone, under)
        return sigmoid(weights[:, LINEAR] * linear + of_encoder + weights[:, OFFSET])

    def of_encoder(self, alone: Logits, under: Logits | None) -> Floats:
        """What the encoder adds to each head's logit, shape (heads,), of logits of that shape."""
        weights = self.weights(under_context=under is not None)
        added: Floats = weights[:, ALONE] * alone
        return added if under is None else added + weights[:, UNDER] * under

    def off_topic(self, linear: float, under: float) -> float:
        """Probability that a comment is off topic, of both models' logits."""
        of_linear, of_encoder, offset = self._off_topic.tolist()
        return float(sigmoid(np.array(of_linear * linear + of_encoder * under + offset)))


def logit(probability: float) -> float:
    """The inverse of `sigmoid`, as far as a probability can be told from 0 and 1."""
    bounded = min(max(probability, np.exp(-MOST_LOGIT)), 1 - 1e-12)
    return float(np.log(bounded / (1 - bounded)))
