"""Functional suites: cases with a gold judgement, read by what each is there to test.

A suite is a CSV file of ours (`training/suites/README.md` has the columns) or one with the
columns of HateCheck (Röttger et al. 2021). A suite measures; nothing is ever tuned to it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from moderation.comments import Article, Comment, Decision
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.policy import judge, policy_for
from moderation.scoring.scorer import Assessment, Scorer
from training import document, spelling
from training.document import Block, Heading, Paragraph, Table
from training.metrics import auc, share
from training.tables import interval, percent, percent_interval

Json = dict[str, Any]

_OURS = ("functionality", "text", "expect_flag", "hateful", "target_group")
_HATECHECK = ("functionality", "test_case", "label_gold", "target_ident")
_GOLD = {"hateful": True, "non-hateful": False}


@dataclass(frozen=True, slots=True)
class Case:
    """One comment and what is right for it."""

    functionality: str
    comment: Comment
    flag: bool | None
    """Whether it should not simply be allowed; `None` where a suite judges hate alone."""
    hateful: bool | None
    """Whether it attacks a protected group; `None` where that is not the question."""
    group: str = ""
    pair: str = ""
    """Name shared by an attack and its disguises, or by an attack and its harmless contrast."""

    @property
    def has_context(self) -> bool:
        """Whether it stands under an article or a parent."""
        return self.comment.article is not None or bool(self.comment.parent)


def read(path: Path) -> list[Case]:
    """The cases of a CSV file. Raises `InvalidInput` for other columns or an unreadable gold."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = set(reader.fieldnames or ())
        if columns.issuperset(_OURS):
            return [_ours(row) for row in reader]
        if columns.issuperset(_HATECHECK):
            return [_hatecheck(row) for row in reader]
    raise InvalidInput("suite", f"needs the columns {', '.join(_OURS)} or {', '.join(_HATECHECK)}")


def measure(cases: Sequence[Case], scorer: Scorer) -> Json:
    """How many cases of each functionality and group come out right, JSON-ready.

    A flag is right when the default policy does not simply allow the comment; hate is found
    when `identity_attack` reaches its review cut-off.
    """
    assessed = scorer.assess([case.comment for case in cases])
    policy = policy_for(None, scorer.cutoffs)
    flagged = [judge(one, policy).decision is not Decision.ALLOW for one in assessed]
    hate = _hate(scorer, assessed)
    right = [
        flagged[at] == case.flag if case.flag is not None else hate[at] == case.hateful
        for at, case in enumerate(cases)
    ]
    return {
        "cases": len(cases),
        "model": scorer.version,
        "mode": scorer.mode,
        "right": _shares(right),
        "functionalities": _by([case.functionality for case in cases], right),
        "hate": _hate_figures(cases, assessed, hate),
        "groups": _by_group(cases, hate),
        "spelling": spelling.measure(
            [case.functionality for case in cases], [case.pair for case in cases], flagged
        ),
    }


def summary(result: Json) -> str:
    """The result as Markdown tables."""
    lead = f"{result['cases']} cases, model {result['model']}, mode {result['mode']}"
    return document.markdown([Paragraph(lead), *sections(result, level=2)])


def sections(result: Json, level: int) -> list[Block]:
    """The result as tables under headings of `level`."""
    blocks: list[Block] = [
        Heading(level, "Functionalities"),
        _table("functionality", result["functionalities"]),
        Heading(level, "Hate against groups: identity_attack at its review cut-off"),
        _hate_table(result["hate"]),
        Heading(level, "Groups"),
        _table("group", result["groups"]),
    ]
    if result["spelling"]:
        blocks += [Heading(level, "Disguised spelling"), _spelling_table(result["spelling"])]
    return blocks


def _hate_table(hate: Json) -> Table:
    names = ("accuracy", "hateful", "non_hateful")
    rows = [[name.replace("_", "-"), _shown(hate[name])] for name in names]
    rows.append(["balanced accuracy", percent(hate["balanced"]) if hate["balanced"] else ""])
    return Table(["cases", "right (95 %)"], [*rows, ["AUC", interval(hate["auc"])]])


