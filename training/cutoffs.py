"""The cut-offs of a freshly calibrated model, from its scores of held-out rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.comments import Article, Comment
from moderation.labels import TEXT_LABELS
from training.calibrate import calibration_rows
from training.datasets import CALIBRATE, TRAIN
from training.settings import Configuration
from training.thresholds import block_cutoff, review_cutoffs, rounded

Floats = NDArray[np.float64]
Pairs = dict[str, dict[str, float | None]]

_NEWS: Final = "nyt_room_for_debate"
_TALK: Final = ("jigsaw_wikipedia_subset", "cat_large_wikipedia")
_TALK_SHARE: Final = 0.35
"""Of the civil mix: how much talk page rows count beside the comments under news articles."""


def solve(
    held: pd.DataFrame,
    scores: Mapping[str, Floats],
    on_topic: Floats,
    configuration: Configuration,
) -> Pairs:
    """`{"review", "block"}` for every label; `None` where a goal cannot be met.

    `scores` has each head's probabilities of the rows of `held`, `on_topic` those of off-topic
    for comments on their own article.
    """
    goals = configuration.goals
    civil = civil_mix(held)
    off_topic = _off_topic_review(on_topic, goals.civil_traffic * goals.off_topic_share)
    labels = [label.value for label in TEXT_LABELS]
    truths = {
        label: calibration_rows(held, label, configuration.calibration[label]) for label in labels
    }
    review = review_cutoffs(
        {label: scores[label][civil] for label in labels},
        configuration.base_rates,
        goals.civil_traffic * (1 - goals.off_topic_share),
        configuration.harm,
    )
    found: Pairs = {}
    for label in labels:
        block = _block(held, truths[label], scores[label], configuration, label)
        cutoff = rounded(review[label])
        found[label] = {
            "review": cutoff,
            "block": None if block is None or cutoff is None else max(block, cutoff),
        }
    return found | {"off_topic": {"review": off_topic, "block": None}}


def civil_mix(held: pd.DataFrame) -> NDArray[np.intp]:
    """Places of civil comments in `held`, some more than once: most from under news articles,
    the others from talk pages."""
    news = np.flatnonzero(held["source"] == _NEWS)
    talk = np.flatnonzero(held["source"].isin(_TALK) & (held["toxicity"] < 0.5))
    count = round(len(talk) * (1 - _TALK_SHARE) / _TALK_SHARE)
    return np.concatenate([np.resize(news, count), talk])


def own_article(data: pd.DataFrame) -> list[Comment]:
    """Comments under the newspaper's debates that they were written for.

    Off-topic never learns from these debates, so those of the training part count too.
    """
    own = data[(data["source"] == _NEWS) & data["part"].isin((TRAIN, CALIBRATE))]
    return [
        Comment(text, Article(title, body))
        for text, title, body in zip(own["text"], own["title"], own["body"], strict=True)
    ]


def _off_topic_review(scores: Floats, most: float) -> float | None:
    """The score that at most a share `most` of these reach."""
    return rounded(float(np.quantile(scores, 1 - most))) if len(scores) else None


def _block(
    held: pd.DataFrame, truth: pd.Series, scores: Floats, configuration: Configuration, label: str
) -> float | None:
    rows = truth.index.to_numpy()
    sources = held["source"].iloc[rows]
    per_set = sources.groupby(sources).transform("size").to_numpy()
    return rounded(
        block_cutoff(
            scores[rows],
            truth.to_numpy() >= 0.5,
            1 / np.sqrt(per_set),
            configuration.base_rates[label],
            configuration.goals.block_precision,
        )
    )
