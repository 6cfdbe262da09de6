"""From a linear version and an encoder to one model: stacked, calibrated, with bands and cut-offs.

Everything is fitted on the calibrate part, which neither model has seen. Cut-offs are solved for
each mode by the same goals, from the scores that the mode would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.calibration import sigmoid
from moderation.scoring.cascade import NOWHERE, Cascade
from moderation.scoring.relevance_stack import BASE_RATE
from moderation.scoring.scorer import AUTO, DEEP
from moderation.scoring.stacking import Stacking
from training import cutoffs
from training.bands import Mix, learn_bands, mixed
from training.calibrate import calibration_rows
from training.cutoffs import Pairs, civil_mix, own_article
from training.datasets import CALIBRATE
from training.development_mix import BAD
from training.held_logits import Floats, Models, in_context
from training.lessons import ENCODER_HEADS
from training.pairs import HELD_OUT, comments_in_context, mismatches
from training.pool import HEADS
from training.relevance_features import context_vectors
from training.settings import Configuration
from training.stack import Weighed, as_arrays, weigh, weigh_off_topic

MOST_LOST: Final = 0.02
"""Of the decisions that the encoder corrects, what the cascade may lose to ask it less often."""

MOST_LOST_OFF_TOPIC: Final = 0.10
"""The same for off-topic, where it corrects less."""

MOST_ROWS: Final = 1_500
"""Held-out rows of a set that the encoder is asked about, and comments in context of all sets."""

_LABELS: Final = tuple(label.value for label in TEXT_LABELS)


@dataclass(frozen=True, slots=True)
class Deepened:
    """What a version needs beside its linear parts: arrays, and the manifest's `deep`."""

    arrays: dict[str, NDArray[Any]]
    section: dict[str, Any]


def deepen(
    models: Models,
    data: pd.DataFrame,
    linear_cutoffs: Pairs,
    configuration: Configuration,
    *,
    progress: bool,
) -> Deepened:
    """Fit the stack, then the cut-offs of `deep`, the bands, and the cut-offs of `auto`."""
    held = _judged(data[data["part"] == CALIBRATE], configuration)
    texts = list(held["text"])
    linear, encoder = models.linear_logits(texts), models.encoder_logits(texts, progress=progress)
    weighed = _weigh(held, linear, encoder, configuration)
    topics = _topics(models, data, configuration.seed, progress)
    arrays = as_arrays(weighed, weigh_off_topic(*topics, BASE_RATE))
    stacking = Stacking.from_arrays(arrays)
    fast = models.calibration.probabilities(linear)
    deep = np.array(
        [stacking.probabilities(*both, None) for both in zip(linear, encoder, strict=True)]
    )
    own = _off_topic(models, stacking, own_article(data), progress)
    solved = cutoffs.solve(held, _named(deep), own[1], configuration)
    bands = _bands(held, fast, deep, linear_cutoffs, solved, configuration)
    bands["off_topic"] = _off_topic_band(topics, stacking, linear_cutoffs, solved)
    bands = {name: _over_cutoff(ends, solved[name]["review"]) for name, ends in bands.items()}
    chosen = Cascade({Label(name): ends for name, ends in bands.items()})
    asked = _asked(chosen, fast)
    auto = np.where(asked[:, None], deep, fast)
    own_auto = np.where(_in_band(bands["off_topic"], own[0]), own[1], own[0])
    of_auto = _no_lower(cutoffs.solve(held, _named(auto), own_auto, configuration), solved)
    found = {AUTO: of_auto, DEEP: solved}
    return Deepened(arrays, _section(weighed, bands, found, configuration))


def _judged(held: pd.DataFrame, configuration: Configuration) -> pd.DataFrame:
    """Some rows of each set that calibrates something or counts as civil."""
    wanted = {name for sets in configuration.calibration.values() for name in sets}
    some = held[held["source"].isin(wanted)].sample(frac=1.0, random_state=configuration.seed)
    return some.groupby("source").head(MOST_ROWS).sort_index().reset_index(drop=True)


def _weigh(
    held: pd.DataFrame, linear: Floats, encoder: Floats, configuration: Configuration
) -> list[Weighed]:
    found = []
    for column, head in enumerate(HEADS):
        truth = calibration_rows(held, head, configuration.calibration[head])
        rows = truth.index.to_numpy()
        sources = list(held["source"].iloc[rows])
        both = (linear[rows, column], encoder[rows, column])
        found.append(weigh(*both, truth.to_numpy(), sources, configuration.base_rates[head]))
    return found


def _topics(
    models: Models, data: pd.DataFrame, seed: int, progress: bool
) -> tuple[Floats, Floats, Floats]:
    """Logits of both models for comments under their own and under another's context, and which."""
    rows = comments_in_context(data[data["part"] == CALIBRATE], seed)
    rows = rows[~rows["source"].isin(HELD_OUT)]
    rows = rows.sample(min(MOST_ROWS, len(rows)), random_state=seed).reset_index(drop=True)
    vectors, _ = context_vectors(rows, models.relevance.reader)
    borrowed, _ = mismatches(rows["source"].tolist(), rows["thread"].tolist(), vectors, seed)
    usable = np.flatnonzero(borrowed >= 0)
    own, other = rows.iloc[usable], rows.iloc[borrowed[usable]]
    comments = [*in_context(own), *in_context(own, other)]
    linear, encoder, known = models.off_topic(comments, progress=progress)
    return linear, encoder, np.repeat([0.0, 1.0], len(own))[known]


