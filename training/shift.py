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


@dataclass(frozen=True, slots=True)
class Strength:
    """How much the old model is trusted.

    `weights`: a text must be judged about this often, always alike, before its own
    evidence counts as much as the old model's. `offset`: the same for the level of all
    scores, in logits. `anchors`: how many rows one anchor counts as. `most_offset`:
    furthest that the level may move, in logits. `most_move`: furthest that an anchor's
    probability may move.
    """

    weights: float = 3.0
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
    rows: Rows, truth: Floats, weight: Floats, anchors: Rows, strength: Strength | None = None
) -> Shift:
    """The change that fits `truth` (0 to 1 for each row) best under the prior.

    The optimum is unique, so the same rows always give the same change. It is made
    smaller where it would move an anchor by more than the strength allows.
    """
    strength = strength or Strength()
    size = rows.features.shape[1]
    typical = float(rows.features.multiply(rows.features).sum(axis=1).mean())
    hold = strength.weights * max(typical, 1e-6)
    kept = expit(anchors.logits)

    def loss(x: Floats) -> tuple[float, Floats]:
        shift = Shift(x[:size], float(x[size]))
        value, slope, level = _misfit(rows, shift, truth, weight)
        held, held_slope, held_level = _misfit(
            anchors, shift, kept, np.full(len(kept), strength.anchors)
        )
        value += held + 0.5 * (hold * float(x[:size] @ x[:size]) + strength.offset * x[size] ** 2)
        gradient = np.append(
            slope + held_slope + hold * x[:size], level + held_level + strength.offset * x[size]
        )
        return value, gradient

    reach = strength.most_offset
    bounds = [(None, None)] * size + [(-reach, reach)]
    found = minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return _bounded(Shift(found.x[:size], float(found.x[size])), anchors, strength.most_move)


def fit_offset(
    logits: Floats, truth: Floats, weight: Floats, strength: Strength | None = None
) -> float:
    """The change of the level alone, where nothing else may move."""
    none = csr_matrix((len(logits), 0))
    nobody = Rows(csr_matrix((0, 0)), np.zeros(0))
    return fit(Rows(none, logits), truth, weight, nobody, strength).offset


def _misfit(rows: Rows, shift: Shift, truth: Floats, weight: Floats) -> tuple[float, Floats, float]:
    """Weighted log loss, its gradient by feature and by offset."""
    logits = shift.applied(rows)
    value = float(weight @ (np.logaddexp(0.0, logits) - truth * logits))
    error = weight * (expit(logits) - truth)
    return value, np.asarray(rows.features.T @ error), float(error.sum())


def _bounded(shift: Shift, anchors: Rows, most: float) -> Shift:
    """The largest part of the change under which no anchor moves by more than `most`."""

    def part(share: float) -> Shift:
        return Shift(shift.weights * share, shift.offset * share)

    def moves(share: float) -> float:
        change = expit(part(share).applied(anchors)) - expit(anchors.logits)
        return float(np.abs(change).max(initial=0.0))

    if moves(1.0) <= most:
        return shift
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if moves(middle) <= most else (low, middle)
    return part(low)
