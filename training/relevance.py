"""Fits off-topic: heads on the training part, their combination and calibration on another.

Served by `moderation.scoring.relevance`. Nothing of a held-out set, nor of a thread of another
part, is seen by a part of the fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from moderation.errors import InvalidInput
from moderation.scoring.embeddings import Floats, WordVectors
from moderation.scoring.relevance import PREFIX
from moderation.scoring.relevance_features import NAMES
from moderation.scoring.relevance_reading import Reader
from moderation.scoring.relevance_stack import (
    BASE_RATE,
    COMBINED,
    CONTEXTS,
    EVIDENCE,
    Stack,
    combine_inputs,
    expand,
    pattern,
)
from training.pairs import HELD_OUT, answers, comments_in_context
from training.relevance_drift import NO_DRIFT, learnt_drift
from training.relevance_features import TRUE, WRONG, Compared, compare_all, context_vectors
from training.relevance_metrics import measure
from training.relevance_vectors import learn_vectors
from training.relevance_words import common_topics, known_stems, wheel_vectors

MOST_TEXTS = 60_000
"""Comments that word weights are counted over, beside every title and body."""

ALIKE_WEIGHT = 0.25
"""What a pair with an alike context counts, against 1 for one with any context.

Real digressions are seldom about the neighbouring story.
"""

SHORT_WORDS = (10, 15, 20, 30)
"""Words to which some comments are cut; see `shortened`."""

HALF_FIT_WEIGHT = 0.3
"""What an on-topic comment counts whose article or whose parent was swapped for another's."""

_PARENT = CONTEXTS.index("parent")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Arrays to serve from, their names with `PREFIX`, and what a model card says of them."""

    arrays: dict[str, NDArray[Any]]
    info: dict[str, Any] = field(default_factory=dict)


def fit(data: pd.DataFrame, seed: int, progress: bool) -> Fitted:
    """Fit on the rows of `training.datasets.load`; the same rows and seed give the same arrays.

    Takes some minutes on one core. Raises `InvalidInput` where a part has no usable pairs.
    """
    rows = shortened(comments_in_context(data, seed))
    learns = (rows["part"] == "train").to_numpy() & _seen(rows)
    if not learns.any():
        raise InvalidInput("data", "no comments in context to learn off-topic from")
    arrays = _words(data, seed, progress)
    vectors, fits = context_vectors(rows, Reader.from_arrays(arrays, ""))
    arrays["topics"] = common_topics(vectors[learns], seed)
    arrays["fit_topics"] = common_topics(fits[learns], seed)
    compared = compare_all(rows, Reader.from_arrays(arrays, ""), vectors, seed, progress=progress)
    stack = _stack(compared, learns, seed)
    named = {f"{PREFIX}{name}": array for name, array in arrays.items()}
    named[f"{PREFIX}features"] = np.frombuffer(",".join(NAMES).encode(), dtype=np.uint8)
    return Fitted(named | stack.to_arrays(PREFIX), _info(stack, compared, learns))


def _words(data: pd.DataFrame, seed: int, progress: bool) -> dict[str, NDArray[Any]]:
    """What `Reader` needs, its topics still empty."""
    arrays = wheel_vectors()
    pairs = answers(data)
    known = known_stems(_texts(data, pairs, seed))
    general = WordVectors.from_arrays(arrays, "")
    arrays |= learn_vectors(pairs, known, general, seed, progress=progress)
    none = np.zeros((1, general.dimensions), dtype=np.float16)
    return arrays | {"topics": none, "fit_topics": none}


def _texts(data: pd.DataFrame, pairs: pd.DataFrame, seed: int) -> list[str]:
    mask = (data["part"] == "train") & ~data["source"].isin(HELD_OUT) & (data["use"] == "train")
    comments = data.loc[mask, "text"]
    some = comments.sample(min(MOST_TEXTS, len(comments)), random_state=seed)
    contexts = pd.concat([pairs["title"].drop_duplicates(), pairs["body"].drop_duplicates()])
    return [str(text) for text in (*some, *contexts) if text]


def shortened(rows: pd.DataFrame) -> pd.DataFrame:
    """Every third comment that something is fitted on cut short: forums write at more length
    than readers who say in a sentence what is on their mind."""
    texts = rows["text"].tolist()
    fits = ((rows["part"] != "develop").to_numpy() & _seen(rows)).tolist()
    for number in range(0, len(texts), 3):
        if fits[number]:
            most = SHORT_WORDS[number // 3 % len(SHORT_WORDS)]
            texts[number] = " ".join(texts[number].split()[:most])
    return rows.assign(text=pd.array(texts, dtype="string"))


def _seen(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(~rows["source"].isin(HELD_OUT).to_numpy())


def _stack(compared: Compared, learns: NDArray[np.bool_], seed: int) -> Stack:
    learnt = compared.of(learns)
    heads = [_head(learnt, context, seed) for context in range(len(CONTEXTS))]
    mean, scale, weights = (np.stack([head[n] for head in heads]) for n in range(3))
    bias = np.asarray([head[3] for head in heads], dtype=np.float32)
    empty = np.zeros((2 ** len(CONTEXTS), len(COMBINED)), dtype=np.float32)
    stack = Stack(mean, scale, weights, bias, empty, NO_DRIFT)
    calibrates = (compared.rows["part"] == "calibrate").to_numpy() & _seen(compared.rows)
    logits = head_logits(stack, compared.of(calibrates))
    for size in range(1, len(CONTEXTS) + 1):
        for chosen in combinations(range(len(CONTEXTS)), size):
            number = pattern([place in chosen for place in range(len(CONTEXTS))])
            stack.combined[number] = _combination(compared.of(calibrates), logits, chosen)
    return replace(stack, evidence=learnt_drift(compared.of(calibrates), logits, stack))


def _head(learnt: Compared, context: int, seed: int) -> tuple[Floats, Floats, Floats, float]:
    usable = learnt.present(context)
    if context != _PARENT:
        usable &= learnt.direct
    pairs = learnt.features[usable, :, context]
    if not len(pairs):
        raise InvalidInput("data", f"no pairs to learn off-topic from with a {CONTEXTS[context]}")
    inputs = pairs.reshape(-1, len(NAMES))
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-3
    is_off = np.tile([False, True], len(pairs))
    counts = np.repeat(np.where(learnt.alike[usable], ALIKE_WEIGHT, 1.0), 2)
    # Strong shrinkage spreads the weight over kindred features: it carries over to other sites.
    model = LogisticRegression(C=0.01, max_iter=3_000, random_state=seed)
    model.fit(expand((inputs - mean) / scale), is_off, sample_weight=counts)
    return mean, scale, model.coef_[0].astype(np.float32), float(model.intercept_[0])


def head_logits(stack: Stack, compared: Compared) -> Floats:
    """Every head's logit (comments x own or borrowed x contexts), NaN where there is none."""
    standardised = (compared.features - stack.mean) / stack.scale
    logits = (expand(standardised) * stack.heads).sum(axis=-1) + stack.bias
    return np.asarray(logits, dtype=np.float32)


