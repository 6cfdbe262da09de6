"""Fitting one linear model for each head on the rows that speak about it.

Raters speak under an offset for each set, which takes up that set's own base rate and is then
dropped, so that where a comment came from never reaches its score. A teacher speaks of every
text it was asked about, under none (distillation: Hinton et al. 2015, arXiv:1503.02531).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit

from training.matrix import TextMatrix
from training.pool import HEADS, WRITTEN
from training.soft_logistic import Said, SoftLogisticRegression
from training.weighting import Weights, row_weights

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """The `[estimator]` of the configuration."""

    c: float
    max_iter: int
    set_scale: float
    teacher: float
    """What the teacher's word counts for a text, a rater's being 1."""
    raters: float
    """What the raters' word counts where there is a teacher."""


@dataclass(frozen=True, slots=True)
class Head:
    """The fitted weights of one label, over the text columns alone."""

    weights: NDArray[np.float32]
    intercept: float
    rows: int
    positives: int


def fit_head(
    matrix: csr_matrix | TextMatrix,
    pool: pd.DataFrame,
    label: str,
    settings: Settings,
    weights: Weights,
    taught: Floats | None = None,
) -> Head:
    """Fit one label. `matrix` has a row for each row of `pool` (see `training.pool`).

    `taught` are the teacher's logits (rows x `HEADS`), NaN where it was not asked.
    """
    judged = pool[label].notna().to_numpy()
    if taught is None:
        used, said = judged, [_raters(pool[judged], label, weights, np.ones(int(judged.sum())))]
    else:
        logits = taught[:, HEADS.index(label)]
        asked = ~np.isnan(logits)
        used = judged | asked
        # Where the teacher was not asked, the raters are all there is.
        counts = np.where(asked, settings.raters, 1.0)
        said = [
            _raters(pool[used], label, weights, counts[used]),
            _teacher(pool[used], logits[used], settings.teacher),
        ]
    model = SoftLogisticRegression(settings.c, settings.max_iter, settings.set_scale)
    model.fit(matrix if used.all() else matrix[used], said)
    return Head(
        weights=model.coef_,
        intercept=model.intercept_,
        rows=int(judged.sum()),
        positives=int((pool[label] >= 0.5).sum()),
    )


def _raters(rows: pd.DataFrame, label: str, weights: Weights, counts: NDArray[np.float64]) -> Said:
    judged = rows[label].notna().to_numpy()
    weight = np.zeros(len(rows), dtype=np.float32)
    weight[judged] = counts[judged] * row_weights(rows[judged], label, weights)
    # Sentences written for the project say what holds on any site, so they have no base rate.
    named = rows["group"].where(rows["group"] != WRITTEN)
    groups, _ = pd.factorize(named, sort=True, use_na_sentinel=True)
    return Said(rows[label].fillna(0.0).to_numpy(np.float32), weight, groups.astype(np.intp))


def _teacher(rows: pd.DataFrame, logits: Floats, counts: float) -> Said:
    asked = ~np.isnan(logits)
    weight = np.where(asked, counts * rows["trust"].to_numpy(), 0.0).astype(np.float32)
    return Said(np.where(asked, expit(logits), 0.0).astype(np.float32), weight)


def stacked_weights(heads: Mapping[str, Head]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (columns, heads) and intercepts (heads), float32."""
    weights = np.stack([head.weights for head in heads.values()], axis=1).astype(np.float32)
    return np.ascontiguousarray(weights), np.array(
        [head.intercept for head in heads.values()], dtype=np.float32
    )
