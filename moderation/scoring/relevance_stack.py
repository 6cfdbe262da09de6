"""The fitted part of off-topic: a logistic head a context, and one probability from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.embeddings import Floats
from moderation.scoring.relevance_features import LOG_WORDS, NAMES, SIMILARITIES, compare
from moderation.scoring.relevance_reading import Reading

CONTEXTS = ("title", "body", "parent")
"""What a comment can fit, in the order of all arrays."""

COMBINED = ("title", "body", "parent", "least", "length", "bias")
"""Inputs of the last regression; `least` is the lowest of the heads' logits."""

BASE_RATE = 0.10
"""Share of off-topic comments that the probabilities are calibrated to."""

EVIDENCE_SCALE, EVIDENCE_SHIFT = 1.135, 0.259
DRIFT, LEAST_REST = 0.08, 0.61
"""How evidence from forum threads carries over to comments under articles.

Most likely values (scale and shift of the log likelihood ratio; share of what was written under an
article that is off topic all the same; least share taken to be on topic, at any score) on
newspaper debates whose comments people found to take a side on the question, whole and cut to 12,
20 and 35 words, each with its own debate and with another. The heads have seen none of them.
Forum threads wander, so that without this a short comment was held off topic too timidly.
"""

MOST_EVIDENCE = 6.0
"""Bound of a log likelihood ratio before drift is taken out."""

KNOWN_ENOUGH = 0.7
"""Share of known words from which a text counts in full; names and typos make up the rest."""

TELLING_ENOUGH = 4
"""Distinct telling words from which a comment counts in full."""


def expand(standardised: Floats) -> Floats:
    """Features of the heads (rows x inputs): each, and each similarity by the comment's length."""
    length = standardised[..., [NAMES.index(LOG_WORDS)]]
    return np.concatenate([standardised, standardised[..., :SIMILARITIES] * length], axis=-1)


def combine_inputs(logits: Sequence[float | None], log_words: float) -> Floats:
    """Inputs of the last regression for heads' logits of off-topic, `None` for an absent one."""
    present = [logit for logit in logits if logit is not None]
    values = [0.0 if logit is None else logit for logit in logits]
    return np.asarray([*values, min(present), log_words, 1.0], dtype=np.float32)


def pattern(present: Sequence[bool]) -> int:
    """Number of a set of contexts: one bit for each of `CONTEXTS`."""
    return sum(1 << place for place, there in enumerate(present) if there)


@dataclass(frozen=True, slots=True)
class Stack:
    """Weights of heads (contexts x inputs) and of the last regression (patterns x `COMBINED`)."""

    mean: Floats
    scale: Floats
    heads: Floats
    bias: Floats
    combined: Floats

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Stack:
        """Read the five arrays `{prefix}head_mean` ... `{prefix}combined`; small, so copied."""
        names = ("head_mean", "head_scale", "head_weights", "head_bias", "combined")
        return cls(*(np.array(arrays[prefix + name], dtype=np.float32) for name in names))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """What `from_arrays` reads."""
        return {
            f"{prefix}head_mean": self.mean,
            f"{prefix}head_scale": self.scale,
            f"{prefix}head_weights": self.heads,
            f"{prefix}head_bias": self.bias,
            f"{prefix}combined": self.combined,
        }

    def logit(self, context: int, features: Floats) -> float:
        """Evidence of one head that a comment is off its context; 0 = as likely as not."""
        standardised = (features - self.mean[context]) / self.scale[context]
        return float(self.heads[context] @ expand(standardised) + self.bias[context])

    def probability(self, comment: Reading, contexts: Sequence[Reading | None]) -> float:
        """Calibrated probability that `comment` fits none of `contexts` (as `CONTEXTS`).

        The base rate where either side has no word to compare.
        """
        logits = [
            self.logit(place, compare(comment, context)) if context and context.words else None
            for place, context in enumerate(contexts)
        ]
        if not comment.words or all(logit is None for logit in logits):
            return BASE_RATE
        weights = self.combined[pattern([logit is not None for logit in logits])]
        total = float(weights @ combine_inputs(logits, math.log1p(comment.words)))
        return served(total, weight_of_evidence(comment))


def served(logit: float, weight: float = 1.0) -> float:
    """The probability that is given for a logit at the base rate, its evidence against weighted."""
    prior = math.log(BASE_RATE / (1 - BASE_RATE))
    evidence = without_drift(EVIDENCE_SCALE * (logit - prior) + EVIDENCE_SHIFT)
    return 1 / (1 + math.exp(-(prior + (weight * evidence if evidence > 0 else evidence))))


def without_drift(evidence: float) -> float:
    """Log likelihood ratio of off against on topic, from that of off topic against *own thread*.

    Both classes of training pairs are known by where they come from. A share `DRIFT` of what was
    written under an article has wandered off it all the same, so with p(own) =
    (1 - DRIFT) p(on) + DRIFT p(off), the ratio r = p(off) / p(own) gives
    p(off) / p(on) = (1 - DRIFT) r / (1 - DRIFT r); the divisor stops at `LEAST_REST`, beyond which
    there were too few comments to count.
    """
    ratio = math.exp(max(min(evidence, MOST_EVIDENCE), -MOST_EVIDENCE))
    return math.log((1 - DRIFT) * ratio / max(1 - DRIFT * ratio, LEAST_REST))


def weight_of_evidence(comment: Reading) -> float:
    """How far a comment can be held off topic at all, 0 to 1.

    A short reaction fits under anything, and a text in another language shares few words with its
    article however well it fits: of both, silence is no evidence.
    """
    return min(1.0, comment.telling / TELLING_ENOUGH) * min(1.0, comment.known / KNOWN_ENOUGH)
