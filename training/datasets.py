"""The labelled sets: where they come from, what may be done with them, and how they are split.

Data is always given as a folder and never shipped. A row says something about a
label where the column has a number; NaN is silence, not "no".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from moderation.errors import InvalidInput
from training.sources import SOURCES, Source

LABEL_COLUMNS: Final = (
    "toxicity",
    "insult",
    "identity_attack",
    "profanity",
    "threat",
    "sexual_explicit",
    "severe_toxicity",
    "off_topic",
)
"""Label columns of `load`; `severe_toxicity` is trained but not served under its own name."""

TRAIN, CALIBRATE, DEVELOP = "train", "calibrate", "develop"
_SHARES: Final = ((TRAIN, 0.70), (CALIBRATE, 0.85), (DEVELOP, 1.0))
"""Upper ends of each part's share of [0, 1)."""

_COPIED: Final = {
    "parent_text": "parent",
    "context_title": "title",
    "context_text": "body",
    "thread_id": "thread",
    "target_group": "target_group",
    "spans": "spans",
    "src_matched_id": "pair",
}

_SHORT: Final = 24
"""Texts up to this long repeat by chance ("thank you") and tie no threads together."""

_NOT_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `python -m training datasets`."""

    source: Source
    rows: int
    present: bool
    matches: bool


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def survey(data_dir: Path) -> list[Listed]:
    """Which of the known sets are in a folder, and whether they are the known files."""
    listed = []
    for source in SOURCES:
        path = data_dir / source.file
        present = path.is_file()
        rows = len(pd.read_parquet(path, columns=["id"])) if present else 0
        listed.append(Listed(source, rows, present, present and digest(path) == source.sha256))
    return listed


def load(data_dir: Path) -> pd.DataFrame:
    """Every row of every set in the folder, one shape, each with its part.

    Columns: `source`, `id`, `text`, `parent`, `title`, `body`, `thread`, `target_group`,
    `spans`, `topic` (strings, empty where the set has none), one float column a label
    (NaN = the set says nothing), `use` and `part`. Parts are decided by hash, so they do
    not change when rows or sets are added elsewhere. Raises `InvalidInput` where the folder
    has none of the sets.
    """
    frames = [
        _read(data_dir / source.file, source)
        for source in SOURCES
        if (data_dir / source.file).is_file()
    ]
    if not frames:
        raise InvalidInput("data", "none of the known data sets is in this folder")
    data = pd.concat(frames, ignore_index=True)
    data["part"] = assign_parts(data)
    return data.drop(columns=["pair"])


def _read(path: Path, source: Source) -> pd.DataFrame:
    raw = pd.read_parquet(path)
    out = pd.DataFrame({"source": source.name, "id": raw["id"].astype(str), "text": raw["text"]})
    for column, name in _COPIED.items():
        out[name] = _strings(raw[column]) if column in raw else ""
    topic = next((name for name in ("src_topic", "src_subreddit") if name in raw), None)
    out["topic"] = _strings(raw[topic]) if topic else ""
    for label in LABEL_COLUMNS:
        out[label] = raw[label].astype(float) if label in raw else np.nan
    if source.name == "ruddit":
        out["toxicity"] = _cut_offensiveness(out["toxicity"])
    out["use"] = source.use
    return out[out["text"].fillna("").str.strip() != ""]


def _strings(column: pd.Series) -> pd.Series:
    return column.astype("string").fillna("").astype(object)


def _cut_offensiveness(scaled: pd.Series) -> pd.Series:
    # Best-worst scaling: 0.5 is neutral, not borderline, and the middle is undecided.
    return scaled.map(lambda value: 1.0 if value >= 0.66 else 0.0 if value <= 0.5 else np.nan)


def text_key(text: str) -> str:
    """A text without case, spacing and punctuation: equal for what a reader calls the same."""
    return _NOT_A_WORD.sub(" ", text.casefold()).strip()


def assign_parts(data: pd.DataFrame) -> pd.Series:
    """`train`, `calibrate` or `develop` for every row.

    Rows that share a text, a thread or a matched pair stay together, over all sets; a
    group with a row that may only be evaluated is `develop` as a whole.
    """
    keys = data["text"].map(text_key)
    groups = _grouped(_ties(data, keys))
    names = pd.Series(keys.where(keys != "", data["source"] + data["id"]).to_numpy())
    smallest = names.groupby(groups).min()
    evaluated = pd.Series((data["use"] == "evaluate only").to_numpy()).groupby(groups).any()
    by_group = [
        DEVELOP if only else _part_of(name)
        for name, only in zip(smallest.array, evaluated.array, strict=True)
    ]
    return pd.Series([by_group[group] for group in groups], index=data.index)


def _part_of(name: str) -> str:
    place = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4]) / 2**32
    return next(part for part, end in _SHARES if place < end)


def _ties(data: pd.DataFrame, keys: pd.Series) -> list[pd.Series]:
    """For each thing that ties rows together, its name a row; empty = ties nothing."""
    by_text = keys.where(keys.str.len() > _SHORT, data["source"] + "\0" + keys)
    # A chat thread's one-word turns repeat over all threads: there the thread decides alone.
    by_text = by_text.where((keys.str.len() > _SHORT) | (data["thread"] == ""), "")
    thread = (data["source"] + "\0" + data["thread"]).where(data["thread"] != "", "")
    pair = (data["source"] + "\0" + data["pair"]).where(data["pair"] != "", "")
    return [by_text, thread, pair]


def _grouped(ties: Iterable[pd.Series]) -> np.ndarray:
    rows: list[np.ndarray] = []
    nodes: list[np.ndarray] = []
    size = offset = 0
    for tie in ties:
        size = len(tie)
        offset = offset or size
        codes, names = pd.factorize(tie.to_numpy())
        tied = (tie != "").to_numpy()
        rows.append(np.flatnonzero(tied))
        nodes.append(codes[tied] + offset)
        offset += len(names)
    row, node = np.concatenate(rows), np.concatenate(nodes)
    graph = coo_matrix((np.ones(len(row), dtype=np.int8), (row, node)), shape=(offset, offset))
    groups: np.ndarray = connected_components(graph, directed=False)[1][:size]
    return np.unique(groups, return_inverse=True)[1]
