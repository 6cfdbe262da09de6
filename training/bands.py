"""Learns where the encoder can change the decision: a band of linear scores around each cut-off.

On a mix of held-out comments of which one in ten should be held. All bands reach equally far in
log-odds, down from the cut-offs and up from them: one pair of numbers cannot fit the mix too
closely, where a pair for each label did (see docs/deep.md). Of all pairs that keep a stated share
of the decisions that the encoder corrects, the one is taken that asks it about the fewest civil
comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.calibration import sigmoid
from moderation.scoring.cascade import NOWHERE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

POSITIVES: Final = 0.10
"""Share of the mix that should be held."""

WIDEST: Final = 6.0
"""Log-odds that a band reaches to either side at most."""

STEP: Final = 0.1
"""Log-odds between two widths that are tried."""


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
    def mended(self) -> Floats:
        """The weight of each comment whose decision the encoder corrects, 0 for the others."""
        return np.asarray(self.weights * ((self.deep == self.bad) & (self.fast != self.bad)))


def mixed(bad: Bools, sources: NDArray[np.str_]) -> Floats:
    """Weights that make one in ten a positive, every set as the root of its rows; they sum to 1."""
    weights = np.zeros(len(bad))
    for side, share in ((bad, POSITIVES), (~bad, 1 - POSITIVES)):
        _, inverse, counts = np.unique(sources[side], return_inverse=True, return_counts=True)
        even = 1 / np.sqrt(counts[inverse])
        weights[side] = share * even / even.sum()
    return weights


def learn_bands(
    mix: Mix, civil: Floats, cutoffs: Mapping[str, float | None], most_lost: float
) -> dict[str, tuple[float, float]]:
    """`(low, high)` for each label with a cut-off, in the order of the columns of `mix.linear`.

    `civil` are linear scores of civil comments, their columns alike; `most_lost` is the share of
    the corrected decisions that may be lost.
    """
    names = [name for name, cutoff in cutoffs.items() if cutoff is not None]
    if not names:
        return {}
    columns = [at for at, cutoff in enumerate(cutoffs.values()) if cutoff is not None]
    centre = _logit(np.array([cutoffs[name] for name in names], dtype=np.float64))
    reach = nearest(mix.linear[:, columns], centre)
    found = _narrowest(reach, nearest(civil[:, columns], centre), mix.mended, most_lost)
    if found is None:
        return dict.fromkeys(names, NOWHERE)
    down, up = found
    ends = zip(names, sigmoid(centre - down), sigmoid(centre + up), strict=True)
    return {name: (round(float(low), 5), round(float(high), 5)) for name, low, high in ends}


def nearest(scores: Floats, centre: Floats) -> Floats:
    """How far over its cut-off the highest label of each comment is, in log-odds."""
    return np.asarray((_logit(scores) - centre).max(axis=1))


def _narrowest(
    reach: Floats, civil: Floats, mended: Floats, most_lost: float
) -> tuple[float, float] | None:
    """How far down and up; `None` where the encoder corrects nothing."""
    least = (1 - most_lost) * mended.sum()
    if least <= 0:
        return None
    best, found = np.inf, None
    widths = np.arange(0.0, WIDEST + STEP / 2, STEP)
    for down in widths:
        for up in widths:
            if mended[(reach >= -down) & (reach <= up)].sum() < least:
                continue
            asked = float(((civil >= -down) & (civil <= up)).mean())
            # Wider upwards costs no civil comment and much of what is plain abuse.
            if asked < best:
                best, found = asked, (float(down), float(up))
            break
    return found


def _logit(scores: Floats) -> Floats:
    bounded = np.clip(scores, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(bounded / (1 - bounded)))
