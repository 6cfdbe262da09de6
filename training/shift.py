"""Moving a fitted linear model a little towards new rows: its old weights are the prior.

Logistic regression over the change alone: the loss of the new rows, an L2 penalty that
pulls every change to nothing, and anchors, plain texts that should keep their score.
Only features that the rows contain can change. Pure numbers; knows no files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from training.metrics import Floats

Sparse = Any
"""A scipy CSR matrix (scipy ships no types)."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as features, with the calibrated logit that the old model gives each."""

    features: Sparse
    logits: Floats

    @property
    def size(self) -> int:
        """How many features there are."""
        return int(self.features.shape[1])


@dataclass(frozen=True, slots=True)
class Strength:
    """How much the old model is trusted.

    `weights`: a text must be judged about this often, always alike, before its own
    evidence counts as much as the old model's. `seen`: how much each time that the old model
    met a feature in training counts beside that. `offset`: the same for the level of all
    scores, in logits. `anchors`: how many rows one anchor counts as. `most_offset`:
    furthest that the level may move, in logits. `most_move`: furthest that an anchor's
    probability may move.
    """

    weights: float = 2.0
    seen: float = 0.5
    offset: float = 25.0
    anchors: float = 0.5
    most_offset: float = 0.5
    most_move: float = 0.03


@dataclass(frozen=True, slots=True)
class Shift:
    """Change of the calibrated logit: one number a feature, and one for all texts."""

    weights: Floats
    offset: float

    def applied(self, rows: Rows) -> Floats:
        """The rows' calibrated logits after the change."""
        moved: Floats = rows.logits + rows.features @ self.weights + self.offset
        return moved


def fit(
    rows: Rows,
    truth: Floats,
    weight: Floats,
    anchors: Rows,
    seen: Floats,
    strength: Strength | None = None,
) -> Shift:
    """The change that fits `truth` (0 to 1 for each row) best under the prior.

    `seen` is the sum of squares of each feature over the old model's training rows: what
    it met often it knows, and holds fast (the diagonal of Laplace's approximation).
    Every optimum on the way is unique, so the same rows always give the same change. An
    anchor that moves too far is held harder and harder; what then still moves too far is
    made smaller as a whole.
    """
    strength = strength or Strength()
    # The median: one text of twenty thousand letters must not keep all others from being learnt.
    typical = float(np.median(np.asarray(rows.features.multiply(rows.features).sum(axis=1))))
    penalty = strength.weights * max(typical, 1e-6) + strength.seen * seen
    shift = Shift(np.zeros(rows.size), 0.0)
    hold = strength.anchors
    for _ in range(_TRIES):
        problem = _Problem(rows, truth, weight, anchors, hold, penalty, strength)
        shift = _optimum(problem, shift)
        if _furthest(shift, anchors) <= strength.most_move:
            return shift
        hold *= 4.0
    return _bounded(shift, anchors, strength.most_move)


_TRIES = 6


@dataclass(frozen=True, slots=True)
class _Problem:
    """The loss of a change: misfit of the rows and of the held anchors, and the prior."""

    rows: Rows
    truth: Floats
    weight: Floats
    anchors: Rows
    hold: float
    penalty: Floats
    strength: Strength


def _optimum(problem: _Problem, start: Shift) -> Shift:
    # In units of the prior, where every direction is about as steep: common features are
    # held ten thousand times harder than new ones.
    unit = np.append(1.0 / np.sqrt(problem.penalty), problem.strength.offset**-0.5)
    kept = expit(problem.anchors.logits)
    held = np.full(len(kept), problem.hold)

    def shift_of(x: Floats) -> Shift:
        scaled = x * unit
        return Shift(scaled[:-1], float(scaled[-1]))

    def loss(x: Floats) -> tuple[float, Floats]:
        shift = shift_of(x)
        value, slope = _misfit(problem.rows, shift, problem.truth, problem.weight)
        more, more_slope = _misfit(problem.anchors, shift, kept, held)
        return value + more + 0.5 * float(x @ x), (slope + more_slope) * unit + x

    reach = problem.strength.most_offset / float(unit[-1])
    bounds = [(None, None)] * len(start.weights) + [(-reach, reach)]
    first = np.append(start.weights, start.offset) / unit
    # Good to a thousandth of a logit, which is finer than the weights are kept.
    found = minimize(
        loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-8}
    )
    return shift_of(found.x)


def fit_offset(
    logits: Floats, truth: Floats, weight: Floats, strength: Strength | None = None
) -> float:
    """The change of the level alone, where nothing else may move."""
    none = csr_matrix((len(logits), 0))
    nobody = Rows(csr_matrix((0, 0)), np.zeros(0))
    return fit(Rows(none, logits), truth, weight, nobody, np.zeros(0), strength).offset


def _misfit(rows: Rows, shift: Shift, truth: Floats, weight: Floats) -> tuple[float, Floats]:
    """Weighted log loss and its gradient, the offset's last."""
    logits = shift.applied(rows)
    value = float(weight @ (np.logaddexp(0.0, logits) - truth * logits))
    error = weight * (expit(logits) - truth)
    return value, np.append(rows.features.T @ error, error.sum())


def _furthest(shift: Shift, anchors: Rows) -> float:
    """How far the probability of the anchor that moves most goes."""
    change = expit(shift.applied(anchors)) - expit(anchors.logits)
    return float(np.abs(change).max(initial=0.0))


def _bounded(shift: Shift, anchors: Rows, most: float) -> Shift:
    """The largest part of the change under which no anchor moves by more than `most`."""

    def part(share: float) -> Shift:
        return Shift(shift.weights * share, shift.offset * share)

    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        within = _furthest(part(middle), anchors) <= most
        low, high = (middle, high) if within else (low, middle)
    return part(low)
