"""One score out of the linear model's and the encoder's logits, fitted on held-out rows.

A logistic regression finds how much each of the two counts (stacking, Wolpert 1992), at the base
rates and with the sets weighted as for the linear calibration; then the same noise-aware sigmoid
is fitted on their sum (`training.calibrate`). What a reading under the context adds is one share a
label, since few sets have contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from moderation.scoring.stacking import ALONE, LABELS, LINEAR, OFF_TOPIC, OFFSET, UNDER
from training.calibrate import Platt, fit_platt, rated_weights

Floats = NDArray[np.float64]

UNDER_SHARE: Final = 0.25
"""Of the encoder's word for a label, what the reading under the context has where there is one:
see docs/deep.md for what other shares do."""


LEAST_LINEAR: Final = 0.1
"""What the linear logit counts at least: moderators' verdicts reach a score through it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a head's two logits count, and the calibration of their sum."""

    linear: float
    encoder: float
    platt: Platt

    def row(self, under: float) -> list[float]:
        """A row of `moderation.scoring.stacking`, with a share `under` for the context."""
        found = [0.0] * 4
        found[LINEAR] = self.platt.slope * self.linear
        found[ALONE] = self.platt.slope * self.encoder * (1 - under)
        found[UNDER] = self.platt.slope * self.encoder * under
        found[OFFSET] = self.platt.offset
        return found


def weigh(
    linear: Floats, encoder: Floats, truth: Floats, sources: Sequence[str], base_rate: float
) -> Weighed:
    """Fit one head on logits of the same rows.

    Neither model counts less than nothing, and the linear one not less than `LEAST_LINEAR`.
    """
    both = np.column_stack([linear, encoder]).astype(np.float64)
    positive, negative = rated_weights(truth, sources, base_rate)
    kept = [0, 1]
    while True:
        fitted = LogisticRegression(C=1e4, max_iter=1000).fit(
            np.concatenate([both[:, kept], both[:, kept]]),
            np.repeat([1, 0], len(both)),
            np.concatenate([positive, negative]) * len(both),
        )
        if (fitted.coef_[0] > 0).all() or len(kept) == 1:
            break
        kept = [kept[int(fitted.coef_[0].argmax())]]
    counts = np.zeros(2)
    counts[kept] = np.maximum(fitted.coef_[0], 1e-3)
    # To one: how steep the sum is belongs to the calibration.
    counts /= counts.sum()
    counts[0] = max(counts[0], LEAST_LINEAR)
    counts[1] = 1 - counts[0]
    platt = fit_platt(both @ counts, truth, sources, base_rate)
    return Weighed(float(counts[0]), float(counts[1]), platt)


def weigh_off_topic(linear: Floats, encoder: Floats, off: Floats, base_rate: float) -> Floats:
    """Weights of off-topic as in `moderation.scoring.stacking`, at a base rate.

    `off` is 1 for a comment under another's context.
    """
    both = np.column_stack([linear, encoder]).astype(np.float64)
    rates = np.where(off > 0.5, base_rate / off.mean(), (1 - base_rate) / (1 - off.mean()))
    fitted = LogisticRegression(C=1e4, max_iter=1000).fit(both, off > 0.5, rates)
    return np.array([*fitted.coef_[0], fitted.intercept_[0]])


def as_arrays(weighed: Sequence[Weighed], off_topic: Floats) -> dict[str, NDArray[Any]]:
    """What `moderation.scoring.stacking` reads."""
    labels = [[one.row(under) for one in weighed] for under in (0.0, UNDER_SHARE)]
    return {LABELS: np.array(labels), OFF_TOPIC: off_topic}
