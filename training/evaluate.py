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
from tqdm import tqdm

from moderation.comments import Comment, Decision
from moderation.labels import TEXT_LABELS, Label
from moderation.policy import judge, policy_for
from moderation.scoring.scorer import AUTO, DEEP, FAST, Assessment, Cutoffs, Scorer
from training import (
    cascade_curve,
    cost,
    demo_site,
    development_mix,
    fairness_sentences,
    goals,
    heads,
    label_figures,
    metrics,
    modes,
    peer_suites,
    side_by_side,
    slices,
    suite,
)
from training.fairness_rows import on_rows
from training.label_figures import HeldOut, as_json, share_over
from training.metrics import Floats
from training.modes import InMode
from training.peers import PeerScores
from training.slices import Slice, civil_slices, off_topic_slices, tfidf_off_topic

MOST_ROWS = 3_000
"""Rows that a set gives at most, so that no set is the whole world."""

MOST_ROWS_ASKED = 1_000
"""The same where an encoder is asked about them, which takes a hundred times as long."""

FORMAT = 3
"""Number of the shape of `evaluation.json`; 2 added everything from `heads` on, 3 the modes: what
stands beside `modes` is of the mode that is judged."""

SUITES = Path(__file__).parent / "suites"
"""Sentences and cases written for the project."""

