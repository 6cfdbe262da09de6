"""The few figures that a manifest carries: how each label ranks held-out rows of each set.

The full evaluation, with intervals and peers, is `training.evaluate`.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
from sklearn.metrics import roc_auc_score

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS
from moderation.scoring.scorer import FAST, Scorer
from training.datasets import DEVELOP

MOST_ROWS: Final = 1500
"""Held-out rows of a set that are scored, the first by id."""

LEAST_POSITIVES: Final = 20


def develop_metrics(
    data: pd.DataFrame, scorer: Scorer, *, progress: bool
) -> dict[str, dict[str, dict[str, float]]]:
    """For each text label and set: rows, positives and area under the ROC curve.

    Of the mode `fast`: what the version's own training fitted.
    """
    labels = [label.value for label in TEXT_LABELS]
    rows = data[(data["part"] == DEVELOP) & data[labels].notna().any(axis=1)]
    rows = rows[rows["use"] != "lexicon"].sort_values(["source", "id"])
    rows = rows.groupby("source").head(MOST_ROWS)
    assessed = scorer.assess([Comment(text) for text in rows["text"]], mode=FAST)
    scores = pd.DataFrame(
        [[found.scores[label] for label in TEXT_LABELS] for found in assessed],
        columns=labels,
        index=rows.index,
    )
    return {label: _by_set(rows, label, scores[label]) for label in labels}


def _by_set(rows: pd.DataFrame, label: str, scores: pd.Series) -> dict[str, dict[str, float]]:
    out = {}
    for source, said in rows[label].dropna().groupby(rows["source"]):
        truth = said >= 0.5
        if LEAST_POSITIVES <= truth.sum() <= len(truth) - LEAST_POSITIVES:
            out[str(source)] = {
                "rows": len(truth),
                "positives": int(truth.sum()),
                "auc": round(float(roc_auc_score(truth, scores[said.index])), 4),
            }
    return out
