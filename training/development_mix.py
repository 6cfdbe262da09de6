"""Held-out rows as a site's traffic: of which it is known whether to hold them, and one in ten is.

Test sets are far richer in abuse than comments are. What a mode costs, and what it decides
better, is only true at a rate like that of the comments it will meet.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS
from training.metrics import Bools, Floats, weights_at

POSITIVES: Final = 0.10
"""Share of the mix that ought to be held."""


def decided(rows: pd.DataFrame) -> tuple[Bools, Bools]:
    """Which rows say whether they ought to be held, and which of all rows ought to be.

    To be held: some text label that was judged was found. Not: toxicity was judged, and neither
    it nor anything else was found.
    """
    values = rows[[label.value for label in TEXT_LABELS]].to_numpy(dtype=np.float64)
    held: Bools = (values >= 0.5).any(axis=1)
    return held | rows["toxicity"].notna().to_numpy(), held


def weights(truth: Bools) -> Floats:
    """Row weights under which `POSITIVES` of the rows ought to be held; both classes must occur."""
    return weights_at(truth, POSITIVES)


def sample(rows: pd.DataFrame, count: int) -> list[Comment]:
    """At most `count` comments of the mix, always the same ones, the two kinds in turn."""
    known, held = decided(rows)
    digests = [hashlib.sha256(str(key).encode()).hexdigest() for key in rows["id"]]
    order = np.argsort(np.array(digests, dtype=object), kind="stable")
    bad, good = (order[(known & which)[order]].tolist() for which in (held, ~held))
    step = round(1 / POSITIVES)
    found: list[int] = []
    while len(found) < count and good and bad:
        found += [bad.pop(0), *good[: step - 1]]
        del good[: step - 1]
    return [Comment(text) for text in rows["text"].iloc[found[:count]]]
