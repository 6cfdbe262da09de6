"""Adapting a model to moderators' verdicts alone, without the data it was trained on.

The old weights are the prior (see `training.shift`): only features that occur in the
rows can move, each label learns from the rows that judge it, and the level of a label's
calibration moves with much shrinkage. Off-topic moves by its level alone. An encoder is left
as it is; what is learnt reaches its scores through the linear model's part in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from moderation.comments import Article, Comment
from moderation.errors import InvalidInput
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import stacking
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.relevance_stack import COMBINED
from training.feedback import FeedbackRow
from training.matrix import Features, text_matrix
from training.metrics import Bools, Floats
from training.shift import Rows, Shift, Sparse, Strength, fit, fit_offset

ANCHORS = Path(__file__).parent / "config" / "anchors.txt"
"""Plain comments, one a line, whose scores an adaptation must leave alone."""

SEEN = "linear.seen"
"""Array (columns) with the sum of squares of each feature over the rows of training."""

GUESSED_ROWS = 150_000
"""Rows of training that are assumed where a model does not say what it has seen."""

MOST_WEIGHT = 5.0
"""A row sampled by chance stands for many, but must not outvote all others."""

Arrays = dict[str, NDArray[Any]]


class NothingToLearn(InvalidInput):
    """There is no row to adapt to."""

    def __init__(self) -> None:
        super().__init__("feedback", "there are no rows to learn from")


@dataclass(frozen=True, slots=True)
class Adapted:
    """The new arrays, and what changed for each label: JSON-ready."""

    arrays: Arrays
    changes: dict[str, dict[str, float]]


def adapt(
    arrays: Mapping[str, NDArray[Any]],
    manifest: Mapping[str, Any],
    rows: Sequence[FeedbackRow],
    off_topic: Sequence[float | None],
    strength: Strength | None = None,
) -> Adapted:
    """New arrays for a model after `rows`; the same rows give the same bits.

    `off_topic` is the old model's score for each row. Raises `NothingToLearn` without rows.
    """
    if not rows:
        raise NothingToLearn
    weight = np.minimum([row.weight for row in rows], MOST_WEIGHT)
    out = {name: np.array(array) for name, array in arrays.items()}
    changes: dict[str, dict[str, float]] = {}
    _adapt_text(out, manifest, rows, weight, changes, strength)
    _adapt_off_topic(out, rows, weight, off_topic, changes, strength)
    return Adapted(out, changes)


def comment_of(row: FeedbackRow) -> Comment:
    """The comment in its context, as it was scored."""
    article = Article(row.title, row.body)
    return Comment(row.text, None if article.is_blank else article, row.parent or None)


def _adapt_text(
    arrays: Arrays,
    manifest: Mapping[str, Any],
    rows: Sequence[FeedbackRow],
    weight: Floats,
    changes: dict[str, dict[str, float]],
    strength: Strength | None,
) -> None:
    weights, slope = arrays["linear.weights"], arrays["calibration.slope"]
    features = Features(bits=weights.shape[0].bit_length() - 1, **_scales(manifest))
    matrix = text_matrix([row.text for row in rows], features, progress=False)
    anchors = text_matrix(_anchors(), features, progress=False)
    touched = np.unique(matrix.indices)
    linear = LinearClassifier.from_arrays(arrays, manifest)
    logits, kept = (
        slope * linear.logits(texts)[:, : len(slope)].astype(np.float64)
        + arrays["calibration.offset"]
        for texts in ([row.text for row in rows], _anchors())
    )
    seen = _seen(arrays, anchors)[touched]
    matrix, anchors = matrix[:, touched].tocsr(), anchors[:, touched].tocsr()
    for head, label in enumerate(TEXT_LABELS):
        judged, truth = _judged(rows, label)
        if not judged.any():
            continue
        old = Rows(matrix[judged], logits[judged, head])
        held = Rows(anchors, kept[:, head])
        shift = fit(old, truth, weight[judged], held, seen, strength)
        moved = weights[touched, head] + shift.weights / slope[head]
        weights[touched, head] = moved.astype(weights.dtype)
        arrays["calibration.offset"][head] += shift.offset
        if stacking.LABELS in arrays:
            # Words count in a stack by the linear model's share of it, the level counts in full.
            arrays[stacking.LABELS][:, head, stacking.OFFSET] += shift.offset
        changes[label.value] = _change(old, shift, truth)


def _seen(arrays: Arrays, anchors: Sparse) -> Floats:
    """How much training has seen of each column; a guess from plain comments where unsaid."""
    if SEEN in arrays:
        return arrays[SEEN].astype(np.float64)
    squares = np.asarray(anchors.multiply(anchors).sum(axis=0), dtype=np.float64).ravel()
    guess: Floats = squares * (GUESSED_ROWS / anchors.shape[0])
    return guess


def _adapt_off_topic(
    arrays: Arrays,
    rows: Sequence[FeedbackRow],
    weight: Floats,
    scores: Sequence[float | None],
    changes: dict[str, dict[str, float]],
    strength: Strength | None,
) -> None:
    """Move the level of off-topic under every kind of context by the same amount."""
    judged, truth = _judged(rows, Label.OFF_TOPIC)
    scored = np.array([score is not None for score in scores], dtype=np.bool_)
    truth, judged = truth[scored[judged]], judged & scored
    if not judged.any():
        return
    known = np.array([score for score in scores if score is not None], dtype=np.float64)
    logits = logit(np.clip(known[judged[scored]], 1e-6, 1 - 1e-6))
    moved = fit_offset(logits, truth, weight[judged], strength)
    arrays["off_topic.combined"][:, COMBINED.index("bias")] += moved
    changes[Label.OFF_TOPIC.value] = {
        "rows": len(truth),
        "positives": float(truth.sum()),
        "loss_before": _loss(logits, truth),
        "loss_after": _loss(logits + moved, truth),
        "offset": round(moved, 5),
    }


def _judged(rows: Sequence[FeedbackRow], label: Label) -> tuple[Bools, Floats]:
    """Which rows speak about a label, and what those say."""
    judged = np.array([label.value in row.labels for row in rows], dtype=np.bool_)
    said = [row.labels[label.value] for row in rows if label.value in row.labels]
    return judged, np.array(said, dtype=np.float64)


def _change(rows: Rows, shift: Shift, truth: Floats) -> dict[str, float]:
    return {
        "rows": len(truth),
        "positives": float(truth.sum()),
        "loss_before": _loss(rows.logits, truth),
        "loss_after": _loss(shift.applied(rows), truth),
        "offset": round(shift.offset, 5),
    }


def _loss(logits: Floats, truth: Floats) -> float:
    """Mean log loss, in nats."""
    return round(float(np.mean(np.logaddexp(0.0, logits) - truth * logits)), 5)


def _scales(manifest: Mapping[str, Any]) -> dict[str, float]:
    names = ("gram_scale", "pair_scale", "damping", "quote_weight")
    return {name: float(manifest["features"][name]) for name in names}


def _anchors() -> list[str]:
    return ANCHORS.read_text(encoding="utf-8").splitlines()
