"""Held-out logits to calibration: Platt's sigmoid at a base rate, with label noise set apart.

Raters miss insults and mark civil rows. Fitted as it stands, a sigmoid would give even the
plainest insult no more than the share of raters who saw it, times the base rate. So the
labels are taken to be flipped at two fitted rates (asymmetric noise as in Natarajan et al.
2013): `P(marked) = wrong + (1 - wrong - lost) * sigmoid(slope * logit + offset)`, and what is
served is the sigmoid alone. Both rates are after weighting to the base rate, where a few
overlooked insults among the rows marked civil weigh twenty times what they did; they are
bounded, so that what the classifier gets wrong is not explained away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

MOST_MARKED_WRONGLY: Final = 0.02
MOST_LOST: Final = 0.35
_CIVIL: Final = "nyt_room_for_debate"


@dataclass(frozen=True, slots=True)
class Platt:
    """A label's calibration and the noise that was found beside it."""

    slope: float
    offset: float
    marked_wrongly: float
    lost: float
    rows: int
    positives: int

    def probabilities(self, logits: Floats) -> Floats:
        """Served probabilities for uncalibrated logits."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * logits + self.offset))))

    def as_json(self) -> dict[str, float]:
        """For the manifest."""
        return {name: round(float(value), 6) for name, value in asdict(self).items()}


def calibration_rows(data: pd.DataFrame, label: str, sets: Sequence[str]) -> pd.Series:
    """Truth (fractions of raters) of the rows of `data` that calibrate a label.

    Debate comments that a newspaper let stand count as clean for every text label, and
    unjudged sets that are named count as clean too. A set of toxic comments only (they say
    which kind) gives its positives and not its negatives.
    """
    truth = data[label].where(data["source"].isin(list(sets)))
    assumed = data["source"].isin([_CIVIL, *[name for name in sets if name.endswith("unlabelled")]])
    truth = truth.mask(assumed & data["source"].isin(list(sets)), 0.0)
    kinds_only = (data["source"] == "toxic_spans_typed_civil") & (truth < 0.5)
    return truth.mask(kinds_only).dropna()


def rated_weights(truth: Floats, sources: Sequence[str], base_rate: float) -> tuple[Floats, Floats]:
    """Weights of each row as a positive and as a negative; they sum to the base rate and its rest.

    Every set counts as the root of its rows, so that one large set is not the whole world.
    """
    share = pd.Series(1.0, index=range(len(truth))).groupby(np.asarray(sources)).transform("sum")
    even = 1 / np.sqrt(share.to_numpy())
    positive, negative = truth * even, (1 - truth) * even
    return (
        base_rate * positive / positive.sum(),
        (1 - base_rate) * negative / negative.sum(),
    )


def fit_platt(logits: Floats, truth: Floats, sources: Sequence[str], base_rate: float) -> Platt:
    """Fit one label's calibration at a base rate. Same rows, same result."""
    positive, negative = rated_weights(truth, sources, base_rate)

    def loss(parameters: Floats) -> float:
        slope, offset, wrong, lost = parameters
        clean = 1 / (1 + np.exp(-np.clip(slope * logits + offset, -40, 40)))
        marked = np.clip(wrong + (1 - wrong - lost) * clean, 1e-9, 1 - 1e-9)
        return float(-(positive @ np.log(marked) + negative @ np.log(1 - marked)) / base_rate)

    start = np.array([1.0, np.log(base_rate / (1 - base_rate)), 0.002, 0.1])
    bounds = [
        (0.2, 8.0),
        (-20.0, 10.0),
        (0.0, MOST_MARKED_WRONGLY * base_rate / 0.05),
        (0, MOST_LOST),
    ]
    slope, offset, wrong, lost = map(
        float, minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    )
    positives = int((truth >= 0.5).sum())
    return Platt(slope, offset, wrong, lost, rows=len(truth), positives=positives)
