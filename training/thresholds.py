"""Goals to cut-offs, solved on held-out rows.

Review: the best recall that holds at most a given share of civil comments, over all labels
together. Block: precision at the base rate of at least a goal, by the lower end of Wilson's
interval. A goal that cannot be met gives no cut-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Z95: Final = 1.959964
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Goals:
    """The `[goals]` of the configuration; shares in [0, 1]."""

    civil_traffic: float
    off_topic_share: float
    block_precision: float


def wilson_lower(successes: float, trials: float) -> float:
    """Lower end of Wilson's 95 % interval for a share (Wilson 1927); 0 without a trial."""
    if trials <= 0:
        return 0.0
    share = successes / trials
    spread = Z95 * sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    return (share + Z95**2 / (2 * trials) - spread) / (1 + Z95**2 / trials)


def review_cutoffs(
    civil: Mapping[str, Floats], positives: Mapping[str, Floats], most: float
) -> dict[str, float]:
    """A cut-off a label, all together holding at most `most` of the civil comments.

    `civil` has each label's scores of the same comments; `positives` those of held-out rows
    that have the label. Greedy: starting from nothing held, each step lowers the cut-off
    that gains most recall for each civil comment it newly holds.
    """
    labels = list(civil)
    count = len(civil[labels[0]])
    budget = int(most * count)
    orders = {label: np.argsort(-civil[label], kind="stable") for label in labels}
    reached = dict.fromkeys(labels, 0)
    held = np.zeros(count, dtype=bool)
    while True:
        gains = {}
        for label in labels:
            step = _step(civil[label], orders[label], positives[label], reached[label], held)
            if step is not None and held.sum() + step.cost <= budget:
                gains[label] = step
        if not gains:
            break
        label = max(gains, key=lambda name: gains[name].gain / max(gains[name].cost, 0.25))
        reached[label] = gains[label].to
        held[orders[label][: reached[label]]] = True
    return {label: _between(civil[label][orders[label]], reached[label]) for label in labels}


@dataclass(frozen=True, slots=True)
class _Step:
    to: int
    cost: int
    gain: float


def _step(
    scores: Floats, order: NDArray[np.intp], positives: Floats, at: int, held: Bools
) -> _Step | None:
    """The next civil comments of one label down the scores, and the recall that buys."""
    size = max(1, len(order) // 1000)
    to = at + size
    if to >= len(order):
        return None
    high = _between(scores[order], at)
    low = _between(scores[order], to)
    gain = float(np.mean(positives >= low) - np.mean(positives >= high))
    return _Step(to, int((~held[order[at:to]]).sum()), gain)


def _between(descending: Floats, held: int) -> float:
    """A cut-off that holds the first `held` of scores in falling order and no more."""
    if held == 0:
        return float((descending[0] + 1) / 2)
    above, below = descending[held - 1], descending[min(held, len(descending) - 1)]
    return float((above + below) / 2)


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


def rounded(cutoff: float | None, up: bool = True) -> float | None:
    """To four places, upwards so that rounding never holds more."""
    if cutoff is None:
        return None
    return float(min(np.ceil(cutoff * 1e4) / 1e4, 1.0)) if up else round(cutoff, 4)
