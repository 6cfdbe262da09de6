"""Pairs of a comment with its own context and with another thread's, to learn off-topic from.

No set here says what is off topic by a person's word in a way that a model could trust, so the
wrong context is borrowed: once from any thread of the same set, once from the most alike of a
handful. The comment is the same in every pair, so neither its length nor its style gives it away.
Threads are whole and stay in their part.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moderation.scoring.relevance_reading import own_words

HELD_OUT = frozenset(
    {
        "nyt_room_for_debate",
        "fox_news_comments",
        "semeval2017_cqa_A",
        "reddit_technology_unlabelled",
    }
)
"""Sets that no part of the fit sees: they measure how it carries over to other sites."""

MOST_ROWS = {
    "iac_4forums_unlabelled": 7_000,
    "reddit_news_reply_pairs_unlabelled": 9_000,
    "reddit_news_threads_unlabelled": 4_000,
    "reddit_other_threads_unlabelled": 6_000,
    "reddit_post_body_comments_unlabelled": 2_300,
    "reddit_technology_unlabelled": 1_200,
    "nyt_room_for_debate": 1_700,
    "fox_news_comments": 1_000,
    "semeval2017_cqa_A": 2_500,
    "ukp_cmv_ad_hominem": 2_000,
    "cat_large_wikipedia": 1_500,
    "guest_misogyny_reddit": 1_500,
}
"""The sets that pairs are made of and how many comments of each are enough to weigh features by.

Word vectors are learnt from all the others of the training part, which `for_vectors` picks.
"""

FOR_VECTORS = 0.8
"""Share of the threads of the training part that word vectors are learnt from."""

CONTEXTS = ("title", "body", "parent")
CANDIDATES = 24
"""Other threads that the most alike is chosen from."""

TOO_ALIKE = 0.9
"""Cosine over which another thread may be the same story told twice."""

_FORUM_PREFIX = re.compile(r"^4Forums\.com Political Debates and Polls -\s*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LETTERS = re.compile(r"[^\W_]+")
_QUOTED_WORDS = 5


def comments_in_context(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A sample of the rows of `frame` that have a context, cleaned of what betrays their own.

    Columns as in `frame`, `title`, `body` and `parent` as plain strings, empty where there is none.
    No row is one that `for_vectors` marks: a vector flatters the pairs that it was learnt from.
    """
    frame = frame[~for_vectors(frame)]
    parts = [
        _sample(frame[frame["source"] == source], most, seed) for source, most in MOST_ROWS.items()
    ]
    return _cleaned(pd.concat(parts, ignore_index=True))


def answers(frame: pd.DataFrame) -> pd.DataFrame:
    """Every row that word vectors may be learnt from, cleaned as in `comments_in_context`."""
    return _cleaned(frame[for_vectors(frame)].reset_index(drop=True))


def for_vectors(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a row is of the training part, of a set that is not held out, and of the share
    `FOR_VECTORS` of the threads there."""
    usable = (
        (frame["part"] == "train") & frame["source"].isin(MOST_ROWS.keys() - HELD_OUT)
    ).to_numpy(dtype=bool)
    named = frame["thread"].fillna("")
    threads = named.where(named != "", frame["id"].astype(str)).tolist()
    places = [
        place and int.from_bytes(hashlib.sha256(thread.encode()).digest()[:4]) / 2**32
        for place, thread in zip(usable.tolist(), threads, strict=True)
    ]
    return np.asarray(usable & (np.asarray(places, dtype=float) < FOR_VECTORS))


def _cleaned(sample: pd.DataFrame) -> pd.DataFrame:
    sample = sample.copy()
    for name in (*CONTEXTS, "text", "thread"):
        sample[name] = sample[name].fillna("").astype("string")
    # Where a set names no threads, every comment is one.
    sample["thread"] = sample["thread"].where(sample["thread"] != "", sample["id"].astype("string"))
    sample["title"] = sample["title"].str.replace(_FORUM_PREFIX, "", regex=True)
    contexts = sample["parent"] + "\n" + sample["body"]
    sample["text"] = [
        without_quotes(own_words(text), context)
        for text, context in zip(sample["text"], contexts, strict=True)
    ]
    sample["text"] = sample["text"].astype("string")
    has_context = (sample[list(CONTEXTS)] != "").any(axis=1)
    usable = has_context & sample["text"].str.contains(r"\w", regex=True)
    return sample[usable].reset_index(drop=True)


def _sample(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many rows, half of them answers to the article itself where there are enough."""
    is_reply = rows["parent"].fillna("") != ""
    direct, replies = rows[~is_reply], rows[is_reply]
    number = min(len(direct), max(most // 2, most - len(replies)))
    return pd.concat(
        [
            direct.sample(number, random_state=seed),
            replies.sample(min(most - number, len(replies)), random_state=seed),
        ]
    )


def without_quotes(text: str, context: str) -> str:
    """`text` without the sentences of five words or more that it copies from `context`."""
    haystack = f" {' '.join(_LETTERS.findall(context.casefold()))} "
    own = []
    for sentence in _SENTENCE.split(text):
        words = _LETTERS.findall(sentence.casefold())
        if len(words) < _QUOTED_WORDS or f" {' '.join(words)} " not in haystack:
            own.append(sentence)
    return " ".join(own)


def mismatches(
    sources: Sequence[str], threads: Sequence[str], vectors: NDArray[np.float32], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every row, a row of another thread of its set: any, and the most alike of a few.

    `vectors` are unit rows of the contexts. A row that has no other thread to borrow from gets -1.
    """
    generator = np.random.default_rng(seed)
    source_names, thread_names = np.asarray(sources, dtype=str), np.asarray(threads, dtype=str)
    chance = np.full(len(source_names), -1, dtype=np.int64)
    alike = chance.copy()
    for source in np.unique(source_names):
        rows = np.flatnonzero(source_names == source)
        for row in rows:
            others = generator.choice(rows, size=CANDIDATES)
            others = others[thread_names[others] != thread_names[row]]
            cosines = vectors[others] @ vectors[row]
            others, cosines = others[cosines < TOO_ALIKE], cosines[cosines < TOO_ALIKE]
            if len(others):
                chance[row], alike[row] = others[0], others[int(cosines.argmax())]
    return chance, alike
