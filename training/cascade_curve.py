"""What the cascade keeps of the encoder's better decisions, against how often it asks.

From scores of the linear model and of both, each reckoned once: for a band of another width the
answer is the one or the other. Only the lower end of every band moves, by the same step in
log-odds for all labels; what is over a band is held in every mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.calibration import sigmoid
from moderation.scoring.cascade import Cascade
from moderation.scoring.scorer import AUTO, DEEP, FAST, Cutoffs
from moderation.scoring.stacking import logit
from training.bands import POSITIVES
from training.metrics import Bools, Floats

Json = dict[str, Any]
Bands = Mapping[Label, tuple[float, float]]
ByMode = Mapping[str, Mapping[Label, Cutoffs]]

STEPS: Final[tuple[float, ...]] = tuple(float(step) / 4 for step in range(-12, 25))
"""How far the lower ends are moved: 0 is the shipped cascade, less asks more often."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Comments as both see them: text labels in order, shape (comments, text labels)."""

    fast: Floats
    deep: Floats
    truth: Bools
    """Which of them ought to be held."""
    weight: Floats
    """Of each in the mix; they sum to 1."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the linear model says of comments under their articles."""

    fast: Floats
    off_topic: Floats
    """NaN where there is nothing to be off of."""


def bands_of(manifest: Mapping[str, Any]) -> Bands:
    """The shipped bands; empty for a model without an encoder."""
    found = manifest.get("deep", {}).get("bands", {})
    return {Label(name): (float(low), float(high)) for name, (low, high) in found.items()}


def moved(bands: Bands, step: float) -> Bands:
    """The same bands with their lower ends moved by `step` in log-odds, no further than the upper
    ends."""
    return {
        label: (min(float(sigmoid(np.array(logit(low) + step))), high) if step else low, high)
        for label, (low, high) in bands.items()
    }


def curve(
    scored: Scored,
    demo: Traffic,
    bands: Bands,
    cutoffs: ByMode,
    steps: Sequence[float] = STEPS,
) -> Json:
    """Share kept and shares asked for each step, with what the shipped bands (step 0) come to.

    Kept: of the weight of comments that `deep` decides rightly over what `fast` does, the part
    that `auto` decides rightly too; `None` where `deep` decides no more rightly. The cut-offs of
    `auto` stay those of the shipped bands. Empty unless both kinds of comments occur.
    """
    if not scored.truth.any() or scored.truth.all():
        return {}
    right = {
        mode: _right(scores, scored, cutoffs[mode])
        for mode, scores in ((FAST, scored.fast), (DEEP, scored.deep))
    }
    extra = right[DEEP] - right[FAST]
    points = [
        _point(scored, demo, moved(bands, step), cutoffs[AUTO], right[FAST], extra) | {"step": step}
        for step in steps
    ]
    shipped = _point(scored, demo, bands, cutoffs[AUTO], right[FAST], extra)
    return {
        "rows": len(scored.truth),
        "positives": int(scored.truth.sum()),
        "positive_share": POSITIVES,
        "right": {mode: round(value, 5) for mode, value in right.items()}
        | {AUTO: shipped["right"]},
        "decided_otherwise": int(
            (held(scored.fast, cutoffs[FAST]) != held(scored.deep, cutoffs[DEEP])).sum()
        ),
        "demo_comments": len(demo.fast),
        "shipped": shipped,
        "points": points,
    }


def held(scores: Floats, cutoffs: Mapping[Label, Cutoffs]) -> Bools:
    """Which comments reach the review cut-off of some text label."""
    limits = [cutoffs[label].review for label in TEXT_LABELS]
    over = scores >= np.array([np.inf if limit is None else limit for limit in limits])
    return np.asarray(over.any(axis=1))


def asked(fast: Floats, off_topic: Floats | None, bands: Bands) -> tuple[Bools, Bools]:
    """Whether the encoder is asked at all about each comment, and about its text labels."""
    cascade = Cascade(bands)
    topics = [None] * len(fast) if off_topic is None else off_topic.tolist()
    doubts = [
        cascade.doubt(row, None if topic is None or np.isnan(topic) else topic)
        for row, topic in zip(fast.tolist(), topics, strict=True)
    ]
    return np.array([bool(one) for one in doubts]), np.array([one.labels for one in doubts])


def _point(
    scored: Scored,
    demo: Traffic,
    bands: Bands,
    cutoffs: Mapping[Label, Cutoffs],
    right_in_fast: float,
    extra: float,
) -> Json:
    _, labels = asked(scored.fast, None, bands)
    scores = np.where(labels[:, np.newaxis], scored.deep, scored.fast)
    right = _right(scores, scored, cutoffs)
    on_demo, _ = asked(demo.fast, demo.off_topic, bands)
    return {
        "asked": round(float(scored.weight[labels].sum()), 4),
        "right": round(right, 5),
        "kept": round((right - right_in_fast) / extra, 4) if extra > 0 else None,
        "demo_asked": round(float(on_demo.mean()), 4) if len(on_demo) else None,
    }


def _right(scores: Floats, scored: Scored, cutoffs: Mapping[Label, Cutoffs]) -> float:
    return float(scored.weight[held(scores, cutoffs) == scored.truth].sum())
