"""Which rows teach which label, and with what weight.

Beside the labelled rows there are made ones, each for a gap that the sets leave:
toxic comments with their toxic words taken out (sets of toxic comments only teach
*which* words), unjudged comments beside sets of positives, single ordinary words
beside the word list, debate comments that passed a newspaper's moderators, sentences
written for the project, and rows of all these with their words disguised. Comments that
nobody judged are there for a teacher alone.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Final

import numpy as np
import pandas as pd
from nltk.tokenize import TweetTokenizer

from moderation.labels import TEXT_LABELS
from training.attacks import ATTACKS
from training.datasets import TRAIN
from training.sentences import written_sentences

HEADS: Final = (*(label.value for label in TEXT_LABELS), "severe_toxicity")
"""What the linear model has a column for, in this order; the last is not served by name."""

_SPANNED: Final = ("toxic_spans_semeval2021", "toxic_spans_typed_civil")
_WEAK: Final = "reddit_norm_violations_weak"
_UNJUDGED: Final = ("reddit_other_threads_unlabelled", "reddit_news_reply_pairs_unlabelled")
_CIVIL: Final = "nyt_room_for_debate"
_NEWS: Final = "news"
"""Group of sets from news sites that have only toxic or only civil rows by themselves."""

WRITTEN: Final = "written"
"""Source and group of the sentences written for the project."""

_WRITTEN_TRUST: Final = 2.0
"""What a written sentence counts: each stands for many that no set holds."""

_TRAPS: Final = "_trap"
_TRAP_TRUST: Final = 4.0
"""What one with an ordinary word or name counts that fools filters: the sets are full of the other
sense of the word."""

_MOST_UNJUDGED: Final = 22_000
"""Comments that nobody judged, of one set at most."""

_DISGUISED: Final = 0.15
"""Share of the rows that are repeated with their words disguised."""


def training_pool(data: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Rows to fit on: `text`, `asked`, `group` (shares one base rate), `trust` and the heads.

    `asked` is what a teacher is asked about: the text before any disguise. Takes what
    `training.datasets.load` gives; only rows of part `train` with use `train` or `lexicon`
    get in.
    """
    rows = data[(data["part"] == TRAIN) & (data["use"] != "evaluate only")]
    parts = [
        _labelled(rows),
        _blanked(rows),
        _beside_weak(rows, seed),
        _civil(rows),
        _ordinary_words(rows),
        _written(seed),
        _unjudged(rows, seed),
    ]
    plain = pd.concat(parts, ignore_index=True)
    return pd.concat([plain, _disguised(plain, seed)], ignore_index=True)


def _shaped(rows: pd.DataFrame, group: str | None, trust: float) -> pd.DataFrame:
    shaped = rows[["text", "source", *HEADS]].copy()
    shaped.insert(1, "asked", shaped["text"])
    shaped["group"] = shaped["source"] if group is None else group
    shaped["trust"] = trust
    return shaped


def _written(seed: int) -> pd.DataFrame:
    written = written_sentences(seed)
    shaped = _shaped(written.assign(source=WRITTEN), None, _WRITTEN_TRUST)
    shaped.loc[written["family"].str.endswith(_TRAPS), "trust"] = _TRAP_TRUST
    return shaped


def _unjudged(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Comments for a teacher: no head learns anything of them without one."""
    unjudged = rows[rows[list(HEADS)].isna().all(axis=1) & (rows["source"] != _CIVIL)]
    most = unjudged.groupby("source").sample(frac=1.0, random_state=seed)
    return _shaped(most.groupby("source").head(_MOST_UNJUDGED), None, 1.0)


def _disguised(plain: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Some rows again as somebody writes who wants to get past a filter."""
    some = plain.sample(frac=_DISGUISED, random_state=seed).copy()
    chance, attacks = Random(seed), list(ATTACKS.values())
    some["text"] = [chance.choice(attacks)(text, chance) for text in some["text"]]
    some["trust"] *= 0.5
    return some[some["text"] != some["asked"]]


def _labelled(rows: pd.DataFrame) -> pd.DataFrame:
    shaped = _shaped(rows[rows[list(HEADS)].notna().any(axis=1)], None, 1.0)
    shaped.loc[shaped["source"].isin(_SPANNED), "group"] = _NEWS
    return shaped


def without_spans(text: str, spans: str) -> str:
    """A text with the `[start, end)` pieces of a JSON list taken out."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(json.loads(spans or "[]")):
        pieces.append(text[done:start])
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def _blanked(rows: pd.DataFrame) -> pd.DataFrame:
    spanned = rows[rows["source"].isin(_SPANNED) & (rows["spans"].str.len() > 2)].copy()
    blanked = [
        without_spans(text, spans)
        for text, spans in zip(spanned["text"], spanned["spans"], strict=True)
    ]
    spanned["text"] = pd.Series(blanked, index=spanned.index, dtype=object)
    spanned = spanned[spanned["text"].str.count(r"\w+") >= 4]
    for head in HEADS:
        spanned[head] = spanned[head].where(spanned[head].isna(), 0.0)
    return _shaped(spanned, _NEWS, 0.5)


def _beside_weak(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    unjudged = rows[rows["source"].isin(_UNJUDGED)]
    count = min(len(unjudged), int((rows["source"] == _WEAK).sum()))
    beside = unjudged.sample(count, random_state=seed).copy()
    beside[["insult", "identity_attack", "sexual_explicit"]] = 0.0
    return _shaped(beside, _WEAK, 1.0)


def _civil(rows: pd.DataFrame) -> pd.DataFrame:
    civil = rows[rows["source"] == _CIVIL].copy()
    civil[list(HEADS)] = 0.0
    return _shaped(civil, _NEWS, 1.0)


def _ordinary_words(rows: pd.DataFrame) -> pd.DataFrame:
    counts: Counter[str] = Counter()
    tokenizer = TweetTokenizer(preserve_case=False)
    for text in rows.loc[rows["source"] == _CIVIL, "text"]:
        counts.update({word for word in tokenizer.tokenize(text) if word.isalpha()})
    common = sorted(word for word, count in counts.items() if count >= 3 and len(word) > 2)
    listed = set(rows.loc[rows["use"] == "lexicon", "text"].map(str.casefold))
    ordinary = pd.DataFrame({"text": [word for word in common if word not in listed]})
    ordinary["source"] = "lexicon_surge_profanity"
    ordinary[list(HEADS)] = 0.0
    ordinary[["toxicity", "insult", "threat"]] = np.nan
    return _shaped(ordinary, None, 1.0)
