"""The parts of an evaluation about groups, names, goals and functional cases, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training import suite
from training.document import Block, Heading, Paragraph, Table
from training.suite_gates import ENOUGH_MENTIONS
from training.tables import interval, number, percent, percent_interval

Json = Mapping[str, Any]

LEAST_ROWS = 20
"""Rows of a group in data sets under which its figures are not shown."""


def fairness_sections(evaluation: Json, level: int) -> list[Block]:
    """Groups, names and ordinary words under headings of `level`; empty where not measured."""
    blocks: list[Block] = []
    sentences, rows = evaluation.get("sentences"), evaluation.get("fairness")
    if sentences:
        blocks += _sentences(sentences, level)
    if rows:
        blocks += _rows(rows, level)
    return blocks


def functional_sections(evaluation: Json, level: int) -> list[Block]:
    """The functional suite under headings of `level`; empty where not measured."""
    found = evaluation.get("functional")
    if not found:
        return []
    lead = (
        f"{found['cases']} short cases written for the project, none of them used in training: "
        f"{_share(found['right'])} come out right. Some of the spread is chance, since a "
        "functionality has 15 to 40 cases."
    )
    return [Paragraph(lead), *_beside(evaluation, level), *suite.sections(found, level)]


def _beside(evaluation: Json, level: int) -> list[Block]:
    """This model and each measured peer on all that was written for the project."""
    found = evaluation["beside"]
    missing = [name for name, peer in evaluation["peers"].items() if not peer["measured"]]
    told = "Ours at its review thresholds, peers at 0.5 of their one score."
    told += "".join(f" {name} was not measured." for name in missing)
    names = list(found["this model"])
    rows = [
        [name, *(_figure(name, column.get(name)) for column in found.values())] for name in names
    ]
    return [
        Heading(level, "Beside peers"),
        Paragraph(told),
        Table(["on what was written for the project", *found], rows),
    ]


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return number(value) if "AUC" in name else percent(value)


def goals_section(evaluation: Json, block_goal: float | None) -> list[Block]:
    """What the thresholds come to on the develop part, beside the goals they were solved for."""
    found = evaluation.get("goals")
    if not found:
        return []
    held = [
        [f"review, {name}: civil comments held", _goal(part["goal"]), _share(part["held"])]
        for name, part in (("text labels", found["text_labels"]), ("off_topic", found["off_topic"]))
    ]
    held += [
        [f"review, {name} alone: civil comments held", "", _share(part)]
        for name, part in found["labels"].items()
    ]
    block = [
        [
            f"block, {name}: precision at the base rate",
            _goal(block_goal),
            _share(label["overall"].get("block_precision")) or "no threshold",
        ]
        for name, label in evaluation["labels"].items()
    ]
    return [
        Paragraph(
            f"Beside the goals, what the thresholds come to on {found['rows']} civil comments "
            "and on the labelled rows of the develop part, on which nothing was solved."
        ),
        Table(["goal", "wanted", "reached on the develop part (95 %)"], [*held, *block]),
    ]


def _sentences(found: Json, level: int) -> list[Block]:
    templates, names, words = found["templates"], found["names"], found["words"]
    gap = names["gap"]
    return [
        Heading(level, "Identity groups: sentences written for the project"),
        Paragraph(
            f"{templates['sentences']} neutral and positive sentences, the same for every group, "
            "all to be let through; the areas and false positives are `identity_attack` over "
            "these and the functional cases. BPSN is low where harmless rows of a group score as "
            "high as attacks on others, BNSP where attacks on it score as low as harmless rows "
            f"about others. Let through: mean over groups {percent(templates['mean'])}, worst "
            f"{templates['worst']['group']} {percent(templates['worst']['value'])}."
        ),
        _groups_table(templates["groups"]),
        Heading(level, "Names by origin"),
        Paragraph(
            f"{names['sentences']} neutral sentences, the same for every name. Largest gap in "
            f"share let through: {_points(gap)} points, {gap['most']} over {gap['least']}. A "
            "sentence counts as held also where its language was taken for another."
        ),
        Table(
            ["origin", "sentences", "mean toxicity", "mean highest score", "let through (95 %)"],
            [
                [
                    origin,
                    str(row["sentences"]),
                    number(row["mean_toxicity"], 4),
                    number(row["mean_highest"], 4),
                    _share(row["let_through"]),
                ]
                for origin, row in names["origins"].items()
            ],
        ),
        Heading(level, "Ordinary words that fool filters"),
        Table(
            ["kind", "let through (95 %)"],
            [
                *([kind, _share(row)] for kind, row in words["kinds"].items()),
                ["all", _share(words["let_through"])],
            ],
        ),
    ]


def _rows(found: Json, level: int) -> list[Block]:
    blocks: list[Block] = [
        Heading(level, "Identity groups: civil comments that mention one"),
        Paragraph(
            "Rows of the data sets in which raters found nothing, held by the review thresholds "
            "of the text labels. The background is every row that does not mention the group, in "
            f"the group's own mix of sets. From {ENOUGH_MENTIONS} rows on it counts as a promise."
        ),
        Table(
            ["group", "rows", "held (95 %)", "background", "gap in points (95 %)"],
            [[group, *_false_positives(row)] for group, row in found["civil"].items()],
        ),
    ]
    for label, groups in found["mentions"].items():
        blocks += [
            Heading(level, f"Identity groups: rows that mention one, {label}"),
            _groups_table(groups),
        ]
    return [
        *blocks,
        Heading(level, "Identity groups: rows aimed at one, identity_attack"),
        Paragraph(
            "By what the data sets themselves say; some name a group only for rows that attack it."
        ),
        _groups_table(found["targets"]),
    ]


def _groups_table(groups: Json) -> Table:
    written = any("let_through" in row for row in groups.values())
    head = ["group", "rows", "attacks", *(["let through (95 %)"] if written else [])]
    head += ["subgroup AUC (95 %)", "BPSN AUC (95 %)", "BNSP AUC (95 %)"]
    head += ["harmless rows", "held (95 %)", "background", "gap in points (95 %)"]
    return Table(
        head,
        [
            [
                group,
                str(row["rows"]),
                str(row["positives"]),
                *([_share(row.get("let_through"))] if written else []),
                *(interval(row[area]) for area in ("subgroup_auc", "bpsn_auc", "bnsp_auc")),
                *_false_positives(row["false_positives"]),
            ]
            for group, row in groups.items()
            if written or row["rows"] >= LEAST_ROWS
        ],
    )


def _false_positives(found: Json | None) -> list[str]:
    if not found:
        return ["", "", "", ""]
    return [
        str(found["rows"]),
        _share(found["rate"]),
        percent(found["background"]["value"]),
        _points(found["gap"]),
    ]


def _points(gap: Json) -> str:
    value, low, high = (100 * gap[end] for end in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"


def _share(found: Json | None) -> str:
    return percent_interval(found) if found else ""


def _goal(goal: float | None) -> str:
    return "" if goal is None else percent(goal)
