"""Logits to probabilities at the reference base rates that the manifest names.

Platt's sigmoid per label (Platt 1999), fitted in training with the positives weighted
to the base rate; see `training.calibrate` for how label noise is kept out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelInvalid

PREFIX: Final = "calibration."

MOST_LOGIT: Final = 40.0
"""Bound of a logit before its exponential is taken."""


class Calibration:
    """One slope and one offset for each label."""

    def __init__(self, slope: NDArray[np.float64], offset: NDArray[np.float64]) -> None:
        """Take arrays of shape (labels,); every slope is positive, so order is kept."""
        if slope.shape != offset.shape or slope.ndim != 1 or not (slope > 0).all():
            raise ModelInvalid("calibration: slopes and offsets do not fit together")
        self._slope = slope
        self._offset = offset

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Calibration:
        """Build from a model folder's arrays. Raises `ModelInvalid` where they do not fit."""
        try:
            slope, offset = arrays[f"{PREFIX}slope"], arrays[f"{PREFIX}offset"]
        except KeyError as missing:
            raise ModelInvalid(f"calibration: {missing} is missing") from missing
        return cls(np.asarray(slope, dtype=np.float64), np.asarray(offset, dtype=np.float64))

    def probabilities(
        self, logits: NDArray[np.float32] | NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Probabilities in (0, 1) for logits of shape (texts, labels)."""
        calibrated = self._slope * logits.astype(np.float64) + self._offset
        return sigmoid(calibrated)


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities in (0, 1)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -MOST_LOGIT, MOST_LOGIT))))
