"""What the encoder learns from comments read under what they answer.

Off-topic from a comment under its own context and once more under another thread's; the text
labels from the sets whose raters may have seen the parent. The threads are those that the word
vectors of off-topic were learnt from, so that the rest is left to weigh the two by.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from moderation.comments import Article, Comment
from moderation.scoring.context_text import context_text
from moderation.scoring.relevance import Relevance
from training.datasets import TRAIN
from training.lessons import ENCODER_HEADS, Lessons, head_weights, made, together
from training.pairs import MOST_ROWS, answers, mismatches
from training.pool import HEADS
from training.relevance import ALIKE_WEIGHT, shortened
from training.relevance_features import context_vectors
from training.weighting import Weights

COMMENTS: Final = 8_000
"""Comments that are read under their own context and under another's."""

JUDGED: Final = ("cat_large_wikipedia", "guest_misogyny_reddit", "ruddit", "ukp_cmv_ad_hominem")
"""Sets with text labels and a context."""

_OFF_TOPIC: Final = ENCODER_HEADS.index("off_topic")


def context_lessons(
    data: pd.DataFrame, relevance: Relevance, weights: Weights, seed: int
) -> Lessons:
    """Pairs from the training part of `training.datasets.load`; same rows and seed, same pairs."""
    return together([_topics(data, relevance, seed), _judged(data, relevance, weights)])


def _topics(data: pd.DataFrame, relevance: Relevance, seed: int) -> Lessons:
    rows = shortened(_some(answers(data), seed))
    vectors, _ = context_vectors(rows, relevance.reader)
    chance, alike = mismatches(rows["source"].tolist(), rows["thread"].tolist(), vectors, seed)
    is_alike = np.arange(len(rows)) % 3 == 0
    borrowed = np.where(is_alike, alike, chance)
    usable = np.flatnonzero(borrowed >= 0)
    own = rows.iloc[usable]
    texts, contexts = own["text"].tolist(), read_under(own, own, relevance)
    other = read_under(own, rows.iloc[borrowed[usable]], relevance)
    targets = np.full((2 * len(usable), len(ENCODER_HEADS)), np.nan, dtype=np.float32)
    targets[: len(usable), _OFF_TOPIC], targets[len(usable) :, _OFF_TOPIC] = 0.0, 1.0
    said = np.where(np.isnan(targets), 0.0, 1.0)
    said[len(usable) :][is_alike[usable]] *= ALIKE_WEIGHT
    groups = np.zeros(2 * len(usable), dtype=np.int64)
    equal = np.ones(2 * len(usable))
    return made([*texts, *texts], targets, said, groups, equal, [*contexts, *other])


def _some(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    share = COMMENTS / sum(MOST_ROWS[source] for source in rows["source"].unique())
    parts = [
        part.sample(min(len(part), round(MOST_ROWS[str(source)] * share)), random_state=seed)
        for source, part in rows.groupby("source", sort=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _judged(data: pd.DataFrame, relevance: Relevance, weights: Weights) -> Lessons:
    rows = data[(data["part"] == TRAIN) & data["source"].isin(JUDGED)]
    rows = rows[(rows["title"] + rows["parent"]).str.strip() != ""]
    rows = rows[rows[list(HEADS)].notna().any(axis=1)].assign(
        group=lambda found: found["source"], trust=1.0
    )
    by_head = np.minimum(head_weights(rows, weights), 8.0)
    targets = rows[list(HEADS)].to_numpy(dtype=np.float32)
    contexts = read_under(rows, rows, relevance)
    groups = np.zeros(len(rows), dtype=np.int64)
    # A third of what the pairs for off-topic are drawn with: labels are learnt from texts alone.
    return made(rows["text"], targets, by_head, groups, np.full(len(rows), 0.33), contexts)


def read_under(own: pd.DataFrame, under: pd.DataFrame, relevance: Relevance) -> list[str]:
    """What each comment of `own` is read under: the context of the row beside it in `under`."""
    comments = [
        Comment(text, Article(title, body), parent or None)
        for text, title, body, parent in zip(
            own["text"], under["title"], under["body"], under["parent"], strict=True
        )
    ]
    return [
        context_text(comment, fit.passage if fit else None)
        for comment, fit in zip(comments, relevance.fits(comments), strict=True)
    ]
