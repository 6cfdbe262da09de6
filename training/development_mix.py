"""Held-out rows as a site's traffic: of which it is known whether to hold them, and one in ten is.

Test sets are far richer in abuse than comments are. What a mode costs, and what it decides
better, is only true at a rate like that of the comments it will meet. The mix is made as that on
which `training.bands` learns, from other rows.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from training.bands import POSITIVES, mixed
from training.metrics import Bools, Floats

BAD: Final = (Label.TOXICITY, Label.INSULT, Label.IDENTITY_ATTACK, Label.THREAT)
"""Labels for which a comment ought to be held. Swearing and sex alone are a matter of each site's
rules: rows with nothing else say neither."""


def decided(rows: pd.DataFrame) -> tuple[Bools, Bools]:
    """Which rows say whether they ought to be held, and which of all rows ought to be.

    To be held: some label of `BAD` was found. Not: toxicity was judged, and neither it nor any
    other text label was found.
    """
    found = rows[[label.value for label in TEXT_LABELS]].to_numpy(dtype=np.float64) >= 0.5
    held: Bools = found[:, [TEXT_LABELS.index(label) for label in BAD]].any(axis=1)
    return held | (rows["toxicity"].notna().to_numpy() & ~found.any(axis=1)), held


def weights(rows: pd.DataFrame, held: Bools) -> Floats:
    """Row weights of sum 1 under which `POSITIVES` of the rows ought to be held."""
    return mixed(held, rows["source"].to_numpy(dtype=str))


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
