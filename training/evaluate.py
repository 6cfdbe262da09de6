"""How good a model is on held-out rows, beside simple methods and other products.

`evaluate` gives one JSON-ready value. Reads no settings and writes no files; what the
figures must reach is said in `training.gates`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score
from tqdm import tqdm

from moderation.comments import Comment, Decision
from moderation.labels import TEXT_LABELS, Label
from moderation.policy import judge, policy_for
from moderation.scoring.scorer import Assessment, Cutoffs, Scorer
from training import fairness_sentences, goals, metrics, peer_suites, suite
from training.fairness_rows import on_rows
from training.heads import unserved
from training.metrics import Bools, Floats
from training.peers import PeerScores
from training.slices import Slice, civil_slices, off_topic_slices, tfidf_off_topic

MOST_ROWS = 3_000
"""Rows that a set gives at most, so that no set is the whole world."""

FORMAT = 2
"""Number of the shape of `evaluation.json`; 2 added everything from `heads` on."""

SUITES = Path(__file__).parent / "suites"
"""Sentences and cases written for the project."""

FUNCTIONAL = "functional.csv"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Labelled rows of one part, with one model's scores of every head."""

    rows: pd.DataFrame
    scores: Mapping[str, Floats]
    peers: Mapping[str, Floats]


def held_out(data: pd.DataFrame, most_rows: int = MOST_ROWS) -> pd.DataFrame:
    """The develop part that some text label speaks about, at most `most_rows` of each set.

    Word lists are no comments and are left out.
    """
    labels = [label.value for label in TEXT_LABELS]
    rows = data[(data["part"] == "develop") & data[labels].notna().any(axis=1)]
    rows = rows[rows["use"].isin(("train", "evaluate only"))]
    rows = rows[rows["text"].fillna("").str.strip() != ""]
    # By digest, so that the same rows are met however the frame is ordered.
    order = rows["id"].map(lambda key: hashlib.sha256(str(key).encode()).hexdigest())
    kept = order.groupby(rows["source"]).rank(method="first") <= most_rows
    return rows[kept].reset_index(drop=True)


def evaluate(
    data: pd.DataFrame,
    scorer: Scorer,
    peers: Sequence[PeerScores] = (),
    missing: Mapping[str, str] | None = None,
    *,
    suites: Path | None = None,
    suite_peers: Sequence[PeerScores] = (),
    most_rows: int = MOST_ROWS,
    progress: bool = False,
) -> Json:
    """Measure `scorer` on the develop part of `data`; the result is the same on every run.

    `peers` score the rows of `held_out(data, most_rows)`, in that order; `missing` names
    the peers that could not be measured, with the reason. `suites` is the folder of the
    functional suite and its companions, which without it are not measured; `suite_peers` score
    the texts of `training.peer_suites.texts` for it.
    """
    rows = held_out(data, most_rows)
    assessed = assess(scorer, [Comment(text) for text in rows["text"]], progress=progress)
    scores: dict[str, Floats] = {label: _column(assessed, label) for label in TEXT_LABELS}
    heads = unserved(scorer, list(rows["text"]))
    base = _base_rates(scorer, heads)
    part = HeldOut(rows, scores | heads, {peer.name: peer.scores for peer in peers})
    return {
        "format": FORMAT,
        "model": scorer.version,
        "rows": len(rows),
        "labels": {
            label.value: _label(part, label, scorer.cutoffs[label], base[label])
            for label in TEXT_LABELS
        },
        "off_topic": [_off_topic(scorer, each, progress) for each in off_topic_slices(data)],
        "civil": [_civil(scorer, each, progress) for each in civil_slices(data)],
        "peers": {peer.name: {"measured": True, "version": peer.version} for peer in peers}
        | {name: {"measured": False, "why": why} for name, why in (missing or {}).items()},
        "heads": {name: _label(part, name, Cutoffs(None, None), base[name]) for name in heads},
        "goals": _goals(data, scorer, progress),
        "fairness": on_rows(rows, scores, scorer.cutoffs),
        **(_written(suites, scorer, suite_peers) if suites else {}),
    }


