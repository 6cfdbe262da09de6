"""How good scores are: ranking, calibration and shares, each with its interval where it has one.

Pure numbers in, plain values out. Knows no data set, no label and no model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """The three numbers, rounded to what they can carry."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability plot: mean score, observed rate, and the weight that is in it."""

    score: float
    observed: float
    weight: float


def _midranks(values: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ends = np.r_[starts[1:], len(values)]
    ranks = np.empty(len(values), dtype=np.float64)
    ranks[order] = np.repeat((starts + ends + 1) / 2.0, ends - starts)
    return ranks


def _placements(truth: Bools, score: Floats) -> tuple[Floats, Floats]:
    """Share of the other class that each positive beats, and that each negative loses to."""
    positive, negative = score[truth], score[~truth]
    m, n = len(positive), len(negative)
    together = _midranks(np.concatenate([positive, negative]))
    above = (together[:m] - _midranks(positive)) / n
    below = 1.0 - (together[m:] - _midranks(negative)) / m
    return above, below


def auc(truth: Bools, score: Floats) -> Estimate | None:
    """Area under the ROC curve with its DeLong interval; `None` unless both classes occur twice.

    Source: DeLong et al. 1988; the rank form of Sun and Xu 2014.
    """
    m, n = int(truth.sum()), int((~truth).sum())
    if m < 2 or n < 2:
        return None
    above, below = _placements(truth, score)
    value = float(above.mean())
    spread = math.sqrt(float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n)
    return Estimate(value, max(0.0, value - Z95 * spread), min(1.0, value + Z95 * spread))


def auc_gain(truth: Bools, score: Floats, other: Floats) -> Estimate | None:
    """AUC of `score` less that of `other` on the same rows, with the paired DeLong interval."""
    m, n = int(truth.sum()), int((~truth).sum())
    if m < 2 or n < 2:
        return None
    above, below = _placements(truth, score)
    other_above, other_below = _placements(truth, other)
    up, down = above - other_above, below - other_below
    value = float(up.mean())
    spread = math.sqrt(float(up.var(ddof=1)) / m + float(down.var(ddof=1)) / n)
    return Estimate(value, value - Z95 * spread, value + Z95 * spread)


def share(hits: float, rows: float) -> Estimate | None:
    """A proportion with its Wilson (1927) interval; `None` without rows.

    Fractions where rows are weighted: then `rows` is their effective number.
    """
    if rows == 0:
        return None
    p, zz = hits / rows, Z95 * Z95
    middle = (p + zz / (2 * rows)) / (1 + zz / rows)
    half = Z95 * math.sqrt(p * (1 - p) / rows + zz / (4 * rows * rows)) / (1 + zz / rows)
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half))


def difference(one: Estimate, other: Estimate) -> Estimate:
    """One share less another of independent rows, with Newcombe's hybrid interval.

    Source: Newcombe 1998, method 10, from the two Wilson intervals.
    """
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(value, value - below, value + above)


def weights_at(truth: Bools, base_rate: float) -> Floats:
    """Row weights, mean 1, under which the positives make up `base_rate` of the rows.

    Test sets are richer in positives than traffic is; a score calibrated at a base rate
    can only be judged at that rate.
    """
    rate = float(truth.mean())
    return np.where(truth, base_rate / rate, (1.0 - base_rate) / (1.0 - rate))


def brier(truth: Bools, score: Floats, weight: Floats) -> float:
    """Weighted mean squared distance of the scores from what happened."""
    return float(np.average((score - truth) ** 2, weights=weight))


def reliability(truth: Bools, score: Floats, weight: Floats, bins: int = 10) -> list[Bin]:
    """The non-empty bars of equal width over [0, 1], weights as shares of the whole."""
    place = np.minimum((score * bins).astype(np.int64), bins - 1)
    mass = np.bincount(place, weights=weight, minlength=bins)
    scores = np.bincount(place, weights=weight * score, minlength=bins)
    hits = np.bincount(place, weights=weight * truth, minlength=bins)
    return [
        Bin(float(scores[i] / mass[i]), float(hits[i] / mass[i]), float(mass[i] / mass.sum()))
        for i in range(bins)
        if mass[i] > 0
    ]


def expected_calibration_error(bars: list[Bin]) -> float:
    """Mean distance of observed rate and score over the bars, by weight (Guo et al. 2017)."""
    return sum(bar.weight * abs(bar.observed - bar.score) for bar in bars)
