"""The promises that a model must keep before it is served, read off its evaluation.

A gate that could not be measured is neither passed nor failed, and says so. Those on what was
written for the project, and on identity groups, are in `training.suite_gates`; those on modes in
`training.mode_gates`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.labels import Label
from training.mode_gates import mode_gates
from training.slices import NOT_HATEFUL
from training.suite_gates import suite_gates

MOST_CIVIL_HELD = 0.05
"""Share of civil comments that may be kept from being published at once."""

ENOUGH_ROWS = 200
"""Civil comments of one set from which its own share is judged; under it, chance decides."""

LABELS_AGAINST_PEERS = (Label.TOXICITY, Label.INSULT, Label.IDENTITY_ATTACK)

Json = dict[str, Any]


def gates(result: Mapping[str, Any]) -> list[Json]:
    """Every promise with whether it is kept; `passed` is `None` where it was not measured."""
    return [
        *_peer_gates(result),
        *_off_topic_gates(result),
        *_civil_gates(result),
        *suite_gates(result),
        *mode_gates(result),
    ]


def _peer_gates(result: Mapping[str, Any]) -> list[Json]:
    found = []
    for name, peer in result["peers"].items():
        for label in LABELS_AGAINST_PEERS:
            overall = result["labels"][label.value]["overall"]
            theirs = overall["peers"].get(name) if peer["measured"] else None
            ours = {key: overall[key] for key in ("mean_auc", "pooled_auc")}
            found.append(
                {
                    "name": f"{label.value}: AUC above {name}'s",
                    "passed": _beats(ours, theirs) if theirs else None,
                    "detail": f"mean over sets {ours['mean_auc']}, pooled {ours['pooled_auc']}"
                    + (f" against {theirs['mean_auc']}, {theirs['pooled_auc']}" if theirs else ""),
                }
            )
    return found


def _off_topic_gates(result: Mapping[str, Any]) -> list[Json]:
    if not result["off_topic"]:
        return [{"name": "off_topic: AUC above TF-IDF cosine's", "passed": None, "detail": ""}]
    return [
        {
            "name": f"off_topic: AUC above TF-IDF cosine's, {row['name']}",
            "passed": bool(row["auc"] and row["auc"]["value"] > row["tfidf_auc"]["value"]),
            "detail": f"{_value(row['auc'])} against {_value(row['tfidf_auc'])}",
        }
        for row in result["off_topic"]
    ]


def _civil_gates(result: Mapping[str, Any]) -> list[Json]:
    """One for all civil comments together, and one for each set that is large enough."""
    sets = [
        (row["name"], row["held"], row["rows"])
        for row in result["civil"]
        if row["name"] != NOT_HATEFUL
    ]
    held, rows = sum(one[1] for one in sets), sum(one[2] for one in sets)
    judged = [one for one in sets if one[2] >= ENOUGH_ROWS] + [("all together", held, rows)]
    return [
        {
            "name": f"civil comments not allowed, {name}: at most {MOST_CIVIL_HELD:.0%}",
            "passed": held <= MOST_CIVIL_HELD * rows if rows else None,
            "detail": f"{held} of {rows}" + (f", {held / rows:.2%}" if rows else ""),
        }
        for name, held, rows in judged
    ]


def _value(estimate: Mapping[str, float] | None) -> str:
    return f"{estimate['value']:.4f}" if estimate else "none"


def failed(found: Sequence[Json]) -> list[Json]:
    """The gates that were measured and not passed."""
    return [gate for gate in found if gate["passed"] is False]


def _beats(ours: Json, theirs: Json) -> bool:
    return all(mine is not None and mine > theirs[key] for key, mine in ours.items())