FUNCTIONAL = "functional.csv"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a model is measured on; the same comments in every mode."""

    rows: pd.DataFrame
    off_topic: Sequence[Slice]
    civil: Sequence[Slice]
    civil_mix: tuple[pd.DataFrame, Floats]
    suites: Path | None
    progress: bool


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


def most_rows_of(measured: Sequence[str]) -> int:
    """How many rows a set gives at most where these modes are measured side by side."""
    return MOST_ROWS if set(measured) == {FAST} else MOST_ROWS_ASKED


def evaluate(
    data: pd.DataFrame,
    scorer: Scorer,
    peers: Sequence[PeerScores] = (),
    missing: Mapping[str, str] | None = None,
    *,
    suites: Path | None = None,
    suite_peers: Sequence[PeerScores] = (),
    most_rows: int | None = None,
    wanted: Sequence[str] = (),
    progress: bool = False,
) -> Json:
    """Measure `scorer` on the develop part of `data`; but for times, the same on every run.

    All modes that the scorer has are measured, or of these the `wanted` ones; the figures
    beside `modes` are of the mode by which promises are judged. `most_rows` is `most_rows_of`
    these modes unless given. `peers` score the rows of `held_out(data, most_rows)`, in that
    order; `missing` names the peers that could not be measured, with the reason. `suites` is
    the folder of the functional suite and its companions, which without it are not measured;
    `suite_peers` score the texts of `training.peer_suites.texts` for it. Raises `InvalidInput`
    for a mode that the scorer has not.
    """
    measured = modes.chosen(scorer, wanted)
    most = most_rows or most_rows_of(measured)
    pairs = min(most, slices.MOST_ROWS)
    asked = _Asked(
        held_out(data, most),
        off_topic_slices(data, pairs),
        civil_slices(data),
        goals.civil_rows(data),
        suites,
        progress,
    )
    found: dict[str, Json] = {}
    scores: dict[str, Mapping[str, Floats]] = {}
    judged = modes.judged(scorer, measured)
    for mode in measured:
        beside = peers if mode == judged else ()
        found[mode], scores[mode] = _in_mode(asked, InMode(scorer, mode), beside)
    ours = found[judged]
    return {
        "format": FORMAT,
        "model": scorer.version,
        "mode": judged,
        "has_encoder": len(modes.modes_of(scorer)) > 1,
        "most_rows": most,
        "rows": len(asked.rows),
        **ours,
        "peers": {peer.name: {"measured": True, "version": peer.version} for peer in peers}
        | {name: {"measured": False, "why": why} for name, why in (missing or {}).items()},
        **(_beside(suites, ours, suite_peers) if suites else {}),
        "modes": {mode: side_by_side.of(each) for mode, each in found.items()},
        **_effort(asked.rows, scorer, scores),
    }


def _in_mode(
    asked: _Asked, view: InMode, peers: Sequence[PeerScores]
) -> tuple[Json, Mapping[str, Floats]]:
    """Everything that is measured in one mode, and the scores of the held-out rows."""
    texts = list(asked.rows["text"])
    scores = view.probabilities(texts, progress=asked.progress)
    part = HeldOut(asked.rows, scores, {peer.name: peer.scores for peer in peers})
    unserved = [name for name in scores if name not in set(TEXT_LABELS)]
    base = _base_rates(view, unserved)
    none = Cutoffs(None, None)
    figures = {
        "labels": {
            label.value: label_figures.of_label(part, label, view.cutoffs[label], base[label])
            for label in TEXT_LABELS
        },
        "off_topic": [_off_topic(view, each, asked.progress) for each in asked.off_topic],
        "civil": [_civil(view, each, asked.progress) for each in asked.civil],
        "heads": {name: label_figures.of_label(part, name, none, base[name]) for name in unserved},
        "goals": _goals(view, *asked.civil_mix, asked.progress),
        "fairness": on_rows(
            asked.rows, {label: scores[label] for label in TEXT_LABELS}, view.cutoffs
        ),
    }
    return figures | (_written(asked.suites, view) if asked.suites else {}), scores


def assess(scorer: Scorer, comments: Sequence[Comment], *, progress: bool) -> list[Assessment]:
    """Score comments in batches, with a bar where `progress` asks for one."""
    step = 512
    places = tqdm(range(0, len(comments), step), disable=not progress, unit_scale=step)
    return [one for at in places for one in scorer.assess(comments[at : at + step])]


def _written(suites: Path, scorer: Scorer) -> Json:
    """What was written for the project: functional cases, and sentences that are all harmless."""
    cases = suite.read(suites / FUNCTIONAL)
    return {
        "functional": suite.measure(cases, scorer),
        "sentences": fairness_sentences.measure(suites, cases, scorer),
    }


def _beside(suites: Path, ours: Json, peers: Sequence[PeerScores]) -> Json:
    headline = peer_suites.headline(ours["functional"], ours["sentences"])
    cases = suite.read(suites / FUNCTIONAL)
    return {"beside": {"this model": headline, **peer_suites.measure(suites, cases, peers)}}


def _effort(rows: pd.DataFrame, scorer: Scorer, scores: Mapping[str, Mapping[str, Floats]]) -> Json:
    """What each mode costs, and what the cascade keeps; nothing for a model with one mode."""
    if len(modes.modes_of(scorer)) < 2:
        return {}
    sample = development_mix.sample(rows, cost.COMMENTS)
    found: Json = {"cost": cost.measure(scorer, list(scores), sample)}
    if set(scores) >= {FAST, AUTO, DEEP}:
        found["cascade"] = _cascade(rows, scorer, scores)
    return found


def _cascade(
    rows: pd.DataFrame, scorer: Scorer, scores: Mapping[str, Mapping[str, Floats]]
) -> Json:
    known, held = development_mix.decided(rows)
    fast, deep = (
        np.column_stack([scores[mode][label] for label in TEXT_LABELS])[known]
        for mode in (FAST, DEEP)
    )
    demo = scorer.assess(demo_site.comments(), mode=FAST)
    columns = np.column_stack([heads.column(demo, label) for label in TEXT_LABELS])
    return cascade_curve.curve(
        cascade_curve.Scored(
            fast, deep, held[known], development_mix.weights(rows[known], held[known])
        ),
        cascade_curve.Traffic(columns, heads.column(demo, Label.OFF_TOPIC)),
        cascade_curve.bands_of(scorer.manifest),
        {mode: scorer.cutoffs_in(mode) for mode in scores},
    )


def _goals(scorer: Scorer, rows: pd.DataFrame, weight: Floats, progress: bool) -> Json:
    assessed = assess(scorer, goals.comments(rows), progress=progress)
    return goals.held(assessed, weight, scorer) if len(rows) else {}


def _off_topic(scorer: Scorer, part: Slice, progress: bool) -> Json:
    assessed = assess(scorer, part.comments, progress=progress)
    score = heads.column(assessed, Label.OFF_TOPIC)
    plain = tfidf_off_topic(part)
    scored = ~np.isnan(score)
    off, score, plain = part.off[scored], score[scored], plain[scored]
    cutoff = scorer.cutoffs[Label.OFF_TOPIC].review
    return {
        "name": part.name,
        "rows": len(off),
        "unscored": int((~scored).sum()),
        "auc": as_json(metrics.auc(off, score)),
        "tfidf_auc": as_json(metrics.auc(off, plain)),
        "gain": as_json(metrics.auc_gain(off, score, plain)),
        "recall_at_review": share_over(score[off], cutoff),
        "negatives_at_review": share_over(score[~off], cutoff),
    }


def _civil(scorer: Scorer, part: Slice, progress: bool) -> Json:
    """What the model's own policy does to civil comments, and the reasons it gives."""
    policy = policy_for(None, scorer.cutoffs)
    assessed = assess(scorer, part.comments, progress=progress)
    judged = [judge(one, policy) for one in assessed]
    held = [one for one in judged if one.decision is not Decision.ALLOW]
    reasons = Counter(reason.label or reason.code for one in held for reason in one.reasons)
    return {
        "name": part.name,
        "rows": len(judged),
        "held": len(held),
        "asked": cost.asked(assessed),
        "not_allowed": as_json(metrics.share(len(held), len(judged))),
        "reasons": dict(sorted(reasons.items())),
    }


def _base_rates(scorer: Scorer, heads: Iterable[str]) -> dict[str, float]:
    rates = scorer.manifest["base_rates"]
    if not isinstance(rates, Mapping):
        raise ValueError("the model's manifest has no base rates")
    return {name: float(rates[str(name)]) for name in (*TEXT_LABELS, *heads)}
