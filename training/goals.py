"""What the thresholds' goals come to on rows that they were not solved on.

Review: the share of civil comments held, for each label and together, on the develop part of
the same mix that `training.cutoffs` solves on. Block: precision at the base rate. Each with its
interval, beside the goal in the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from moderation.comments import Article, Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import Assessment, Scorer
from training.cutoffs import civil_mix
from training.datasets import DEVELOP
from training.metrics import Bools, Estimate, Floats, share

Json = dict[str, Any]


def civil_rows(data: pd.DataFrame) -> tuple[pd.DataFrame, Floats]:
    """The develop part of the civil mix, each row once, with its weight in the mix."""
    develop = data[data["part"] == DEVELOP].reset_index(drop=True)
    places, counts = np.unique(civil_mix(develop), return_counts=True)
    return develop.iloc[places], counts.astype(np.float64)


def comments(rows: pd.DataFrame) -> list[Comment]:
    """The rows as comments under their article, where they have one."""
    return [
        Comment(text, Article(title, body) if title or body else None)
        for text, title, body in zip(rows["text"], rows["title"], rows["body"], strict=True)
    ]


def held(assessed: Sequence[Assessment], weight: Floats, scorer: Scorer) -> Json:
    """Share of civil comments that reach review: by each label, by text labels, by any.

    `weight` is each row's in the mix; `off_topic` is judged on the rows that have a context.
    """
    civil, topical = _goals(scorer)
    over = {label: _over(assessed, label, scorer) for label in Label}
    text = np.any([over[label] for label in TEXT_LABELS], axis=0)
    scored = np.array([one.scores.get(Label.OFF_TOPIC) is not None for one in assessed], bool)
    return {
        "rows": len(assessed),
        "labels": {label.value: _json(_weighted(over[label], weight)) for label in TEXT_LABELS},
        "text_labels": _goal(civil and civil - topical, _weighted(text, weight)),
        "off_topic": _goal(
            civil and topical, _weighted(over[Label.OFF_TOPIC][scored], weight[scored])
        ),
    }


def precision(
    truth: Bools, score: Floats, weight: Floats, cutoff: float | None, base_rate: float
) -> Json | None:
    """Precision of a cut-off at the base rate; `None` without a cut-off or a row over it.

    The interval takes the positives caught by their lower and the negatives caught by their
    upper bound, and the other way round: it is the rule by which block cut-offs are solved.
    """
    if cutoff is None:
        return None
    over = score >= cutoff
    caught, wrong = _weighted(over[truth], weight[truth]), _weighted(over[~truth], weight[~truth])
    if caught is None or wrong is None or not over.any():
        return None
    value, low, high = (
        base_rate * right / (base_rate * right + (1 - base_rate) * falsely)
        for right, falsely in (
            (caught.value, wrong.value),
            (caught.low, wrong.high),
            (caught.high, wrong.low),
        )
    )
    return {"rows": int(over.sum()), **Estimate(value, low, high).as_json()}


def _goals(scorer: Scorer) -> tuple[float | None, float]:
    """Share of civil comments that may be held, and how much of it is for off-topic."""
    goals = scorer.manifest.get("goals")
    if not isinstance(goals, Mapping):
        return None, 0.0
    civil = float(goals["civil_traffic"])
    return civil, civil * float(goals["off_topic_share"])


def _over(assessed: Sequence[Assessment], label: Label, scorer: Scorer) -> Bools:
    cutoff = scorer.cutoffs[label].review
    scores = [one.scores.get(label) for one in assessed]
    return np.array(
        [score is not None and cutoff is not None and score >= cutoff for score in scores],
        dtype=np.bool_,
    )


def _weighted(which: Bools, weight: Floats) -> Estimate | None:
    """A weighted share with Wilson's interval for Kish's effective number of rows."""
    if not len(which):
        return None
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return share(float(weight[which].sum() / weight.sum()) * effective, effective)


def _goal(goal: float | None, found: Estimate | None) -> Json:
    return {"goal": goal if goal is None else round(goal, 5), "held": _json(found)}


def _json(found: Estimate | None) -> Json | None:
    return found.as_json() if found else None