def _off_topic(
    models: Models, stacking: Stacking, comments: list[Any], progress: bool
) -> tuple[Floats, Floats]:
    linear, encoder, _ = models.off_topic(comments, progress=progress)
    both = [stacking.off_topic(*one) for one in zip(linear, encoder, strict=True)]
    return sigmoid(linear), np.array(both)


def _named(scores: Floats) -> dict[str, Floats]:
    return {head: scores[:, column] for column, head in enumerate(HEADS)}


def _bands(
    held: pd.DataFrame,
    fast: Floats,
    deep: Floats,
    linear_cutoffs: Pairs,
    deep_cutoffs: Pairs,
    configuration: Configuration,
) -> dict[str, tuple[float, float]]:
    truth = held[[label.value for label in BAD]].max(axis=1)
    civil = np.zeros(len(held), dtype=bool)
    civil[civil_mix(held)] = True
    bad = (truth >= 0.5).to_numpy()
    known = np.flatnonzero(bad | civil | (truth < 0.5).to_numpy())
    review = [linear_cutoffs[label]["review"] for label in _LABELS]
    mix = Mix(
        fast[known][:, : len(_LABELS)],
        _over(fast[known], review),
        _over(deep[known], [deep_cutoffs[label]["review"] for label in _LABELS]),
        bad[known],
        mixed(bad[known], held["source"].iloc[known].to_numpy(dtype=str)),
    )
    named = dict(zip(_LABELS, review, strict=True))
    return learn_bands(mix, fast[civil_mix(held)][:, : len(_LABELS)], named, MOST_LOST)


def _over(scores: Floats, cutoffs_: list[float | None]) -> NDArray[np.bool_]:
    least = np.array([2.0 if cutoff is None else cutoff for cutoff in cutoffs_])
    return np.asarray((scores[:, : len(least)] >= least).any(axis=1))


def _off_topic_band(
    topics: tuple[Floats, Floats, Floats],
    stacking: Stacking,
    linear_cutoffs: Pairs,
    deep_cutoffs: Pairs,
) -> tuple[float, float]:
    linear, encoder, off = topics
    fast = sigmoid(linear)
    deep = np.array([stacking.off_topic(*one) for one in zip(linear, encoder, strict=True)])
    review = [linear_cutoffs["off_topic"]["review"]], [deep_cutoffs["off_topic"]["review"]]
    bad = off > 0.5
    everywhere = np.full(len(off), "pairs")
    mix = Mix(
        fast[:, None],
        _over(fast[:, None], review[0]),
        _over(deep[:, None], review[1]),
        bad,
        mixed(bad, everywhere),
    )
    named = {"off_topic": review[0][0]}
    return learn_bands(mix, fast[~bad][:, None], named, MOST_LOST_OFF_TOPIC).get(
        "off_topic", NOWHERE
    )


def _no_lower(found: Pairs, than: Pairs) -> Pairs:
    """Where the encoder is asked, `auto` holds no comment that `deep` lets through."""
    return {
        label: {
            level: max(value, other) if value is not None and other is not None else value
            for (level, value), other in zip(pair.items(), than[label].values(), strict=True)
        }
        for label, pair in found.items()
    }


def _over_cutoff(ends: tuple[float, float], review: float | None) -> tuple[float, float]:
    """A linear score counts as certain only where it is over the encoder's cut-off as well."""
    return ends if ends == NOWHERE or review is None else (ends[0], max(ends[1], review))


def _asked(cascade: Cascade, fast: Floats) -> NDArray[np.bool_]:
    labels = fast[:, : len(_LABELS)].tolist()
    return np.array([cascade.doubt(one, None).labels for one in labels])


def _in_band(band: tuple[float, float], scores: Floats) -> NDArray[np.bool_]:
    return np.asarray((scores >= band[0]) & (scores <= band[1]))


def _section(
    weighed: list[Weighed],
    bands: Mapping[str, tuple[float, float]],
    found: Mapping[str, Pairs],
    configuration: Configuration,
) -> dict[str, Any]:
    encoder = configuration.encoder
    assert encoder is not None
    return {
        "heads": list(ENCODER_HEADS),
        "longest": encoder.longest,
        "longest_context": encoder.longest_context,
        "bands": {name: list(ends) for name, ends in bands.items()},
        "most_lost": {"labels": MOST_LOST, "off_topic": MOST_LOST_OFF_TOPIC},
        "cutoffs": dict(found),
        "stack": {
            head: {
                "linear": round(one.linear, 4),
                "encoder": round(one.encoder, 4),
                "calibration": one.platt.as_json(),
            }
            for head, one in zip(HEADS, weighed, strict=True)
        },
        "training": asdict(encoder),
    }
