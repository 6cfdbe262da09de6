"""The evaluation suites are the bytes whose digests are written down, and as they say they are."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

_SUITES = Path(__file__).parents[2] / "training" / "suites"
_README = (_SUITES / "README.md").read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    with (_SUITES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_CASES = _rows("functional.csv")


@pytest.mark.parametrize("path", sorted(_SUITES.glob("*.csv")), ids=lambda path: path.name)
def test_a_suite_is_the_bytes_of_its_digest(path: Path) -> None:
    written = re.search(rf"`{path.name}` \| (\d+) \| `([0-9a-f]{{64}})`", _README)
    assert written is not None
    assert written[2] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert int(written[1]) == len(_rows(path.name))


def test_every_case_has_its_own_id_and_text_and_a_judgement() -> None:
    for column in ("case_id", "text"):
        assert [value for value, n in Counter(c[column] for c in _CASES).items() if n > 1] == []
    assert {case["expect_flag"] for case in _CASES} == {"0", "1"}
    assert all(case["label"] for case in _CASES if case["expect_flag"] == "1")


def test_there_are_enough_cases_of_enough_functionalities() -> None:
    counts = Counter(case["functionality"] for case in _CASES)
    assert len(_CASES) >= 600
    assert len(counts) >= 25
    assert min(counts.values()) >= 15


def test_the_readme_counts_every_functionality_as_it_is() -> None:
    told = re.findall(r"^\| `(\w+)` \| \w+ \| (\d+) \| ([01]) \|", _README, re.MULTILINE)
    counts = Counter((case["functionality"], case["expect_flag"]) for case in _CASES)
    assert {(name, flag): int(n) for name, n, flag in told} == counts


def test_every_contrast_pair_crosses_from_flag_to_allow() -> None:
    families: dict[str, set[str]] = {}
    for case in _CASES:
        # Families whose name begins with `sp` are disguises of one attack: they agree on purpose.
        if case["pair_id"] and not case["pair_id"].startswith("sp"):
            families.setdefault(case["pair_id"], set()).add(case["expect_flag"])
    assert families
    assert [name for name, flags in families.items() if flags != {"0", "1"}] == []
