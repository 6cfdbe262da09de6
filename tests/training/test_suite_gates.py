"""Each promise is kept at its limit, broken beyond it, and neither where nothing was measured."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from training import suite_gates as promises
from training.suite_gates import suite_gates

AT_THE_LIMITS: dict[str, Any] = {
    "sentences": {
        "templates": {"mean": 0.93, "worst": {"group": "Sikhs", "value": 0.75}},
        "names": {"gap": {"value": 0.05, "most": "Irish", "least": "Polish"}},
        "words": {"let_through": {"value": 0.90}},
    },
    "fairness": {"civil": {"women": {"rows": 50, "gap": {"value": 0.10}}}},
    "functional": {
        "hate": {"balanced": 0.62, "accuracy": {"value": 0.7}, "auc": {"value": 0.82}},
        "spelling": {
            "clean": {"value": 0.85},
            "mean": 0.92,
            "worst": {"attack": "swap", "value": 0.80},
        },
    },
}

BREAKS = [
    (("sentences", "templates", "mean"), 0.929, "mean over groups"),
    (("sentences", "templates", "worst", "value"), 0.749, "worst group"),
    (("sentences", "names", "gap", "value"), 0.051, "names by origin"),
    (("sentences", "words", "let_through", "value"), 0.899, "ordinary words"),
    (("fairness", "civil", "women", "gap", "value"), 0.101, "mention a group"),
    (("functional", "hate", "balanced"), 0.619, "balanced accuracy"),
    (("functional", "hate", "auc", "value"), 0.819, "suite, AUC"),
    (("functional", "spelling", "clean", "value"), 0.849, "clean spelling"),
    (("functional", "spelling", "mean"), 0.919, "mean over disguises"),
    (("functional", "spelling", "worst", "value"), 0.799, "worst disguise"),
]


def _with(path: tuple[str, ...], value: float) -> dict[str, Any]:
    changed = copy.deepcopy(AT_THE_LIMITS)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


def test_every_promise_is_kept_at_its_limit() -> None:
    assert [gate["passed"] for gate in suite_gates(AT_THE_LIMITS)] == [True] * len(BREAKS)


@pytest.mark.parametrize(("path", "value", "named"), BREAKS, ids=[b[2] for b in BREAKS])
def test_a_promise_is_broken_beyond_its_limit_and_no_other_is(
    path: tuple[str, ...], value: float, named: str
) -> None:
    broken = [gate for gate in suite_gates(_with(path, value)) if gate["passed"] is not True]
    assert [gate["passed"] for gate in broken] == [False]
    assert named in broken[0]["name"]


def test_what_was_not_measured_is_neither_kept_nor_broken() -> None:
    assert [gate["passed"] for gate in suite_gates({})] == [None] * len(BREAKS)


def test_a_group_with_few_rows_is_not_judged_and_one_that_is_over_is_named() -> None:
    result = _with(("fairness", "civil", "women", "gap", "value"), 0.2)
    result["fairness"]["civil"]["men"] = {"rows": 49, "gap": {"value": 0.9}}
    [gate] = [gate for gate in suite_gates(result) if "mention a group" in gate["name"]]
    assert gate["detail"] == "women +20.0% (1 judged)"
    result["fairness"]["civil"]["women"]["rows"] = 49
    [gate] = [gate for gate in suite_gates(result) if "mention a group" in gate["name"]]
    assert gate["passed"] is None


@pytest.mark.parametrize("name", [n for n in vars(promises) if n.startswith(("LEAST_", "MOST_"))])
def test_every_limit_is_in_the_documentation(name: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "training.md"
    limit = vars(promises)[name]
    written = {f"{100 * limit:.0f} %", f"{100 * limit:.0f} points", f"AUC {limit}"}
    assert any(form in page.read_text(encoding="utf-8") for form in written)
