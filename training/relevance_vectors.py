"""Learns vectors of stems under which a comment lies close to what it answers.

The sum of a text's vectors stands for the text. In every batch of true pairs each comment has to
find its own context among all, and each context its comment (InfoNCE: van den Oord et al. 2018,
arXiv:1807.03748), starting from the general vectors weighted by rarity. Pure numbers and texts;
one thread, the same pairs and seed give the same vectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from tqdm import tqdm

from moderation.errors import InvalidInput
from moderation.scoring.embeddings import Floats, WordVectors, pack
from moderation.scoring.relevance_reading import own_words, stem, words
from moderation.scoring.relevance_words import code
from training.pairs import CONTEXTS
from training.relevance_words import Stems

EPOCHS = 2
BATCH = 1_024
RATE = 0.007
"""Step of a stem at the start, in units of its own typical gradient (AdaGrad, one rate a stem)."""

LAST_RATE = 0.1
"""Share of `RATE` that is left at the end."""

SHARPNESS = 8.0
"""Factor of the cosines in the softmax. Sharper learns finer differences within a subject and
ranks comments over all subjects worse."""

LEAST_TEXTS = 5
"""Texts of the pairs that a stem must be in for its vector to move."""

ARTICLE_SHARE = 0.6
"""Share of the pairs of a comment with its title or its body that are used, beside all parents."""

MOST_WORDS = 700
"""Words of a text that are read."""

Sparse = Any
"""A scipy CSR matrix (scipy ships no types)."""


def learn_vectors(
    rows: pd.DataFrame, known: Stems, vectors: WordVectors, seed: int, *, progress: bool
) -> dict[str, NDArray[Any]]:
    """The arrays of `moderation.scoring.relevance_words.Vocabulary`, learnt from `rows`.

    `rows` as `training.pairs.answers` gives them. Raises `InvalidInput` where there are none.
    """
    if rows.empty:
        raise InvalidInput("data", "no comments in context to learn word vectors from")
    start, unknown = _general(known, vectors)
    generator = np.random.default_rng(seed)
    comments, contexts, threads, texts = _pairs(rows, generator)
    bags = _bags(texts, known, progress=progress)
    some = np.unique(np.concatenate([comments, contexts]))
    moves = np.asarray((bags[some] > 0).sum(axis=0)).ravel() >= LEAST_TEXTS
    learnt = _fitted(bags, start, moves, (comments, contexts, threads), generator, progress)
    packed, scale = pack(learnt)
    return {
        "stems": known.codes,
        "idf": known.idf,
        "fit": packed,
        "fit_scale": scale,
        "unknown": unknown,
    }


def _general(known: Stems, vectors: WordVectors) -> tuple[Floats, Floats]:
    """Where learning starts: general vectors about their mean, by rarity; and the unknown word's"""
    found = np.concatenate(
        [
            vectors.look_up(known.spellings[place : place + BATCH])
            for place in range(0, len(known.spellings), BATCH)
        ]
    )
    idf = known.idf.astype(np.float32)
    often = np.exp(-idf)
    centre = (often * idf) @ found / (often @ idf)
    start = (found - centre) * idf[:, None]
    factor = 1 / float(np.sqrt((start * start).sum(axis=1)).mean())
    unknown = np.append(-centre, factor * float(idf.max())).astype(np.float32)
    return (start * factor).astype(np.float32), unknown


