"""The figures of one mode by which modes are set side by side: values alone, without intervals.

The whole of them, with intervals, is kept of the mode that is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def of(figures: Mapping[str, Any]) -> Json:
    """Of what `training.evaluate` measured in one mode; parts that it did not measure are absent.

    A group has the number of its sentences that are let through, and how many there are.
    """
    return {
        "labels": {name: _label(one) for name, one in figures["labels"].items()},
        "heads": {name: _label(one) for name, one in figures["heads"].items()},
        "off_topic": {one["name"]: _value(one["auc"]) for one in figures["off_topic"]},
        "civil": {
            one["name"]: {
                "let_through": round(1 - one["held"] / one["rows"], 4),
                "asked": one["asked"],
            }
            for one in figures["civil"]
        },
        **(_functional(figures["functional"]) if "functional" in figures else {}),
        **(_sentences(figures["sentences"]) if "sentences" in figures else {}),
    }


def _label(label: Mapping[str, Any]) -> Json:
    overall = label["overall"]
    review = overall.get("at_review")
    return {
        "mean_auc": overall["mean_auc"],
        "pooled_auc": overall["pooled_auc"],
        "recall_at_review": review and review["recall"],
        "sets": {name: _value(one["auc"]) for name, one in label["sets"].items() if one["auc"]},
    }


def _functional(found: Mapping[str, Any]) -> Json:
    spelling = found["spelling"]
    attacks = {name: _value(one) for name, one in spelling.get("attacks", {}).items()}
    return {
        "functional": {
            "right": _value(found["right"]),
            "auc": _value(found["hate"]["auc"]),
            "balanced": found["hate"]["balanced"],
            "functionalities": {
                name: _value(one) for name, one in found["functionalities"].items()
            },
        },
        "attacks": {
            "clean": _value(spelling.get("clean")),
            "mean": spelling.get("mean"),
            "worst": spelling.get("worst"),
            "each": attacks,
        },
    }


def _sentences(found: Mapping[str, Any]) -> Json:
    templates = found["templates"]
    return {
        "groups": {
            "mean": templates["mean"],
            "worst": templates["worst"],
            "each": {
                name: {
                    "let_through": round(one["let_through"]["value"] * one["sentences"]),
                    "sentences": one["sentences"],
                }
                for name, one in templates["groups"].items()
            },
        },
        "names": found["names"]["gap"]["value"],
        "words": _value(found["words"]["let_through"]),
    }


def _value(estimate: Mapping[str, Any] | None) -> float | None:
    return float(estimate["value"]) if estimate else None
