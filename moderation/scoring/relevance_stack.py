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

COMBINED = ("title", "body", "parent", "least", "bias")
"""Inputs of the last regression; `least` is the lowest of the heads' logits."""

BASE_RATE = 0.10
"""Share of off-topic comments that the probabilities are calibrated to."""

EVIDENCE = ("drift", "least_rest")
"""What is learnt of where a comment's own context comes from; see `without_drift`."""

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


def combine_inputs(logits: Sequence[float | None]) -> Floats:
    """Inputs of the last regression for heads' logits of off-topic, `None` for an absent one."""
    present = [logit for logit in logits if logit is not None]
    values = [0.0 if logit is None else logit for logit in logits]
    return np.asarray([*values, min(present), 1.0], dtype=np.float32)


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
    evidence: Floats
    """One number for each of `EVIDENCE`."""

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Stack:
        """Read the six arrays `{prefix}head_mean` ... `{prefix}evidence`; small, so copied."""
        names = ("head_mean", "head_scale", "head_weights", "head_bias", "combined", "evidence")
        return cls(*(np.array(arrays[prefix + name], dtype=np.float32) for name in names))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """What `from_arrays` reads."""
        return {
            f"{prefix}head_mean": self.mean,
            f"{prefix}head_scale": self.scale,
            f"{prefix}head_weights": self.heads,
            f"{prefix}head_bias": self.bias,
            f"{prefix}combined": self.combined,
            f"{prefix}evidence": self.evidence,
        }

    def logit(self, context: int, features: Floats) -> float:
        """Evidence of one head that a comment is off its context; 0 = as likely as not."""
        standardised = (features - self.mean[context]) / self.scale[context]
        return float(self.heads[context] @ expand(standardised) + self.bias[context])

    def logits(self, comment: Reading, contexts: Sequence[Reading | None]) -> list[float | None]:
        """Evidence of every head, `None` where either side has no word to compare."""
        return [
            self.logit(place, compare(comment, context))
            if context and context.words and comment.words
            else None
            for place, context in enumerate(contexts)
        ]

    def probability(self, comment: Reading, logits: Sequence[float | None]) -> float:
        """Calibrated probability that `comment` fits none of its contexts, by `logits`.

        The base rate where there is nothing to go by.
        """
        if all(logit is None for logit in logits):
            return BASE_RATE
        weights = self.combined[pattern([logit is not None for logit in logits])]
        total = float(weights @ combine_inputs(logits))
        return served(total, self.evidence, weight_of_evidence(comment))


def served(logit: float, evidence: Floats, weight: float = 1.0) -> float:
    """The probability that is given for a logit at the base rate, its evidence against weighted."""
    prior = math.log(BASE_RATE / (1 - BASE_RATE))
    ratio = without_drift(logit - prior, *map(float, evidence))
    return 1 / (1 + math.exp(-(prior + (weight * ratio if ratio > 0 else ratio))))


def without_drift(evidence: float, drift: float, least_rest: float) -> float:
    """Log likelihood ratio of off against on topic, from that of off topic against *own thread*.

    Both classes of training pairs are known by where they come from. A share `drift` of what was
    written under an article has wandered off it all the same, so with p(own) =
    (1 - drift) p(on) + drift p(off), the ratio r = p(off) / p(own) gives
    p(off) / p(on) = (1 - drift) r / (1 - drift r); the divisor stops at `least_rest`, beyond which
    there were too few comments to count.
    """
    ratio = math.exp(max(min(evidence, MOST_EVIDENCE), -MOST_EVIDENCE))
    return math.log((1 - drift) * ratio / max(1 - drift * ratio, least_rest))


def weight_of_evidence(comment: Reading) -> float:
    """How far a comment can be held off topic at all, 0 to 1.

    A short reaction fits under anything, and a text in another language shares few words with its
    article however well it fits: of both, silence is no evidence.
    """
    return min(1.0, comment.telling / TELLING_ENOUGH) * min(1.0, comment.known / KNOWN_ENOUGH)