def _combination(compared: Compared, logits: Floats, chosen: tuple[int, ...]) -> Floats:
    """Weights over `COMBINED` for comments with the chosen contexts."""
    usable = np.logical_and.reduce([compared.present(context) for context in chosen])
    if _PARENT not in chosen:
        usable &= compared.direct
    inputs: list[Floats] = []
    off: list[bool] = []
    weight: list[float] = []
    for row in np.flatnonzero(usable):
        for view, is_off, counts in _views(chosen, bool(compared.alike[row])):
            values = [
                float(logits[row, view[place], place]) if place in chosen else None
                for place in range(len(CONTEXTS))
            ]
            inputs.append(combine_inputs(values))
            off.append(is_off)
            weight.append(counts)
    return (
        _calibrated(np.stack(inputs), np.asarray(off), np.asarray(weight)) if inputs else _plain()
    )


def _views(chosen: tuple[int, ...], alike: bool) -> list[tuple[tuple[int, ...], bool, float]]:
    """Which context is whose, whether that is off topic, and how much it counts."""
    views: list[tuple[tuple[int, ...], bool, float]] = [
        ((TRUE, TRUE, TRUE), False, 1.0),
        ((WRONG, WRONG, WRONG), True, ALIKE_WEIGHT if alike else 1.0),
    ]
    if _PARENT in chosen and len(chosen) > 1:
        views.append(((TRUE, TRUE, WRONG), False, HALF_FIT_WEIGHT))
        views.append(((WRONG, WRONG, TRUE), False, HALF_FIT_WEIGHT))
    return views


def _calibrated(inputs: Floats, off: NDArray[Any], weight: NDArray[Any]) -> Floats:
    share = weight[off].sum() / weight.sum()
    to_base_rate = np.where(off, BASE_RATE / share, (1 - BASE_RATE) / (1 - share))
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=3_000)
    model.fit(inputs, off, sample_weight=weight * to_base_rate)
    return np.asarray(model.coef_[0], dtype=np.float32)


def _plain() -> Floats:
    """Where no calibration row has these contexts: the lowest head's logit at the base rate."""
    bias = np.log(BASE_RATE / (1 - BASE_RATE))
    return np.asarray([0, 0, 0, 1, bias], dtype=np.float32)


def _info(stack: Stack, compared: Compared, learns: NDArray[np.bool_]) -> dict[str, Any]:
    develops = (compared.rows["part"] == "develop").to_numpy() | ~_seen(compared.rows)
    held = compared.of(develops)
    return {
        "base_rate": BASE_RATE,
        "calibration": "one weighted logistic regression for each set of contexts",
        "held_out_sets": sorted(HELD_OUT),
        "rows": {
            source: int(count)
            for source, count in compared.rows[learns]["source"].value_counts().items()
        },
        "features": list(NAMES),
        "head_weights": {
            name: dict(zip(NAMES, map(float, stack.heads[place]), strict=False))
            for place, name in enumerate(CONTEXTS)
        },
        "evidence": dict(zip(EVIDENCE, map(float, stack.evidence), strict=True)),
        "combined": {"inputs": list(COMBINED), "weights": stack.combined.tolist()},
        "metrics": measure(held, head_logits(stack, held), stack),
    }
