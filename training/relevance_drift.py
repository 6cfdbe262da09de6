"""How far a comment's own thread can be taken for its topic, from the scores of pairs alone.

What was written under an article has in part wandered off it. However sure the score, some of it
is the thread's own then: the least share of own comments against borrowed ones over any score is
what wandered (mixture proportion estimation: Scott 2015, "A rate of convergence for mixture
proportion estimation, with application to learning from noisy labels").
"""

from __future__ import annotations

import numpy as np

from moderation.scoring.embeddings import Floats
from moderation.scoring.relevance_stack import CONTEXTS, Stack, combine_inputs, pattern
from training.relevance_features import TRUE, WRONG, Compared

NO_DRIFT = np.asarray([0.0, 1.0], dtype=np.float32)
"""Values of `EVIDENCE` under which a score says what it says."""

LEAST_SHARE = 0.05
"""Share of the borrowed pairs that must be over a score for its ratio to count."""

DEVIATIONS = 2.0
"""Standard errors that the share of own comments is taken to be higher by."""


def learnt_drift(compared: Compared, logits: Floats, stack: Stack) -> Floats:
    """The values of `EVIDENCE` by which the comments of `compared` have wandered."""
    own, borrowed = _scores(compared, logits, stack)
    if len(own) == 0:
        return NO_DRIFT
    shares = np.linspace(LEAST_SHARE, 1.0, 40)
    cuts = np.quantile(borrowed, 1 - shares)
    over = np.asarray([(own >= cut).mean() for cut in cuts])
    upper = over + DEVIATIONS * np.sqrt(over * (1 - over) / len(own)) + 1 / len(own)
    drift = float(np.clip((upper / shares).min(), 0.0, 0.3))
    # Beyond the score that a tenth of the borrowed pairs reach, the ratio is not known.
    ratio = float(np.interp(0.1, shares, shares / np.maximum(over, 1 / len(own))))
    return np.asarray([drift, max(1 - drift * ratio, 0.3)], dtype=np.float32)


def _scores(compared: Compared, logits: Floats, stack: Stack) -> tuple[Floats, Floats]:
    """The last regression's logit of each comment with its own contexts and with borrowed ones."""
    present = np.stack([compared.present(place) for place in range(len(CONTEXTS))], axis=1)
    rows = np.flatnonzero(present.any(axis=1) & ~compared.alike)
    scores = np.zeros((2, len(rows)), dtype=np.float32)
    for place, row in enumerate(rows):
        there = present[row]
        for view in (TRUE, WRONG):
            values = [
                float(value) if known else None
                for value, known in zip(logits[row, view], there, strict=True)
            ]
            weights = stack.combined[pattern(there.tolist())]
            scores[view, place] = weights @ combine_inputs(values)
    return scores[TRUE], scores[WRONG]
