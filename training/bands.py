"""Learns where the encoder can change the decision: a band of linear scores for each label.

On a mix of held-out comments with one positive in ten. The bands start wide and are narrowed
step by step, each time where the fewest corrected decisions are lost for the comments that need
not be asked about any more, until a stated share of what the encoder corrects would be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

POSITIVES: Final = 0.10
"""Share of the mix that should be held."""

WIDEST: Final = 6.0
"""Log-odds that a band reaches to either side of the cut-off at first."""

_ROUNDING: Final = 1e-9

STEP: Final = 0.25
"""Log-odds by which it is narrowed at a time."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Comments with what both models say of them; labels are columns."""

    linear: Floats
    fast: Bools
    """Whether the linear model alone would hold each comment."""
    deep: Bools
    """Whether both together would."""
    bad: Bools
    """Whether it should be held."""
    weights: Floats

    @property
    def gain(self) -> Floats:
        """What asking the encoder about each comment is worth: a decision mended or spoilt."""
        return np.asarray(self.weights * (1.0 * (self.deep == self.bad) - (self.fast == self.bad)))


def mixed(bad: Bools, sources: NDArray[np.str_]) -> Floats:
    """Weights that make one in ten a positive, every set as the root of its rows; they sum to 1."""
    weights = np.zeros(len(bad))
    for side, share in ((bad, POSITIVES), (~bad, 1 - POSITIVES)):
        _, inverse, counts = np.unique(sources[side], return_inverse=True, return_counts=True)
        even = 1 / np.sqrt(counts[inverse])
        weights[side] = share * even / even.sum()
    return weights


def learn_bands(
    mix: Mix, cutoffs: Mapping[str, float | None], most_lost: float
) -> dict[str, list[float]]:
    """`[low, high]` for each label with a cut-off, in the order of the columns of `mix.linear`.

    `most_lost` is the share of the corrected decisions that may be lost.
    """
    names = [name for name, cutoff in cutoffs.items() if cutoff is not None]
    columns = [at for at, cutoff in enumerate(cutoffs.values()) if cutoff is not None]
    odds = _logit(mix.linear[:, columns])
    centre = np.array([_logit(np.array(cutoffs[name])) for name in names])
    low, high = centre - WIDEST, centre + WIDEST
    gain = mix.gain
    least = (1 - most_lost) * gain[_asked(odds, low, high)].sum()
    if least <= 0:
        # An encoder that mends nothing is not worth asking.
        return {name: [1.0, 1.0] for name in names}
    while (found := _narrowed(odds, low, high, centre, gain, mix.weights, least)) is not None:
        low, high = found
    ends = zip(names, _sigmoid(low), _sigmoid(high), strict=True)
    return {name: [round(float(a), 5), round(float(b), 5)] for name, a, b in ends}


def _asked(odds: Floats, low: Floats, high: Floats) -> Bools:
    """As `moderation.scoring.cascade` decides it."""
    return np.asarray((odds >= low).any(axis=1) & ~(odds > high).any(axis=1))


def _narrowed(
    odds: Floats,
    low: Floats,
    high: Floats,
    centre: Floats,
    gain: Floats,
    weights: Floats,
    least: float,
) -> tuple[Floats, Floats] | None:
    """The ends after the step that spares most for what it loses; `None` where none is left."""
    before = _asked(odds, low, high)
    best, found = -np.inf, None
    for column in range(len(centre)):
        for ends in (_raised(low, centre, column), _lowered(high, centre, column)):
            if ends is None:
                continue
            ends_low, ends_high = (ends, high) if ends[column] <= centre[column] else (low, ends)
            after = _asked(odds, ends_low, ends_high)
            kept = gain[after].sum()
            if kept < least - _ROUNDING:
                continue
            spared = weights[before].sum() - weights[after].sum()
            lost = gain[before].sum() - kept
            # A step that loses nothing is worth taking even where it spares nothing yet.
            worth = (spared + 1e-6) / max(lost, 1e-6) if lost > -_ROUNDING else 1e9 + spared - lost
            if worth > best:
                best, found = worth, (ends_low, ends_high)
    return found


def _raised(low: Floats, centre: Floats, column: int) -> Floats | None:
    ends = low.copy()
    ends[column] += STEP
    return ends if ends[column] <= centre[column] else None


def _lowered(high: Floats, centre: Floats, column: int) -> Floats | None:
    ends = high.copy()
    ends[column] -= STEP
    return ends if ends[column] > centre[column] else None


def _logit(scores: Floats) -> Floats:
    bounded = np.clip(scores, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(bounded / (1 - bounded)))


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))
