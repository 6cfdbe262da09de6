"""How much each row counts: trust in its set, and no set drowning the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """The `[weights]` of the configuration."""

    cap: int
    sets: Mapping[str, float]


def row_weights(rows: pd.DataFrame, label: str, weights: Weights) -> NDArray[np.float64]:
    """Weight of every row for one label, from its `source`, `group` and `trust`.

    A group with more rows than the cap counts as if it had that many. Within a group,
    the rarer answer is weighted up by the root of how much rarer it is: full balance
    would let three positives of a tiny set outweigh a thousand comments.
    """
    trust = rows["trust"].to_numpy() * rows["source"].map(dict(weights.sets)).fillna(1.0).to_numpy()
    positive = (rows[label] >= 0.5).to_numpy()
    factor = np.ones(len(rows))
    for group in np.unique(rows["group"].to_numpy(dtype=str)):
        within = (rows["group"] == group).to_numpy()
        size, yes = int(within.sum()), int((within & positive).sum())
        capped = min(1.0, weights.cap / size)
        factor[within] = capped
        rare = min(yes, size - yes)
        if rare:
            rarer = within & (positive == (yes <= size - yes))
            factor[rarer] *= np.sqrt((size - rare) / rare)
    return np.asarray(trust * factor, dtype=np.float64)
