"""The figures of one label on held-out rows: ranking, calibration, and what its cut-offs do.

Arrays of scores in, JSON-ready values out; asks no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from moderation.scoring.scorer import Cutoffs
from training import goals, metrics
from training.metrics import Bools, Floats

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Labelled rows of one part, with one model's scores of every head."""

    rows: pd.DataFrame
    scores: Mapping[str, Floats]
    peers: Mapping[str, Floats]


def of_label(part: HeldOut, label: str, cutoffs: Cutoffs, base_rate: float) -> Json:
    """One label on every set that speaks about it, and over the sets that hold both classes."""
    values = part.rows[str(label)].to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    truth, sources = values >= 0.5, part.rows["source"].to_numpy(dtype=object)
    sets: Json = {}
    both = np.zeros(len(values), dtype=np.bool_)
    weight = np.ones(len(values))
    for source in sorted(set(sources[known])):
        here = known & (sources == source)
        sets[source] = _one_set(part, label, here, truth, cutoffs)
        if sets[source]["auc"]:
            both |= here
            weight[here] = metrics.weights_at(truth[here], base_rate)
    for source, row in sets.items():
        row["use"] = str(part.rows["use"].to_numpy()[sources == source][0])
    overall = _overall(part, label, both, truth, weight, cutoffs, sets)
    if both.any():
        overall["block_precision"] = goals.precision(
            truth[both], part.scores[label][both], weight[both], cutoffs.block, base_rate
        )
    return {
        "base_rate": base_rate,
        "cutoffs": {"review": cutoffs.review, "block": cutoffs.block},
        "sets": sets,
        "overall": overall,
    }


def _one_set(part: HeldOut, label: str, here: Bools, truth: Bools, cutoffs: Cutoffs) -> Json:
    t, s = truth[here], part.scores[label][here]
    area = metrics.auc(t, s)
    return {
        "rows": int(here.sum()),
        "positives": int(t.sum()),
        "auc": area and area.as_json(),
        "average_precision": round(float(average_precision_score(t, s)), 4) if area else None,
        "recall_at_review": share_over(s[t], cutoffs.review),
        "negatives_at_review": share_over(s[~t], cutoffs.review),
        "peers": {
            name: {
                "auc": as_json(metrics.auc(t, p[here])),
                "gain": as_json(metrics.auc_gain(t, s, p[here])),
            }
            for name, p in part.peers.items()
            if area
        },
    }


def _overall(
    part: HeldOut,
    label: str,
    both: Bools,
    truth: Bools,
    weight: Floats,
    cutoffs: Cutoffs,
    sets: Json,
) -> Json:
    """Over all sets with both classes: AUC as it stands, calibration at the base rate."""
    if not both.any():
        return {"rows": 0, "mean_auc": None, "pooled_auc": None, "peers": {}}
    t, s, w = truth[both], part.scores[label][both], weight[both]
    bars = metrics.reliability(t, s, w)
    areas = [row["auc"]["value"] for row in sets.values() if row["auc"]]
    return {
        "rows": int(both.sum()),
        "positives": int(t.sum()),
        "mean_auc": _mean(areas),
        "pooled_auc": _pooled(t, s, w),
        "average_precision": round(float(average_precision_score(t, s, sample_weight=w)), 4),
        "brier": round(metrics.brier(t, s, w), 5),
        "ece": round(metrics.expected_calibration_error(bars), 5),
        "reliability": [[round(x, 5) for x in (b.score, b.observed, b.weight)] for b in bars],
        "histogram": _histogram(t, s, w),
        "at_review": _at(t, s, w, cutoffs.review),
        "at_block": _at(t, s, w, cutoffs.block),
        "peers": {
            name: {
                "mean_auc": _mean(
                    [row["peers"][name]["auc"]["value"] for row in sets.values() if row["auc"]]
                ),
                "pooled_auc": _pooled(t, p[both], w),
            }
            for name, p in part.peers.items()
        },
    }


def _at(truth: Bools, score: Floats, weight: Floats, cutoff: float | None) -> Json | None:
    """What a cut-off would do to traffic at the reference base rate."""
    if cutoff is None:
        return None
    over = score >= cutoff
    flagged = float(weight[over].sum())
    return {
        "recall": round(float(weight[over & truth].sum() / weight[truth].sum()), 4),
        "precision": round(float(weight[over & truth].sum()) / flagged, 4) if flagged else None,
        "flagged": round(flagged / float(weight.sum()), 4),
    }


def _histogram(truth: Bools, score: Floats, weight: Floats, bins: int = 20) -> Json:
    """Share of each class in bars of equal width over [0, 1]."""
    return {
        name: [
            round(float(x), 5)
            for x in np.histogram(score[which], bins, (0, 1), weights=weight[which])[0]
            / weight[which].sum()
        ]
        for name, which in (("positive", truth), ("negative", ~truth))
    }


def share_over(score: Floats, cutoff: float | None) -> Json | None:
    """Share of the scores that reach a cut-off, with its interval; `None` without a cut-off."""
    return (
        None if cutoff is None else as_json(metrics.share(int((score >= cutoff).sum()), len(score)))
    )


def _pooled(truth: Bools, score: Floats, weight: Floats) -> float:
    """AUC over all rows with every set at the base rate.

    Unweighted, a scorer would gain by knowing which set a row is from.
    """
    return round(float(roc_auc_score(truth, score, sample_weight=weight)), 4)


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def as_json(estimate: metrics.Estimate | None) -> Json | None:
    """An estimate's numbers, where there is one."""
    return estimate.as_json() if estimate else None
