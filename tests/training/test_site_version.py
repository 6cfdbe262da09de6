"""A version made on site: published whole, says where it comes from, and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.comments import Comment
from moderation.errors import ModelInvalid
from moderation.labels import Label
from moderation.scoring import registry
from moderation.scoring.deep import GRAPH, TOKENIZER
from moderation.scoring.scorer import MODES
from tests.scoring.conftest import write_deep_folder
from training.adapt import NothingToLearn
from training.feedback import FeedbackRow
from training.site_version import make, next_version

INSULT = "another bloody wobblechops comment"


def verdicts(count: int = 20) -> list[FeedbackRow]:
    return [
        FeedbackRow(str(i), f"{INSULT} {i}", "reject", {"insult": 1.0}, decider="a1")
        for i in range(count)
    ]


def insult(folder: Path, text: str = INSULT) -> float:
    found = registry.load(folder).assess([Comment(text)])[0].scores[Label.INSULT]
    assert found is not None
    return found


def test_the_new_version_has_learnt_and_the_old_one_is_untouched(version_folder: Path) -> None:
    before = insult(version_folder)
    made = make(version_folder, verdicts(), version_folder.parent)
    assert made.name == "2026.11.0+site.1"
    assert insult(made) > before + 0.2
    assert insult(version_folder) == before


def test_the_new_version_says_where_it_comes_from(version_folder: Path) -> None:
    made = make(version_folder, verdicts(), version_folder.parent)
    manifest = registry.verify(made)
    assert (manifest["version"], manifest["parent"]) == ("2026.11.0+site.1", "2026.11.0")
    assert datetime.fromisoformat(manifest["created"]) <= datetime.now(UTC)
    assert manifest["feedback"]["rows"] == 20
    assert manifest["feedback"]["deciders"] == 1
    assert len(manifest["feedback"]["sha256"]) == 64
    assert manifest["cutoffs"]["insult"]["review"] == 0.5
    assert "metrics" not in manifest
    card = (made / "card.md").read_text(encoding="utf-8")
    assert "Adapted from model 2026.11.0 to 20 moderators' verdicts" in card
    assert manifest["feedback"]["sha256"] in card


def test_a_version_can_be_adapted_again(version_folder: Path) -> None:
    first = make(version_folder, verdicts(), version_folder.parent)
    second = make(first, verdicts(), version_folder.parent)
    assert second.name == "2026.11.0+site.2"
    assert insult(second) > insult(first)


def test_a_version_with_an_encoder_keeps_it_and_learns_in_every_mode(
    tmp_path: Path, version_folder: Path
) -> None:
    parent = write_deep_folder(tmp_path / "deep" / "2026.11.0", "2026.11.0")
    path = parent / registry.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    known = json.loads((version_folder / registry.MANIFEST).read_text(encoding="utf-8"))
    path.write_text(json.dumps(known | manifest), encoding="utf-8")
    registry.seal(parent)
    made = make(parent, verdicts(), parent.parent)
    for name in (GRAPH, TOKENIZER):
        assert (made / name).read_bytes() == (parent / name).read_bytes()
    assert registry.verify(made)["deep"] == manifest["deep"]
    before, after = registry.load(parent), registry.load(made)
    assert after.modes == MODES
    for mode in MODES:
        old, new = (
            one.assess([Comment(INSULT)], mode=mode)[0].scores[Label.INSULT]
            for one in (before, after)
        )
        assert old is not None
        assert new is not None
        assert new > old + 0.1, mode


def test_no_comment_stands_in_a_model_folder(version_folder: Path) -> None:
    made = make(version_folder, verdicts(), version_folder.parent)
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    assert registry.MANIFEST in files
    assert not [name for name, content in files.items() if b"wobblechops" in content]


def test_nothing_is_published_without_rows(version_folder: Path) -> None:
    with pytest.raises(NothingToLearn):
        make(version_folder, [], version_folder.parent)
    assert [path.name for path in version_folder.parent.iterdir()] == ["2026.11.0"]


def test_a_damaged_parent_teaches_nothing(version_folder: Path) -> None:
    path = version_folder / registry.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][registry.ARRAYS] = "0" * 64
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelInvalid):
        make(version_folder, verdicts(), version_folder.parent)


@pytest.mark.parametrize(
    ("parent", "taken", "expected"),
    [
        ("2026.11.0", [], "2026.11.0+site.1"),
        ("2026.11.0", ["2026.11.0+site.9", "2026.11.0+site.10"], "2026.11.0+site.11"),
        ("2026.11.0+site.2", [], "2026.11.0+site.3"),
        ("2026.11.0", ["2026.10.0+site.4", "ACTIVE", "2026x11.0+site.5"], "2026.11.0+site.1"),
    ],
)
def test_versions_of_a_site_are_numbered(parent: str, taken: list[str], expected: str) -> None:
    assert next_version(parent, taken) == expected
