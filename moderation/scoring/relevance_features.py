"""Numbers that say how well a comment fits one context: a title, a body or a parent comment."""

from __future__ import annotations

import math

import numpy as np

from moderation.scoring.embeddings import Floats
from moderation.scoring.relevance_reading import Reading

NAMES = (
    "cosine_whole",
    "cosine_passage",
    "focus_whole",
    "focus_passage",
    "words_met",
    "context_met",
    "overlap",
    "tfidf_cosine",
    "names_shared",
    "comment_z",
    "context_z",
    "topic_margin",
    "rarest_shared",
    "log_words",
    "log_context_words",
    "specificity",
    "topic_peak",
    "context_topic_peak",
)
"""The features of one comment and one context, in the order of `compare`."""

SIMILARITIES = NAMES.index("rarest_shared") + 1
"""The first so many of `NAMES` grow with how alike the two are."""

LOG_WORDS = "log_words"
"""The feature that says how long the comment is."""


def compare(comment: Reading, context: Reading) -> Floats:
    """One number for each of `NAMES`; cosines in [-1, 1], shares in [0, 1]."""
    passage = float((context.means @ comment.whole).max())
    focus_passage = float((context.focuses @ comment.focus).max())
    focus_whole = float(context.focus @ comment.focus)
    met, context_met = _met(comment, context)
    shared = [s for s in comment.weights if s in context.weights]
    mean, deviation, peak = comment.backdrop
    context_mean, context_deviation, context_peak = context.backdrop
    return np.asarray(
        (
            float(context.whole @ comment.whole),
            passage,
            focus_whole,
            focus_passage,
            met,
            context_met,
            sum(comment.weights[s] for s in shared) / (sum(comment.weights.values()) + 1e-6),
            sum(comment.masses[s] * context.masses[s] for s in shared),
            min(sum(comment.weights[s] for s in sorted(comment.names & context.names)) / 10, 3.0),
            (focus_passage - mean) / deviation,
            (focus_whole - context_mean) / context_deviation,
            focus_passage - peak,
            max((comment.weights[s] for s in shared), default=0.0) / 10,
            math.log1p(comment.words),
            math.log1p(context.words),
            float(comment.key_weights.mean()) / 10 if len(comment.key_weights) else 0.0,
            peak,
            context_peak,
        ),
        dtype=np.float32,
    )


def _met(comment: Reading, context: Reading) -> tuple[float, float]:
    """Weighted mean cosine of each word with its nearest word on the other side, both ways."""
    if not len(comment.key_weights) or not len(context.key_weights):
        return 0.0, 0.0
    cosines = comment.key_vectors @ context.key_vectors.T
    met = comment.key_weights @ cosines.max(axis=1) / comment.key_weights.sum()
    context_met = context.key_weights @ cosines.max(axis=0) / context.key_weights.sum()
    return float(met), float(context_met)
