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
    "best_words",
    "close_share",
    "log_words",
    "log_context_words",
    "specificity",
    "strange_mass",
)
"""The features of one comment and one context, in the order of `compare`."""

SIMILARITIES = NAMES.index("close_share") + 1
"""The first so many of `NAMES` grow with how alike the two are."""

LOG_WORDS = "log_words"
"""The feature that says how long the comment is."""

CLOSE = 0.45
"""Cosine over which two words are about the same thing."""

BEST_WORDS = 3

COMMON_WEIGHT = 2.0
"""Inverse document frequency (nats) under which a word is strange nowhere."""


def compare(comment: Reading, context: Reading) -> Floats:
    """One number for each of `NAMES`; cosines in [-1, 1], shares in [0, 1]."""
    passage = float((context.means @ comment.whole).max())
    focus_passage = float((context.focuses @ comment.focus).max())
    focus_whole = float(context.focus @ comment.focus)
    met, context_met, best, close, strange = _met(comment, context)
    shared = [s for s in comment.weights if s in context.weights]
    mean, deviation, peak = comment.backdrop
    context_mean, context_deviation, _ = context.backdrop
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
            best,
            close,
            math.log1p(comment.words),
            math.log1p(context.words),
            float(comment.key_weights.mean()) / 10 if len(comment.key_weights) else 0.0,
            strange,
        ),
        dtype=np.float32,
    )


def _met(comment: Reading, context: Reading) -> tuple[float, float, float, float, float]:
    """How the words of both sides meet their nearest on the other, weighted by rarity.

    In order: mean cosine of the comment's words; of the context's; of the comment's best three;
    share of the comment's words that are close to one; and how much of it is close to none (log).
    """
    if not len(comment.key_weights) or not len(context.key_weights):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    cosines = comment.key_vectors @ context.key_vectors.T
    nearest = cosines.max(axis=1)
    weights, total = comment.key_weights, comment.key_weights.sum()
    context_met = context.key_weights @ cosines.max(axis=0) / context.key_weights.sum()
    best = np.sort(weights * nearest)[-BEST_WORDS:].sum() / BEST_WORDS
    telling = np.maximum(weights - COMMON_WEIGHT, 0)
    return (
        float(weights @ nearest / total),
        float(context_met),
        float(best) / 10,
        float(weights @ (nearest > CLOSE) / total),
        math.log1p(float(telling @ (nearest <= CLOSE))),
    )
