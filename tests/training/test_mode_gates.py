"""What the encoder must bring, and whom it must not harm: kept at the limit, broken beyond it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from training import mode_gates as promises
from training.mode_gates import mode_gates


def _groups(**through: int) -> dict[str, Any]:
    return {
        "groups": {
            "each": {
                name: {"let_through": number, "sentences": 6} for name, number in through.items()
            }
        }
    }


AT_THE_LIMITS: dict[str, Any] = {
    "has_encoder": True,
    "modes": {
        "fast": _groups(Sikhs=5, women=6),
        "auto": _groups(Sikhs=4, women=6),
        "deep": _groups(Sikhs=6, women=5),
    },
    "cascade": {
        "right": {"fast": 0.9, "auto": 0.945, "deep": 0.95},
        "shipped": {"kept": 0.9, "demo_asked": 0.29},
    },
}


def test_every_promise_is_kept_at_its_limit() -> None:
    assert [gate["passed"] for gate in mode_gates(AT_THE_LIMITS)] == [True] * 4


@pytest.mark.parametrize(
    ("path", "value", "named", "told"),
    [
        (("modes", "auto", "groups", "each", "Sikhs", "let_through"), 3, "in auto", "Sikhs 3 of 6"),
        (("modes", "deep", "groups", "each", "women", "let_through"), 4, "in deep", "women 4 of 6"),
        (("cascade", "shipped", "kept"), 0.899, "keeps", "89.9%"),
        (("cascade", "shipped", "demo_asked"), 0.3, "demo site", "30.0%"),
    ],
    ids=["fairness in auto", "fairness in deep", "kept", "asked"],
)
def test_a_promise_is_broken_beyond_its_limit_and_no_other_is(
    path: tuple[str, ...], value: float, named: str, told: str
) -> None:
    changed = copy.deepcopy(AT_THE_LIMITS)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    (broken,) = [gate for gate in mode_gates(changed) if gate["passed"] is not True]
    assert broken["passed"] is False
    assert named in broken["name"]
    assert told in broken["detail"]


def test_a_model_without_an_encoder_is_promised_nothing_of() -> None:
    assert mode_gates({}) == []


def test_what_was_not_measured_is_neither_kept_nor_broken() -> None:
    assert [gate["passed"] for gate in mode_gates({"has_encoder": True})] == [None] * 4


@pytest.mark.parametrize(
    ("limit", "written"),
    [
        (promises.LEAST_KEPT, "{:.0%}"),
        (promises.MOST_ASKED, "under {:.0%}"),
        (promises.MOST_SENTENCES_LESS, "at most {} sentence"),
    ],
)
def test_every_limit_is_in_the_documentation(limit: float, written: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    words = {1: "one"}
    shown = written.format(words.get(limit, limit) if isinstance(limit, int) else limit)
    assert shown.replace("%", " %") in page
