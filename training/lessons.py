"""What a fine-tuned encoder learns from: texts, alone or under a context, with targets and weights.

Trust in a set and its cap decide how often a row is drawn; what is rarer in a set weighs more. A
head that nobody judged in a row may be filled in by what an earlier encoder, the teacher, says of
it (self-distillation, Furlanello et al. 2018), at a smaller weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.labels import Label
from moderation.text.normalise import normalise
from training.pool import HEADS, WRITTEN
from training.weighting import Weights, row_weights

ENCODER_HEADS: Final = (*HEADS, Label.OFF_TOPIC.value)
"""What the encoder has a logit for: the last is asked under a context only."""

FILLED_IN: Final = 0.25
"""What the teacher's word for a head counts, the raters' being 1."""

UNJUDGED: Final = 0.2
"""How often a comment is drawn that only the teacher has judged, a trusted set's being 1."""

_MOST_WEIGHT: Final = 8.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows to learn from: a target and a weight for each head, and the set's number."""

    texts: list[str]
    """Normalised."""
    contexts: list[str]
    """What a text is read under; empty where it stands alone."""
    targets: Floats
    weights: Floats
    groups: NDArray[np.int64]
    chance: NDArray[np.float64]
    """How likely a row is drawn, relative to the others of its kind."""
    judged: NDArray[np.bool_]
    """Whether it was people who spoke about a head, and no teacher."""


def lessons(
    pool: pd.DataFrame, weights: Weights, taught: Floats | None = None
) -> tuple[Lessons, Lessons]:
    """What the sets and the written sentences of `training.pool` teach each head.

    `taught` are the teacher's logits of the rows, NaN where it was not asked. Without it there
    are neither disguised rows, most of whose words normalisation gives back, nor unjudged ones.
    """
    judged = pool[list(HEADS)].notna().any(axis=1)
    if taught is None:
        pool = pool[judged & (pool["text"] == pool["asked"])].reset_index(drop=True)
        taught = np.full((len(pool), len(HEADS)), np.nan, dtype=np.float32)
    else:
        kept = (judged | ~np.isnan(taught[:, 0])) & _differ(pool)
        pool, taught = pool[kept].reset_index(drop=True), taught[kept.to_numpy()]
    written = (pool["source"] == WRITTEN).to_numpy()
    return _labelled(pool[~written], weights, taught[~written]), _written(pool[written])


def _differ(pool: pd.DataFrame) -> pd.Series:
    """Rows that are not the same once more after normalisation."""
    same = [
        text != asked and normalise(text).text == normalise(asked).text
        for text, asked in zip(pool["text"], pool["asked"], strict=True)
    ]
    return pd.Series(~np.array(same), index=pool.index)


def _labelled(rows: pd.DataFrame, weights: Weights, taught: Floats) -> Lessons:
    judged = rows[list(HEADS)].notna().to_numpy()
    by_head = head_weights(rows, weights)
    trust = rows["trust"] * rows["source"].map(dict(weights.sets)).fillna(1.0)
    size = rows.groupby("group")["text"].transform("size")
    chance = (trust * np.minimum(1.0, weights.cap / size)).to_numpy(dtype=np.float64, copy=True)
    chance[~judged.any(axis=1)] *= UNJUDGED
    by_head = np.minimum(by_head / np.maximum(chance, 1e-6)[:, None], _MOST_WEIGHT)
    filled = ~judged & ~np.isnan(taught)
    by_head[filled] = FILLED_IN
    targets = rows[list(HEADS)].to_numpy(dtype=np.float32, copy=True)
    targets[filled] = 1 / (1 + np.exp(-taught[filled]))
    codes, _ = pd.factorize(rows["group"], sort=True)
    return made(rows["text"], targets, by_head, codes.astype(np.int64) + 1, chance, judged=judged)


def head_weights(rows: pd.DataFrame, weights: Weights) -> Floats:
    """Weight of each row for each head (rows x heads), 0 where nobody judged it."""
    by_head = np.zeros((len(rows), len(HEADS)), dtype=np.float32)
    for column, head in enumerate(HEADS):
        speaking = rows[head].notna().to_numpy()
        by_head[speaking, column] = row_weights(rows[speaking], head, weights)
    return by_head


def _written(rows: pd.DataFrame) -> Lessons:
    """Under no offset: what they say holds everywhere."""
    said = rows[list(HEADS)].notna().to_numpy()
    chance = np.where(rows["text"] == rows["asked"], 1.0, 0.3)
    targets = rows[list(HEADS)].to_numpy(dtype=np.float32)
    return made(rows["text"], targets, said, np.zeros(len(rows), dtype=np.int64), chance)


def made(
    texts: Sequence[str] | pd.Series,
    targets: Floats,
    weights: NDArray[np.generic],
    groups: NDArray[np.int64],
    chance: NDArray[np.float64],
    contexts: Sequence[str] | None = None,
    judged: NDArray[np.bool_] | None = None,
) -> Lessons:
    """Lessons of raw texts; heads that `targets` has no column for are not judged.

    Without `judged` people spoke wherever there is a weight.
    """
    said = np.asarray(weights, dtype=np.float32) > 0 if judged is None else judged
    missing = ((0, 0), (0, len(ENCODER_HEADS) - targets.shape[1]))
    return Lessons(
        [normalise(text).text for text in texts],
        [""] * len(texts) if contexts is None else list(contexts),
        np.pad(np.nan_to_num(targets), missing).astype(np.float32),
        np.pad(weights.astype(np.float32), missing),
        groups,
        chance,
        np.pad(said, missing),
    )


def together(kinds: Sequence[Lessons]) -> Lessons:
    """All rows of all kinds, one kind after the other."""
    return Lessons(
        [text for kind in kinds for text in kind.texts],
        [context for kind in kinds for context in kind.contexts],
        np.concatenate([kind.targets for kind in kinds]),
        np.concatenate([kind.weights for kind in kinds]),
        np.concatenate([kind.groups for kind in kinds]),
        np.concatenate([kind.chance for kind in kinds]),
        np.concatenate([kind.judged for kind in kinds]),
    )
