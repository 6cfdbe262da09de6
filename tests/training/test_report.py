"""The card says what a model is and how good it is, from its own folder alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from moderation.errors import InvalidInput
from moderation.scoring import registry
from tests.training.small_model import HARSH, PLAIN, write_folder
from tests.training.test_evaluate import frame
from training import peer_suites, suite
from training.card import card, summary
from training.document import markdown
from training.evaluate import FUNCTIONAL, SUITES, evaluate, held_out
from training.gates import gates
from training.peers import PeerScores
from training.report import finish, write_card, write_evaluation

PICTURES = ("reliability.png", "scores.png", "auc.png", "fairness.png")

MOST_BYTES_OF_PICTURES = 600_000


@pytest.fixture(scope="module")
def evaluation(
    arrays: dict[str, NDArray[Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A small model, really measured on the comments that it was fitted on."""
    data = frame()
    rows = [data]
    for texts, truth in ((HARSH, 1.0), (PLAIN, 0.0)):
        more = data.head(len(texts)).assign(
            source="jigsaw_wikipedia_subset",
            text=texts,
            **dict.fromkeys(("toxicity", "insult", "identity_attack", "severe_toxicity"), truth),
        )
        rows.append(more.assign(id=[f"{truth} {i}" for i in range(len(texts))]))
    data = pd.concat(rows, ignore_index=True)
    count = len(held_out(data))
    peer = PeerScores("plain", "3.1", np.linspace(0, 1, count))
    folder = write_folder(arrays, tmp_path_factory.mktemp("models") / "2026.11.0", "2026.11.0")
    missing = {"other": "not installed"}
    written = peer_suites.texts(SUITES, suite.read(SUITES / FUNCTIONAL))
    shouting = PeerScores("plain", "3.1", np.array([float("!" in text) for text in written]))
    scorer = registry.load(folder)
    return evaluate(data, scorer, [peer], missing, suites=SUITES, suite_peers=[shouting])


@pytest.fixture
def measured(version_folder: Path, evaluation: dict[str, Any]) -> Path:
    write_evaluation(evaluation, version_folder / "evaluation.json")
    return version_folder


@pytest.fixture(scope="module")
def finished(
    arrays: dict[str, NDArray[Any]],
    evaluation: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder that was measured and has its card; not to be changed."""
    folder = write_folder(arrays, tmp_path_factory.mktemp("made") / "2026.11.0", "2026.11.0")
    write_evaluation(evaluation, folder / "evaluation.json")
    finish(folder)
    return folder


def test_a_finished_folder_verifies_with_its_card_and_pictures(finished: Path) -> None:
    files = registry.verify(finished)["files"]
    assert set(files) == {"arrays.joblib", "card.html", "card.md", "evaluation.json", *PICTURES}
    pictures = [(finished / name).read_bytes() for name in PICTURES]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert sum(map(len, pictures)) < MOST_BYTES_OF_PICTURES


def test_the_same_folder_gives_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    names = ("card.md", "card.html", *PICTURES, registry.MANIFEST)
    once = {name: (finished / name).read_bytes() for name in names}
    again = shutil.copytree(finished, tmp_path / finished.name)
    finish(again)
    assert {name: (again / name).read_bytes() for name in names} == once


def test_the_card_names_data_thresholds_figures_and_limits(
    version_folder: Path, evaluation: dict[str, Any]
) -> None:
    manifest = json.loads((version_folder / registry.MANIFEST).read_text(encoding="utf-8"))
    text = markdown(card(manifest, evaluation))
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
        "`severe_toxicity` at 1.0 %",
        "### Names by origin",
        "### Disguised spelling",
        "None are recorded",
        "### Beside peers",
        "other was not measured.",
    ):
        assert part in text
    assert re.search(r"review, text labels: civil comments held +\| 1\.5 % ", text)


def test_the_page_says_what_the_markdown_says(finished: Path) -> None:
    text = (finished / "card.md").read_text(encoding="utf-8")
    page = (finished / "card.html").read_text(encoding="utf-8")
    assert re.findall(r"^#+ (.*)$", text, re.MULTILINE) == re.findall(r"<h\d[^>]*>(.*?)</h", page)
    assert set(re.findall(r'src="(.*?)"', page)) == set(PICTURES)
    cells = [
        cell
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith("| --")
        for cell in line.split(" | ")
    ]
    assert len(re.findall(r"<t[dh][ >]", page)) == len(cells)


def test_ablations_beside_the_model_get_a_table(measured: Path) -> None:
    variants = [
        {"name": "words alone", "metrics": {"toxicity AUC": 0.71}},
        {"name": "and pairs", "metrics": {"toxicity AUC": 0.74321, "rows": 9}},
    ]
    (measured / "ablations.json").write_text(json.dumps(variants))
    text = write_card(measured).read_text(encoding="utf-8")
    assert "| and pairs   | 0.7432       | 9    |" in text
    assert "| words alone | 0.7100       |      |" in text


@pytest.mark.parametrize("found", ["{", '{"name": "x"}', '[{"name": "x"}]'])
def test_ablations_of_another_shape_are_refused(version_folder: Path, found: str) -> None:
    (version_folder / "ablations.json").write_text(found)
    with pytest.raises(InvalidInput, match="ablations"):
        write_card(version_folder)


def test_figures_of_an_older_version_still_make_a_card(
    version_folder: Path, evaluation: dict[str, Any]
) -> None:
    newer = ("heads", "goals", "fairness", "functional", "sentences", "beside")
    older = {name: part for name, part in evaluation.items() if name not in newer}
    write_evaluation(older, version_folder / "evaluation.json")
    text = write_card(version_folder).read_text(encoding="utf-8")
    assert "## Fairness\n\nNot measured" in text
    assert not (version_folder / "fairness.png").exists()


def test_a_card_without_figures_says_so(version_folder: Path) -> None:
    manifest = json.loads((version_folder / registry.MANIFEST).read_text(encoding="utf-8"))
    assert "Not measured" in markdown(card(manifest, None))


def test_a_peer_is_measured_on_the_suites_by_the_same_rules(evaluation: dict[str, Any]) -> None:
    ours, peer = evaluation["beside"]["this model"], evaluation["beside"]["plain"]
    assert list(ours) == list(peer)
    # No sentence that names a group or a person shouts, and no attack in clean spelling does.
    assert peer["sentences that name a group let through, mean"] == 1.0
    assert peer["names by origin, largest gap"] == 0.0
    assert peer["abuse in clean spelling flagged"] < 0.5
    assert ours["hate against groups, AUC"] == evaluation["functional"]["hate"]["auc"]["value"]


def test_what_is_printed_names_every_promise(evaluation: dict[str, Any]) -> None:
    found = gates(evaluation)
    text = summary(evaluation, found)
    assert found
    assert all(gate["name"] in text for gate in found)


def test_figures_are_written_the_same_way_every_time(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        write_evaluation({"b": 1, "a": {"d": 0.5, "c": None}}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