def _spelling_table(found: Json) -> Table:
    rows = [["clean, flagged", str(found["clean"]["cases"]), _shown(found["clean"])]]
    rows += [
        [f"{name}, of these still flagged", str(share["cases"]), _shown(share)]
        for name, share in found["attacks"].items()
    ]
    return Table(["attack", "cases", "share (95 %)"], rows)


def _ours(row: Mapping[str, str]) -> Case:
    article = Article(row.get("article_title") or "", row.get("article_text") or "")
    comment = Comment(
        row["text"], None if article.is_blank else article, row.get("parent_text") or None
    )
    flag = _binary(row["expect_flag"], "expect_flag")
    hateful = _binary(row["hateful"], "hateful") if row["hateful"] else None
    pair = row.get("pair_id") or ""
    return Case(row["functionality"], comment, flag, hateful, row["target_group"], pair)


def _binary(gold: str, column: str) -> bool:
    if gold not in ("0", "1"):
        raise InvalidInput(f"suite.{column}", "must be 0 or 1")
    return gold == "1"


def _hatecheck(row: Mapping[str, str]) -> Case:
    if row["label_gold"] not in _GOLD:
        raise InvalidInput("suite.label_gold", "must be hateful or non-hateful")
    hateful = _GOLD[row["label_gold"]]
    return Case(row["functionality"], Comment(row["test_case"]), None, hateful, row["target_ident"])


def _hate(scorer: Scorer, assessed: Iterable[Assessment]) -> list[bool]:
    cutoff = scorer.cutoffs[Label.IDENTITY_ATTACK].review
    scores = [one.scores[Label.IDENTITY_ATTACK] or 0.0 for one in assessed]
    return [cutoff is not None and score >= cutoff for score in scores]


def _hate_figures(
    cases: Sequence[Case], assessed: Sequence[Assessment], found: Sequence[bool]
) -> Json:
    asked = [at for at, case in enumerate(cases) if case.hateful is not None]
    truth = np.array([bool(cases[at].hateful) for at in asked], dtype=np.bool_)
    scores = np.array([assessed[at].scores[Label.IDENTITY_ATTACK] or 0.0 for at in asked])
    right = [found[at] == cases[at].hateful for at in asked]
    area = auc(truth, scores) if asked else None
    hateful = _shares([ok for ok, hateful in zip(right, truth, strict=True) if hateful])
    other = _shares([ok for ok, hateful in zip(right, truth, strict=True) if not hateful])
    return {
        "auc": area.as_json() if area else None,
        "accuracy": _shares(right),
        # Most cases are not hateful: a model that finds nothing has a high accuracy.
        "balanced": round((hateful["value"] + other["value"]) / 2, 4)
        if hateful and other
        else None,
        "hateful": hateful,
        "non_hateful": other,
    }


def _by_group(cases: Sequence[Case], found: Sequence[bool]) -> dict[str, Json | None]:
    asked = [at for at, case in enumerate(cases) if case.group and case.hateful is not None]
    names = [f"{cases[at].group}, {'hateful' if cases[at].hateful else 'not'}" for at in asked]
    return _by(names, [found[at] == cases[at].hateful for at in asked])


def _by(names: Sequence[str], right: Sequence[bool]) -> dict[str, Json | None]:
    kept: dict[str, list[bool]] = {}
    for name, ok in zip(names, right, strict=True):
        kept.setdefault(name, []).append(ok)
    return {name: _shares(oks) for name, oks in sorted(kept.items())}


def _shares(right: Sequence[bool]) -> Json | None:
    estimate = share(sum(right), len(right))
    return {**estimate.as_json(), "cases": len(right)} if estimate else None


def _table(head: str, rows: Mapping[str, Json | None]) -> Table:
    return Table(
        [head, "cases", "right (95 %)"],
        [[name, str(found["cases"]), _shown(found)] for name, found in rows.items() if found],
    )


def _shown(found: Json | None) -> str:
    return percent_interval(found) if found else ""
