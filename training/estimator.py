"""Fitting one linear model for each head on the rows that speak about it.

scikit-learn's `LogisticRegression` with L-BFGS: no randomness, so the same rows give the
same bits. A column for each set takes up that set's own base rate and is then dropped,
so that where a comment came from never reaches its score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from training.weighting import Weights, row_weights


@dataclass(frozen=True, slots=True)
class Settings:
    """The `[estimator]` of the configuration."""

    c: float
    max_iter: int
    set_scale: float


@dataclass(frozen=True, slots=True)
class Head:
    """The fitted weights of one label, over the text columns alone."""

    weights: NDArray[np.float32]
    intercept: float
    rows: int
    positives: int


def fit_head(
    matrix: csr_matrix, pool: pd.DataFrame, label: str, settings: Settings, weights: Weights
) -> Head:
    """Fit one label. `matrix` has a row for each row of `pool` (see `training.pool`)."""
    speaking = pool[label].notna().to_numpy()
    rows, spoken = pool[speaking], matrix[speaking]
    fraction = rows[label].to_numpy()
    weight = row_weights(rows, label, weights)
    design = csr_matrix(hstack([spoken, _set_columns(rows["group"], settings.set_scale)]))
    # A fraction of raters is a row that says "yes" with that weight and "no" with the rest.
    both = (fraction > 0) & (fraction < 1)
    stacked = csr_matrix(vstack([design, design[both]]))
    target = np.concatenate([fraction > 0, np.zeros(int(both.sum()), dtype=bool)])
    shares = np.concatenate(
        [weight * np.where(fraction > 0, fraction, 1.0), weight[both] * (1 - fraction[both])]
    )
    model = LogisticRegression(C=settings.c, max_iter=settings.max_iter, tol=1e-3)
    model.fit(stacked, target, sample_weight=shares.astype(np.float32))
    return Head(
        weights=model.coef_[0, : matrix.shape[1]].astype(np.float32),
        intercept=float(model.intercept_[0]),
        rows=len(rows),
        positives=int((fraction >= 0.5).sum()),
    )


def _set_columns(groups: pd.Series, scale: float) -> csr_matrix:
    codes, names = pd.factorize(groups, sort=True)
    values = np.full(len(codes), scale, dtype=np.float32)
    return csr_matrix((values, codes, np.arange(len(codes) + 1)), shape=(len(codes), len(names)))


def stacked_weights(heads: Mapping[str, Head]) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Weights (columns, heads) and intercepts (heads), as a model folder keeps them."""
    weights = np.stack([head.weights for head in heads.values()], axis=1).astype(np.float16)
    return np.ascontiguousarray(weights), np.array(
        [head.intercept for head in heads.values()], dtype=np.float32
    )
