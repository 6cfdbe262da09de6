"""Scores of every trained head in one mode, those that are served under no name among them.

`severe_toxicity` is one: clients of other protocols ask for it, so it is measured too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.scorer import FAST, Assessment, Scorer
from training.metrics import Floats

_STEP = 512


@runtime_checkable
class HeadScorer(Protocol):
    """A scorer that gives every head's probability, in the order of the manifest's `heads`."""

    def head_probabilities(
        self, texts: Sequence[str], mode: str | None = FAST
    ) -> NDArray[np.float64]:
        """Calibrated probabilities, shape (texts, heads)."""


def names_of_unserved(scorer: Scorer) -> list[str]:
    """Heads beyond the text labels that have a calibration to be judged; most scorers have none."""
    names, rates = scorer.manifest.get("heads"), scorer.manifest.get("base_rates")
    if not (isinstance(scorer, HeadScorer) and isinstance(names, list) and isinstance(rates, dict)):
        return []
    return [name for name in names[len(TEXT_LABELS) :] if name in rates]


def scored(
    scorer: Scorer, texts: Sequence[str], mode: str, *, progress: bool = False
) -> dict[str, Floats]:
    """Probabilities by name: of each text label, then of each head that is served under none.

    Each text is scored once, without a context.
    """
    unserved = names_of_unserved(scorer)
    places = tqdm(range(0, len(texts), _STEP), disable=not progress, unit_scale=_STEP)
    if isinstance(scorer, HeadScorer) and unserved:
        names = list(scorer.manifest["heads"])  # type: ignore[call-overload]
        parts = [scorer.head_probabilities(texts[at : at + _STEP], mode) for at in places]
        found = np.concatenate(parts) if parts else np.empty((0, len(names)))
        wanted = (*(label.value for label in TEXT_LABELS), *unserved)
        return {name: found[:, names.index(name)] for name in wanted}
    comments = [Comment(text) for text in texts]
    assessed = [one for at in places for one in scorer.assess(comments[at : at + _STEP], mode=mode)]
    return {label.value: column(assessed, label) for label in TEXT_LABELS}


def column(assessed: Sequence[Assessment], label: Label) -> Floats:
    """One label's scores; NaN where it has none."""
    values = [one.scores[label] for one in assessed]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
