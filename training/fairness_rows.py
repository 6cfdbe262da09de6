"""Fairness on held-out rows of data sets: those that mention a group, those aimed at one.

Takes rows with their scores; scores nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import Cutoffs
from training import identity
from training.fairness import Judged, by_group, false_positives
from training.metrics import Bools, Floats

Json = dict[str, Any]

LABELS = (Label.TOXICITY, Label.IDENTITY_ATTACK)
"""Labels whose ranking is measured by group: what Borkan et al. measure, and the attack itself."""


def on_rows(
    rows: pd.DataFrame, scores: Mapping[str, Floats], cutoffs: Mapping[Label, Cutoffs]
) -> Json:
    """`mentions`, `civil` and `targets`, each by group.

    `mentions`: rows that mention a group, for each label of `LABELS` on the rows that it
    speaks about. `civil`: the share of harmless rows mentioning a group that any text label
    would hold. `targets`: rows that their set says are aimed at a group, by `identity_attack`,
    against all rows of the sets that say so.
    """
    mentioned = identity.mentions(rows["text"])
    return {
        "mentions": {
            label.value: _of_label(rows, scores, cutoffs, label, mentioned) for label in LABELS
        },
        "civil": _civil(rows, scores, cutoffs, mentioned),
        "targets": _targets(rows, scores, cutoffs),
    }


def _targets(
    rows: pd.DataFrame, scores: Mapping[str, Floats], cutoffs: Mapping[Label, Cutoffs]
) -> Json:
    named = rows["target_group"].fillna("").to_numpy(dtype=object)
    sets = set(rows["source"][named != ""])
    within = rows["source"].isin(sets).to_numpy()
    members = identity.targets(named)
    return _of_label(rows, scores, cutoffs, Label.IDENTITY_ATTACK, members, within)


def _of_label(
    rows: pd.DataFrame,
    scores: Mapping[str, Floats],
    cutoffs: Mapping[Label, Cutoffs],
    label: Label,
    members: Mapping[str, Bools],
    within: Bools | None = None,
) -> Json:
    values = rows[label.value].to_numpy(dtype=np.float64)
    known = ~np.isnan(values) if within is None else ~np.isnan(values) & within
    judged = Judged(
        values >= 0.5,
        scores[label],
        _over(scores[label], cutoffs[label]),
        rows["source"].to_numpy(dtype=object),
    )
    return by_group(judged.where(known), {name: mine[known] for name, mine in members.items()})


def _civil(
    rows: pd.DataFrame,
    scores: Mapping[str, Floats],
    cutoffs: Mapping[Label, Cutoffs],
    mentioned: Mapping[str, Bools],
) -> Json:
    """False positives of all text labels together, on rows that nothing is wrong with.

    Nothing: toxicity was judged and not found, nor was any other label that was judged.
    """
    values = rows[[label.value for label in TEXT_LABELS]].to_numpy(dtype=np.float64)
    civil = rows["toxicity"].notna().to_numpy() & ~(values >= 0.5).any(axis=1)
    flagged = np.any([_over(scores[label], cutoffs[label]) for label in TEXT_LABELS], axis=0)
    judged = Judged(
        ~civil, flagged.astype(np.float64), flagged, rows["source"].to_numpy(dtype=object)
    )
    found = {group: false_positives(judged, member) for group, member in mentioned.items()}
    return {group: figures for group, figures in found.items() if figures}


def _over(score: Floats, cutoffs: Cutoffs) -> Bools:
    if cutoffs.review is None:
        return np.zeros(len(score), dtype=np.bool_)
    return np.asarray(score >= cutoffs.review)
