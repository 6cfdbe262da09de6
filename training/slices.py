"""Held-out comments in context, for what a label of the text alone cannot say.

Off-topic: each comment with its own context, and again with that of another thread.
Civil traffic: comments under news articles that were checked to be civil.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from moderation.comments import Article, Comment
from training.metrics import Bools, Floats
from training.pairs import HELD_OUT

MOST_ROWS = 2_000
"""Comments that a slice takes at most: enough for an interval of a hundredth."""


NOT_HATEFUL = "Fox News, not hateful"
"""A slice that is shown and promised nothing of: see `civil_slices`."""

_TALK = ("jigsaw_wikipedia_subset", "cat_large_wikipedia")


@dataclass(frozen=True, slots=True)
class Slice:
    """Comments with what is true of each: `off` marks the ones with another thread's context."""

    name: str
    comments: tuple[Comment, ...]
    off: Bools

    @property
    def contexts(self) -> list[str]:
        """What each comment stands under, as one text."""
        return [
            " ".join(
                part
                for part in (c.article and c.article.title, c.article and c.article.text, c.parent)
                if part
            )
            for c in self.comments
        ]


_OFF_TOPIC: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("NYT debates, title and description", "nyt_room_for_debate", ("title", "body")),
    ("news replies, parent", "reddit_news_reply_pairs_unlabelled", ("parent",)),
    ("Fox News, title", "fox_news_comments", ("title",)),
    ("SemEval, question", "semeval2017_cqa_A", ("title", "body")),
)
"""Name of the slice, its data set, and the columns of context that a comment is given."""


def off_topic_slices(data: pd.DataFrame, most_rows: int = MOST_ROWS) -> list[Slice]:
    """True against mismatched pairs of at most `most_rows` comments of a set, two pairs each.

    A set with no two threads among its rows is left out. Sets that the relevance model never
    learns from are taken whole, the others by their develop part.
    """
    held_out = data[(data["part"] == "develop") | data["source"].isin(HELD_OUT)]
    found = []
    for name, source, columns in _OFF_TOPIC:
        rows = held_out[held_out["source"] == source]
        # A comment that people found beside the point cannot stand for an on-topic one.
        rows = rows[~(rows["off_topic"] >= 0.5)]
        rows = _sample(_filled(rows, ("text", *columns[:1])), most_rows)
        if rows["thread"].nunique() > 1:
            found.append(_mismatched(name, rows, columns))
    return found


def civil_slices(data: pd.DataFrame) -> list[Slice]:
    """Comments that people found civil: under news articles, with all their context, and on
    Wikipedia's talk pages, where the text was judged by itself.

    Fox News rows were judged for hate alone: insults among them are not told from civil ones.
    """
    held_out = data[data["part"] == "develop"]
    nyt = held_out[held_out["source"] == "nyt_room_for_debate"]
    fox = held_out[held_out["source"] == "fox_news_comments"]
    talk = held_out[held_out["source"].isin(_TALK) & (held_out["toxicity"] < 0.5)]
    named = (
        ("NYT debates", nyt, _CONTEXT),
        ("Wikipedia talk, not toxic", _sample(talk), ()),
        (NOT_HATEFUL, fox[fox["identity_attack"] < 0.5], _CONTEXT),
    )
    return [
        Slice(
            name,
            tuple(_in_context(row, context) for row in _rows(rows)),
            np.zeros(len(rows), bool),
        )
        for name, rows, context in (
            (name, _filled(rows, ("text",)), context) for name, rows, context in named
        )
        if len(rows)
    ]


def tfidf_off_topic(part: Slice) -> Floats:
    """The plain measure to beat: 1 less the TF-IDF cosine of comment and context.

    The inverse document frequencies come from the slice's own texts, which favours it.
    """
    texts, contexts = [comment.text for comment in part.comments], part.contexts
    vectoriser = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    vectoriser.fit(texts + sorted(set(contexts)))
    one, two = vectoriser.transform(texts), vectoriser.transform(contexts)
    cosine: Floats = 1.0 - np.asarray(one.multiply(two).sum(axis=1), dtype=np.float64).ravel()
    return cosine


_CONTEXT = ("title", "body", "parent")


def _mismatched(name: str, rows: pd.DataFrame, columns: Sequence[str]) -> Slice:
    """Every row with its own context, then every row with that of a row of another thread."""
    rows = rows.sort_values(["thread", "id"], kind="stable")
    own = list(_rows(rows))
    other = [own[place] for place in _other_thread(rows["thread"].to_numpy(dtype=object))]
    true = [_in_context(row, columns) for row in own]
    false = [
        _in_context({**context, "text": row["text"]}, columns)
        for row, context in zip(own, other, strict=True)
    ]
    return Slice(name, (*true, *false), np.repeat([False, True], len(own)))


def _other_thread(threads: NDArray[np.object_]) -> NDArray[np.int64]:
    """For rows sorted by thread: the place of a row of another thread, each used about once.

    Shifting by half of the rows, or by the largest thread, seldom lands in the row's own, nor in
    the next one: sets are numbered by day, and neighbours often answer the same story.
    """
    _, sizes = np.unique(threads, return_counts=True)
    places = (np.arange(len(threads)) + max(int(sizes.max()), len(threads) // 2)) % len(threads)
    same = threads[places] == threads
    # Where one thread holds more than half of the rows, its surplus takes what is not its own.
    for place in np.flatnonzero(same):
        elsewhere = np.flatnonzero(threads != threads[place])
        places[place] = elsewhere[place % len(elsewhere)]
    return places


def _in_context(row: dict[str, Any], columns: Sequence[str]) -> Comment:
    title = _text(row, "title", columns)
    body = _text(row, "body", columns)
    article = Article(title, body) if title or body else None
    return Comment(row["text"], article, _text(row, "parent", columns) or None)


def _text(row: dict[str, Any], column: str, columns: Sequence[str]) -> str:
    value = row[column] if column in columns else None
    return value if isinstance(value, str) else ""


def _rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    kept = rows[["id", "thread", "text", "parent", "title", "body"]]
    return [{str(k): v for k, v in row.items()} for row in kept.to_dict("records")]


def _filled(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    for column in columns:
        rows = rows[rows[column].fillna("").str.strip() != ""]
    return rows


def _sample(rows: pd.DataFrame, most_rows: int = MOST_ROWS) -> pd.DataFrame:
    """At most `most_rows` rows, always the same ones, whatever else the set holds."""
    key = [hashlib.sha256(str(id_).encode()).hexdigest() for id_ in rows["id"]]
    return rows.assign(_key=key).sort_values("_key").head(most_rows).drop(columns="_key")
