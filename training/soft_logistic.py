"""Logistic regression on fractions, with a teacher beside the raters.

Each row has one logit and up to two things said of it: what raters said, under an offset of the
set that they rated, and what a teacher thinks, under none. scikit-learn's `LogisticRegression`
takes neither fractions nor two targets a row without repeating the rows; this is the same loss and
penalty under the same optimiser (L-BFGS; Liu and Nocedal 1989), without randomness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.base import BaseEstimator

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of the rows: fractions in [0, 1], and how much each counts."""

    target: NDArray[np.float32]
    weight: NDArray[np.float32]
    """0 where it says nothing."""
    group: NDArray[np.intp] | None = None
    """Whose base rate a row has, from 0; each group gets an offset that no score takes over.
    Rows of group -1 have none: what is said of them holds everywhere."""


class Factors(Protocol):
    """A matrix that is never written out; `training.matrix.TextMatrix` is one."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""

    def __matmul__(self, weights: NDArray[np.float32]) -> NDArray[np.float32]: ...

    def transposed_matmul(self, residual: NDArray[np.float32]) -> NDArray[np.float32]:
        """The transposed matrix times a value for each row."""


class SoftLogisticRegression(BaseEstimator):
    """Binary logistic regression with an L2 penalty.

    Parameters
    ----------
    c : inverse strength of the penalty, as scikit-learn's `C`.
    max_iter : iterations of L-BFGS at most.
    group_scale : how freely a group's offset moves; its penalty is one over the square.
    """

    def __init__(self, c: float = 1.0, max_iter: int = 60, group_scale: float = 4.0) -> None:
        self.c = c
        self.max_iter = max_iter
        self.group_scale = group_scale

    def fit(self, matrix: csr_matrix | Factors, said: Sequence[Said]) -> SoftLogisticRegression:
        """Fit on the rows of `matrix`; sets `coef_` (columns), `intercept_` and `n_iter_`."""
        columns = matrix.shape[1]
        loss = _Loss(matrix, said, self.c, self.group_scale)
        found = minimize(
            loss,
            np.zeros(loss.size),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": self.max_iter, "maxcor": 8, "gtol": 1e-6, "ftol": 1e-9},
        )
        self.coef_ = found.x[:columns].astype(np.float32)
        self.intercept_ = float(found.x[-1])
        self.n_iter_ = int(found.nit)
        return self

    def decision_function(self, matrix: csr_matrix) -> NDArray[np.float32]:
        """Logits of the rows, without any group's offset."""
        return np.asarray(matrix @ self.coef_ + np.float32(self.intercept_))


class _Loss:
    """Mean loss and its gradient; the parameters are weights, offsets of groups, intercept."""

    def __init__(
        self, matrix: csr_matrix | Factors, said: Sequence[Said], c: float, group_scale: float
    ) -> None:
        self._matrix = matrix
        self._transposed: Callable[[Any], Any] = (
            matrix.T.__matmul__ if isinstance(matrix, csr_matrix) else matrix.transposed_matmul
        )
        self._said, self._c, self._scale = said, c, group_scale
        self._columns = matrix.shape[1]
        self._groups = [0 if one.group is None else int(one.group.max()) + 1 for one in said]
        self._total = max(float(sum(one.weight.sum(dtype=np.float64) for one in said)), 1e-9)
        self.size = self._columns + sum(self._groups) + 1

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        weights = parameters[: self._columns].astype(np.float32)
        logits = self._matrix @ weights + np.float32(parameters[-1])
        gradient = parameters.copy()
        gradient[-1] = 0.0
        value = 0.5 * float(parameters[:-1] @ parameters[:-1])
        rest = np.zeros_like(logits)
        at = self._columns
        for one, groups in zip(self._said, self._groups, strict=True):
            offsets = parameters[at : at + groups]
            shifted = logits
            if one.group is not None:
                known = np.append(self._scale * offsets, 0.0).astype(np.float32)
                shifted = logits + known[one.group]
            likelihood = one.weight * (np.logaddexp(np.float32(0), shifted) - one.target * shifted)
            value += self._c * float(likelihood.sum(dtype=np.float64))
            residual = np.float32(self._c) * one.weight * (expit(shifted) - one.target)
            if one.group is not None:
                there = one.group >= 0
                sums = np.bincount(one.group[there], residual[there], groups)
                gradient[at : at + groups] += self._scale * sums
            rest += residual
            at += groups
        gradient[: self._columns] += self._transposed(rest)
        gradient[-1] += float(rest.sum(dtype=np.float64))
        return value / self._total, gradient / self._total
