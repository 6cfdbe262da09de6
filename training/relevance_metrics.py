"""How well off-topic tells a comment's own context from a borrowed one, beside plain measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from moderation.scoring.embeddings import Floats
from moderation.scoring.relevance_features import NAMES
from moderation.scoring.relevance_stack import CONTEXTS, Stack, combine_inputs, pattern, served
from training.relevance_features import TRUE, WRONG, Compared

LEAST_PAIRS = 30
"""Pairs under which an area under the curve says nothing."""

_PLAIN = {"tfidf_cosine": "tfidf_cosine", "vector_cosine": "cosine_whole"}


def measure(compared: Compared, logits: Floats, stack: Stack) -> list[dict[str, Any]]:
    """One row for each set, set of contexts and kind of borrowed context (`any`, `alike`)."""
    present = np.stack([compared.present(place) for place in range(len(CONTEXTS))], axis=1)
    measured = []
    for source in sorted(set(compared.rows["source"])):
        of_source = (compared.rows["source"] == source).to_numpy()
        for chosen in np.unique(present[of_source], axis=0):
            if not chosen.any():
                continue
            here = of_source & (present == chosen).all(axis=1)
            for kind, mask in (("any", ~compared.alike), ("alike", compared.alike)):
                if (here & mask).sum() >= LEAST_PAIRS:
                    rows = np.flatnonzero(here & mask)
                    row = _row(compared, logits, stack, rows, chosen)
                    measured.append({"source": source, "borrowed": kind, **row})
    return measured


def _row(
    compared: Compared,
    logits: Floats,
    stack: Stack,
    rows: NDArray[np.int64],
    chosen: NDArray[np.bool_],
) -> dict[str, Any]:
    places = np.flatnonzero(chosen)
    weights = stack.combined[pattern(chosen.tolist())]
    score = np.empty((2, len(rows)))
    for view in (TRUE, WRONG):
        for number, row in enumerate(rows):
            values = [
                float(v) if there else None
                for v, there in zip(logits[row, view], chosen, strict=True)
            ]
            score[view, number] = weights @ combine_inputs(values)
    plain = {
        name: _area(1 - compared.features[rows][:, :, places, NAMES.index(feature)].max(axis=2).T)
        for name, feature in _PLAIN.items()
    }
    probability = np.vectorize(lambda logit: served(float(logit), stack.evidence))(score)
    return {
        "contexts": [CONTEXTS[place] for place in places],
        "pairs": len(rows),
        "auc": _area(score),
        **plain,
        "own_over_0.5": round(float((probability[TRUE] > 0.5).mean()), 4),
        "borrowed_over_0.5": round(float((probability[WRONG] > 0.5).mean()), 4),
        "own_median": round(float(np.median(probability[TRUE])), 4),
        "borrowed_median": round(float(np.median(probability[WRONG])), 4),
    }


def _area(score: NDArray[Any]) -> float:
    """Area under the curve of `score` (own or borrowed x pairs), higher = more off topic."""
    truth = np.repeat([False, True], score.shape[1])
    return round(float(roc_auc_score(truth, score.ravel())), 4)
