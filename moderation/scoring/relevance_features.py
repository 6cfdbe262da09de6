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
    "fit_whole",
    "fit_passage",
    "fit_z",
    "fit_context_z",
    "fit_margin",
    "fit_met",
    "fit_context_met",
    "fit_best",
    "fit_close",
    "fit_overlap",
    "log_words",
    "log_context_words",
    "specificity",
    "strange_mass",
    "fit_length",
    "fit_context_length",
    "known",
    "telling",
)
"""The features of one comment and one context, in the order of `compare`."""

SIMILARITIES = NAMES.index("fit_overlap") + 1
"""The first so many of `NAMES` grow with how alike the two are."""

LOG_WORDS = "log_words"
"""The feature that says how long the comment is."""

CLOSE = 0.45
"""Cosine over which two words are about the same thing."""

FIT_CLOSE = 0.3
"""The same for learnt vectors, which lie further apart."""

BEST_WORDS = 3

MOST_TELLING = 8
"""Telling words of a comment beyond which more say nothing new."""

COMMON_WEIGHT = 2.0
"""Inverse document frequency (nats) under which a word is strange nowhere."""


def compare(comment: Reading, context: Reading) -> Floats:
    """One number for each of `NAMES`; cosines in [-1, 1], shares in [0, 1]."""
    return np.asarray(
        (
            *_general(comment, context),
            *_learnt(comment, context),
            *_amounts(comment, context),
        ),
        dtype=np.float32,
    )


def _general(comment: Reading, context: Reading) -> tuple[float, ...]:
    """By words in common and by the general vectors of words."""
    passage = float((context.means @ comment.whole).max())
    focus_passage = float((context.focuses @ comment.focus).max())
    focus_whole = float(context.focus @ comment.focus)
    shared = sorted(comment.weights.keys() & context.weights.keys())
    mean, deviation, peak = comment.backdrop
    context_mean, context_deviation, _ = context.backdrop
    met = _met(
        comment.key_vectors, comment.key_weights, context.key_vectors, context.key_weights, CLOSE
    )
    return (
        float(context.whole @ comment.whole),
        passage,
        focus_whole,
        focus_passage,
        *met[:2],
        sum(comment.weights[s] for s in shared) / (sum(comment.weights.values()) + 1e-6),
        sum(comment.masses[s] * context.masses[s] for s in shared),
        min(sum(comment.weights[s] for s in sorted(comment.names & context.names)) / 10, 3.0),
        (focus_passage - mean) / deviation,
        (focus_whole - context_mean) / context_deviation,
        focus_passage - peak,
        max((comment.weights[s] for s in shared), default=0.0) / 10,
        met[2] / 10,
        met[3],
    )


def _learnt(comment: Reading, context: Reading) -> tuple[float, ...]:
    """By the vectors that were learnt from what answers what."""
    whole = float(context.fit @ comment.fit)
    passage = float((context.fits @ comment.fit).max())
    mean, deviation, peak = comment.fit_backdrop
    context_mean, context_deviation, _ = context.fit_backdrop
    met = _met(
        comment.fit_keys, comment.fit_weights, context.fit_keys, context.fit_weights, FIT_CLOSE
    )
    return (
        whole,
        passage,
        (passage - mean) / deviation,
        (whole - context_mean) / context_deviation,
        passage - peak,
        *met,
        whole * math.sqrt(comment.fit_length * context.fit_length),
    )


def _amounts(comment: Reading, context: Reading) -> tuple[float, ...]:
    """How much there is on either side to compare."""
    telling = np.maximum(comment.key_weights - COMMON_WEIGHT, 0)
    return (
        math.log1p(comment.distinct),
        math.log1p(context.distinct),
        float(comment.key_weights.mean()) / 10 if len(comment.key_weights) else 0.0,
        math.log1p(float(telling.sum())),
        math.log1p(comment.fit_length),
        math.log1p(context.fit_length),
        comment.known,
        min(comment.telling, MOST_TELLING),
    )


def _met(
    words: Floats, weights: Floats, others: Floats, other_weights: Floats, close: float
) -> tuple[float, float, float, float]:
    """How the words of both sides meet their nearest on the other, weighted by what they count.

    In order: mean cosine of the comment's words; of the context's; of the comment's best three,
    times their weight; and the share of the comment's words that are close to one.
    """
    if not len(weights) or not len(other_weights):
        return 0.0, 0.0, 0.0, 0.0
    cosines = words @ others.T
    nearest = cosines.max(axis=1)
    total = float(weights.sum()) + 1e-6
    best = np.sort(weights * nearest)[-BEST_WORDS:].sum() / BEST_WORDS
    return (
        float(weights @ nearest) / total,
        float(other_weights @ cosines.max(axis=0)) / (float(other_weights.sum()) + 1e-6),
        float(best),
        float(weights @ (nearest > close)) / total,
    )
