"""Scores of the trained heads that are served under no name of their own.

`severe_toxicity` is one: clients of other protocols ask for it, so it is measured too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from moderation.labels import TEXT_LABELS
from moderation.scoring.scorer import Scorer
from training.metrics import Floats

_STEP = 512


@runtime_checkable
class HeadScorer(Protocol):
    """A scorer that gives every head's probability, in the order of the manifest's `heads`."""

    def head_probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, shape (texts, heads)."""


def unserved(scorer: Scorer, texts: Sequence[str]) -> dict[str, Floats]:
    """Probabilities of each head beyond the text labels, by name; none where it has no such."""
    names, rates = scorer.manifest.get("heads"), scorer.manifest.get("base_rates")
    if not (isinstance(scorer, HeadScorer) and isinstance(names, list) and isinstance(rates, dict)):
        return {}
    # A head without a base rate has no calibration that could be judged.
    wanted = [name for name in names[len(TEXT_LABELS) :] if name in rates]
    if not wanted or not texts:
        return {}
    scores = np.concatenate(
        [scorer.head_probabilities(texts[at : at + _STEP]) for at in range(0, len(texts), _STEP)]
    )
    return {name: scores[:, names.index(name)] for name in wanted}
