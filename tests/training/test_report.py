"""The card says what a model is and how good it is, from its own folder alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from moderation.scoring import registry
from tests.training.small_model import HARSH, PLAIN, write_folder
from tests.training.test_evaluate import frame
from training.evaluate import evaluate, held_out
from training.gates import gates
from training.peers import PeerScores
from training.report import card, finish, write_evaluation
from training.tables import summary, table

PICTURES = ("reliability.png", "scores.png", "auc.png")


@pytest.fixture(scope="module")
def evaluation(
    arrays: dict[str, NDArray[Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A small model, really measured on the comments that it was fitted on."""
    data = frame()
    rows = [data]
    for texts, truth in ((HARSH, 1.0), (PLAIN, 0.0)):
        more = data.head(len(texts)).assign(
            text=texts, toxicity=truth, insult=truth, identity_attack=truth, source="blog"
        )
        rows.append(more.assign(id=[f"{truth} {i}" for i in range(len(texts))]))
    data = pd.concat(rows, ignore_index=True)
    count = len(held_out(data))
    peer = PeerScores("plain", "3.1", np.linspace(0, 1, count))
    folder = write_folder(arrays, tmp_path_factory.mktemp("models") / "2026.11.0", "2026.11.0")
    return evaluate(data, registry.load(folder), [peer], {"other": "not installed"})


@pytest.fixture
def measured(version_folder: Path, evaluation: dict[str, Any]) -> Path:
    write_evaluation(evaluation, version_folder / "evaluation.json")
    return version_folder


def test_a_finished_folder_verifies_with_its_card_and_pictures(measured: Path) -> None:
    finish(measured)
    files = registry.verify(measured)["files"]
    assert set(files) == {"arrays.joblib", "card.md", "evaluation.json", *PICTURES}
    assert all((measured / name).read_bytes().startswith(b"\x89PNG") for name in PICTURES)


def test_the_same_folder_gives_the_same_bytes(measured: Path) -> None:
    finish(measured)
    names = ("card.md", *PICTURES, registry.MANIFEST)
    once = {name: (measured / name).read_bytes() for name in names}
    finish(measured)
    assert {name: (measured / name).read_bytes() for name in names} == once


def test_the_card_names_data_thresholds_figures_and_limits(
    version_folder: Path, evaluation: dict[str, Any]
) -> None:
    manifest = json.loads((version_folder / registry.MANIFEST).read_text(encoding="utf-8"))
    text = card(manifest, evaluation)
    for part in (
        "# Model 2026.11.0",
        "none stated",
        "evaluate only",
        "ab" * 32,
        "slur / identity attack",
        "plain 3.1: measured",
        "other: not measured (not installed)",
        "## Limits",
        "![Reliability by label](reliability.png)",
        "scikit-learn 1.9.1",
    ):
        assert part in text


def test_a_card_without_figures_says_so(version_folder: Path) -> None:
    manifest = json.loads((version_folder / registry.MANIFEST).read_text(encoding="utf-8"))
    assert "Not measured" in card(manifest, None)


def test_what_is_printed_names_every_promise(evaluation: dict[str, Any]) -> None:
    found = gates(evaluation)
    text = summary(evaluation, found)
    assert found
    assert all(gate["name"] in text for gate in found)


def test_a_table_keeps_its_columns_whatever_is_in_a_cell() -> None:
    text = table(["a", "b"], [["one | two", "3"]])
    assert text.splitlines() == [
        "| a          | b |",
        "| ---------- | - |",
        "| one \\| two | 3 |",
    ]


def test_figures_are_written_the_same_way_every_time(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        write_evaluation({"b": 1, "a": {"d": 0.5, "c": None}}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