def _pairs(
    rows: pd.DataFrame, generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Places of comment and context in the list of texts, last, and a number for each thread."""
    texts: dict[str, int] = {}
    threads = pd.factorize(rows["source"].astype(str) + "/" + rows["thread"].astype(str))[0]
    places = {
        name: np.asarray([texts.setdefault(text, len(texts)) for text in rows[name].tolist()])
        for name in ("text", *CONTEXTS)
    }
    comments, contexts, of = [], [], []
    for name in CONTEXTS:
        there = (rows[name] != "").to_numpy(dtype=bool)
        if name != "parent":
            there &= generator.random(len(rows)) < ARTICLE_SHARE
        comments.append(places["text"][there])
        contexts.append(places[name][there])
        of.append(threads[there])
    return np.concatenate(comments), np.concatenate(contexts), np.concatenate(of), list(texts)


def _bags(texts: Sequence[str], known: Stems, *, progress: bool) -> Sparse:
    """Texts x stems: one plus the logarithm of the count."""
    place = {int(number): row for row, number in enumerate(known.codes)}
    row_of: dict[str, int] = {}
    columns: list[int] = []
    counts: list[int] = []
    ends = [0]
    for text in tqdm(texts, "reading pairs", disable=not progress, unit="text"):
        found = Counter(_rows_of(text, place, row_of))
        found.pop(-1, None)
        columns.extend(found)
        counts.extend(found.values())
        ends.append(len(columns))
    values = 1 + np.log(np.asarray(counts, dtype=np.float32))
    bags = csr_matrix((values, columns, ends), shape=(len(texts), len(place)), dtype=np.float32)
    bags.sort_indices()
    return bags


def _rows_of(text: str, place: Mapping[int, int], row_of: dict[str, int]) -> list[int]:
    found = []
    for word in words(own_words(text))[:MOST_WORDS]:
        row = row_of.get(word)
        if row is None:
            row = row_of[word] = place.get(code(stem(word)), -1)
        found.append(row)
    return found


def _fitted(
    bags: Sparse,
    start: Floats,
    moves: NDArray[np.bool_],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    generator: np.random.Generator,
    progress: bool,
) -> Floats:
    filled = np.diff(bags.indptr) > 0
    usable = np.flatnonzero(filled[pairs[0]] & filled[pairs[1]])
    comments, contexts, threads = (which[usable] for which in pairs)
    learnt, seen = start.copy(), np.zeros(len(start), dtype=np.float32)
    size = min(BATCH, len(usable))
    steps = EPOCHS * (len(usable) // size)
    orders = [generator.permutation(len(usable)) for _ in range(EPOCHS)]
    batches = [
        order[place : place + size]
        for order in orders
        for place in range(0, len(usable) - size + 1, size)
    ]
    for number, batch in enumerate(tqdm(batches, "word vectors", disable=not progress)):
        rate = RATE * (1 - (1 - LAST_RATE) * number / steps)
        one, other = bags[comments[batch]], bags[contexts[batch]]
        slopes = _slopes(one @ learnt, other @ learnt, threads[batch])
        both = vstack([one, other], format="csc")
        columns = np.flatnonzero(np.diff(both.indptr))
        columns = columns[moves[columns]]
        gradient = both[:, columns].T @ slopes
        seen[columns] += (gradient * gradient).mean(axis=1)
        learnt[columns] -= rate * gradient / np.sqrt(seen[columns] + 1e-12)[:, None]
    return learnt


def _slopes(ours: Floats, theirs: Floats, threads: NDArray[np.int64]) -> Floats:
    """Gradient of the loss by the sums of the comments, then of the contexts."""
    our_lengths, their_lengths = (
        np.maximum(np.sqrt((sums * sums).sum(axis=1, keepdims=True)), 1e-6)
        for sums in (ours, theirs)
    )
    ours, theirs = ours / our_lengths, theirs / their_lengths
    logits = SHARPNESS * (ours @ theirs.T)
    own = np.eye(len(ours), dtype=bool)
    # Another context of the same thread is no wrong answer.
    neither = (threads[:, None] == threads[None, :]) & ~own
    logits[neither] = -np.inf
    powers = np.exp(logits - SHARPNESS)
    slope = powers / powers.sum(axis=1, keepdims=True) + powers / powers.sum(axis=0, keepdims=True)
    slope = (slope / 2 - own) * (SHARPNESS / len(ours))
    our_slope, their_slope = slope @ theirs, slope.T @ ours
    our_slope -= (our_slope * ours).sum(axis=1, keepdims=True) * ours
    their_slope -= (their_slope * theirs).sum(axis=1, keepdims=True) * theirs
    return np.concatenate([our_slope / our_lengths, their_slope / their_lengths])