def assess(scorer: Scorer, comments: Sequence[Comment], *, progress: bool) -> list[Assessment]:
    """Score comments in batches, with a bar where `progress` asks for one."""
    step = 512
    places = tqdm(range(0, len(comments), step), disable=not progress, unit_scale=step)
    return [one for at in places for one in scorer.assess(comments[at : at + step])]


def _written(suites: Path, scorer: Scorer, peers: Sequence[PeerScores]) -> Json:
    """What was written for the project: functional cases, and sentences that are all harmless."""
    cases = suite.read(suites / FUNCTIONAL)
    functional = suite.measure(cases, scorer)
    sentences = fairness_sentences.measure(suites, cases, scorer)
    ours = peer_suites.headline(functional, sentences)
    return {
        "functional": functional,
        "sentences": sentences,
        "beside": {"this model": ours, **peer_suites.measure(suites, cases, peers)},
    }


def _goals(data: pd.DataFrame, scorer: Scorer, progress: bool) -> Json:
    rows, weight = goals.civil_rows(data)
    assessed = assess(scorer, goals.comments(rows), progress=progress)
    return goals.held(assessed, weight, scorer) if len(rows) else {}


def _label(part: HeldOut, label: str, cutoffs: Cutoffs, base_rate: float) -> Json:
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
        "recall_at_review": _share(s[t], cutoffs.review),
        "negatives_at_review": _share(s[~t], cutoffs.review),
        "peers": {
            name: {
                "auc": _json(metrics.auc(t, p[here])),
                "gain": _json(metrics.auc_gain(t, s, p[here])),
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


def _off_topic(scorer: Scorer, part: Slice, progress: bool) -> Json:
    assessed = assess(scorer, part.comments, progress=progress)
    score = _column(assessed, Label.OFF_TOPIC)
    plain = tfidf_off_topic(part)
    scored = ~np.isnan(score)
    off, score, plain = part.off[scored], score[scored], plain[scored]
    cutoff = scorer.cutoffs[Label.OFF_TOPIC].review
    return {
        "name": part.name,
        "rows": len(off),
        "unscored": int((~scored).sum()),
        "auc": _json(metrics.auc(off, score)),
        "tfidf_auc": _json(metrics.auc(off, plain)),
        "gain": _json(metrics.auc_gain(off, score, plain)),
        "recall_at_review": _share(score[off], cutoff),
        "negatives_at_review": _share(score[~off], cutoff),
    }


def _civil(scorer: Scorer, part: Slice, progress: bool) -> Json:
    """What the model's own policy does to civil comments, and the reasons it gives."""
    policy = policy_for(None, scorer.cutoffs)
    judged = [judge(one, policy) for one in assess(scorer, part.comments, progress=progress)]
    held = [one for one in judged if one.decision is not Decision.ALLOW]
    reasons = Counter(reason.label or reason.code for one in held for reason in one.reasons)
    return {
        "name": part.name,
        "rows": len(judged),
        "held": len(held),
        "not_allowed": _json(metrics.share(len(held), len(judged))),
        "reasons": dict(sorted(reasons.items())),
    }


def _base_rates(scorer: Scorer, heads: Iterable[str]) -> dict[str, float]:
    rates = scorer.manifest["base_rates"]
    if not isinstance(rates, Mapping):
        raise ValueError("the model's manifest has no base rates")
    return {name: float(rates[str(name)]) for name in (*TEXT_LABELS, *heads)}


def _column(assessed: Sequence[Assessment], label: Label) -> Floats:
    values = [one.scores[label] for one in assessed]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _share(score: Floats, cutoff: float | None) -> Json | None:
    return (
        None if cutoff is None else _json(metrics.share(int((score >= cutoff).sum()), len(score)))
    )


def _pooled(truth: Bools, score: Floats, weight: Floats) -> float:
    """AUC over all rows with every set at the base rate.

    Unweighted, a scorer would gain by knowing which set a row is from.
    """
    return round(float(roc_auc_score(truth, score, sample_weight=weight)), 4)


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _json(estimate: metrics.Estimate | None) -> Json | None:
    return estimate.as_json() if estimate else None
