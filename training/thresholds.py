"""Goals to cut-offs, solved on held-out rows.

Review: the lowest evidence that holds at most a given share of civil comments, alike for all
labels but for the harm that one does over another. Block: precision at the base rate of at least
a goal, by the lower end of Wilson's interval. A goal that cannot be met gives no cut-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.metrics import share

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_REVIEW: Final = 0.02
"""No label asks for review where fewer than one in fifty would be right: moderators stop
reading a reason that nearly always errs."""

HIGHEST_LIFT: Final = 8.0
LIFT_STEPS: Final = 400


@dataclass(frozen=True, slots=True)
class Goals:
    """The `[goals]` of the configuration; shares in [0, 1]."""

    civil_traffic: float
    off_topic_share: float
    block_precision: float


def wilson_lower(successes: float, trials: float) -> float:
    """Lower end of Wilson's 95 % interval for a share (Wilson 1927); 0 without a trial."""
    found = share(successes, trials)
    return found.low if found else 0.0


def review_cutoffs(
    civil: Mapping[str, Floats],
    base_rates: Mapping[str, float],
    most: float,
    harm: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """A cut-off a label, all together holding at most `most` of the civil comments.

    `civil` has each label's scores of the same comments. Every label asks for review at the
    same lift, the evidence (in logits) that a score has over its label's base rate, less the
    label's `harm` (what letting it pass costs over another label, as a logarithm), and never
    where fewer than `LEAST_REVIEW` would be right. With calibrated scores that prevents most
    harm for what it holds, and one number is all that is fitted to the civil comments. Where
    even the highest lift holds too many, no cut-off is under the highest civil score.
    """
    less = harm or {}
    for step in range(LIFT_STEPS + 1):
        lift = HIGHEST_LIFT * step / LIFT_STEPS
        found = {
            label: max(lifted(base_rates[label], lift - less.get(label, 0.0)), LEAST_REVIEW)
            for label in civil
        }
        held = np.any([civil[label] >= found[label] for label in civil], axis=0)
        if held.mean() <= most:
            return found
    return {label: max(found[label], float(civil[label].max() + 1) / 2) for label in civil}


def lifted(base_rate: float, lift: float) -> float:
    """The probability whose logit is `lift` over the base rate's."""
    return 1 / (1 + exp(-(log(base_rate / (1 - base_rate)) + lift)))


def block_cutoff(
    scores: Floats, truth: Bools, weights: Floats, base_rate: float, goal: float
) -> float | None:
    """The lowest cut-off whose precision at the base rate is sure to reach the goal.

    `weights` make up for how rows were sampled. Sure is meant of both rates that make up the
    precision: the positives caught by their lower, the negatives caught by their upper bound.
    Without that, no negative among a few hundred would pass for no negative at all.
    """
    caught, wrong = _Rate(weights * truth), _Rate(weights * ~truth)
    order = np.argsort(-scores, kind="stable")
    best: float | None = None
    for at, row in enumerate(order):
        caught.add(row)
        wrong.add(row)
        if at + 1 < len(order) and scores[order[at + 1]] == scores[row]:
            continue
        right = base_rate * caught.at_least()
        if right > 0 and right / (right + (1 - base_rate) * wrong.at_most()) >= goal:
            best = float(scores[row])
    return best


class _Rate:
    """A weighted share that grows row by row, with the bounds of its interval."""

    def __init__(self, weights: Floats) -> None:
        self._weights = weights
        self._all = float(weights.sum())
        # Kish's effective number of rows.
        self._rows = self._all**2 / float((weights**2).sum()) if self._all else 0.0
        self._within = 0.0

    def add(self, row: int) -> None:
        self._within += float(self._weights[row])

    def at_least(self) -> float:
        return wilson_lower(self._share() * self._rows, self._rows)

    def at_most(self) -> float:
        return 1 - wilson_lower((1 - self._share()) * self._rows, self._rows)

    def _share(self) -> float:
        return min(self._within / self._all, 1.0) if self._all else 0.0


def rounded(cutoff: float | None) -> float | None:
    """To four places, upwards so that rounding never holds more."""
    return None if cutoff is None else float(min(np.ceil(cutoff * 1e4) / 1e4, 1.0))
