"""Model folders: nothing is read before it is verified, and a choice can be taken back."""

from __future__ import annotations

import json
import mmap
import os
import pickle
from pathlib import Path

import joblib
import numpy as np
import pytest

from moderation.errors import Conflict, InvalidInput, ModelInvalid, NotFound, NotScored
from moderation.scoring import registry
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from tests.scoring.conftest import MakeFolder


@pytest.fixture
def shelf(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "shipped", tmp_path / "local")


class _Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


def test_a_tampered_file_is_refused_before_it_is_read(
    make_folder: MakeFolder, tmp_path: Path
) -> None:
    folder = make_folder()
    mark = tmp_path / "unpickled"
    joblib.dump({"linear.weights": _Trap(mark)}, folder / registry.ARRAYS)
    with pytest.raises(ModelInvalid, match=r"arrays\.joblib"):
        registry.load(folder)
    assert not mark.exists()
    # The trap does spring when read: else this test would prove nothing.
    pickle.loads(pickle.dumps(_Trap(mark)))
    assert mark.exists()


def test_one_flipped_bit_is_noticed(make_folder: MakeFolder) -> None:
    folder = make_folder()
    path = folder / registry.ARRAYS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelInvalid):
        registry.verify(folder)


def test_a_missing_paper_is_noticed(make_folder: MakeFolder) -> None:
    folder = make_folder()
    (folder / "card.md").write_text("# Card", encoding="utf-8")
    registry.seal(folder)
    registry.verify(folder)
    (folder / "card.md").unlink()
    with pytest.raises(ModelInvalid, match=r"card\.md"):
        registry.verify(folder)


@pytest.mark.parametrize("number", [0, None, "1", registry.FORMAT + 1])
def test_another_format_number_gets_a_clear_answer(make_folder: MakeFolder, number: object) -> None:
    with pytest.raises(ModelInvalid, match="model format"):
        registry.load(make_folder(format=number))


def test_a_manifest_may_not_list_files_elsewhere(make_folder: MakeFolder) -> None:
    folder = make_folder()
    path = folder / registry.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"]["../outside"] = "0" * 64
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelInvalid, match="impossible name"):
        registry.verify(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}'])
def test_a_broken_manifest_is_refused(make_folder: MakeFolder, text: str) -> None:
    folder = make_folder()
    (folder / registry.MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ModelInvalid):
        registry.load(folder)


def test_arrays_are_read_only(make_folder: MakeFolder) -> None:
    arrays = registry.read_arrays(make_folder())
    assert not any(array.flags.writeable for array in arrays.values())


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="NOT TESTED: only Linux has it")
def test_a_loaded_model_maps_its_arrays(make_folder: MakeFolder) -> None:
    table = registry.load(make_folder())._linear._weights._table
    while isinstance(table.base, np.ndarray):
        table = table.base
    assert isinstance(table.base, mmap.mmap)


def test_a_file_that_is_written_over_changes_nothing_that_was_loaded(
    make_folder: MakeFolder,
) -> None:
    folder = make_folder()
    arrays = registry.read_arrays(folder)
    before = {name: array.copy() for name, array in arrays.items()}
    # In its place, as `cp` and `dd` write, and not as a new file under the same name.
    path = folder / registry.ARRAYS
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
    assert all(np.array_equal(array, before[name]) for name, array in arrays.items())


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "a..b", "x" * 65]
)
def test_an_impossible_version_name_is_refused(shelf: Registry, name: str) -> None:
    with pytest.raises(InvalidInput):
        shelf.path_of(name)


def test_the_newest_shipped_version_is_active_by_default(
    make_folder: MakeFolder, shelf: Registry
) -> None:
    make_folder("2026.9.0")
    make_folder("2026.11.0")
    assert shelf.active() == "2026.11.0"
    assert [(found.name, found.active) for found in shelf.list_versions()] == [
        ("2026.9.0", False),
        ("2026.11.0", True),
    ]


def test_publishing_copies_and_never_overwrites(make_folder: MakeFolder, shelf: Registry) -> None:
    staging = make_folder("2.0.0", root="staging")
    published = shelf.publish(staging)
    assert registry.verify(published)["version"] == "2.0.0"
    with pytest.raises(Conflict):
        shelf.publish(staging)


def test_what_does_not_verify_is_neither_published_nor_activated(
    make_folder: MakeFolder, shelf: Registry
) -> None:
    broken = make_folder("2.0.0", root="local")
    (broken / registry.ARRAYS).write_bytes(b"")
    with pytest.raises(ModelInvalid):
        shelf.activate("2.0.0")
    with pytest.raises(ModelInvalid):
        shelf.publish(broken)
    assert shelf.active() is None


def test_rolling_back_returns_to_the_line_before(make_folder: MakeFolder, shelf: Registry) -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        make_folder(version)
    shelf.activate("1.0.0")
    shelf.activate("2.0.0")
    assert shelf.rollback() == "1.0.0"
    assert shelf.active() == "1.0.0"
    assert shelf.rollback() == "3.0.0", "without a line the newest shipped version is active"
    with pytest.raises(Conflict):
        shelf.rollback()


def test_an_unknown_version_is_not_found(shelf: Registry) -> None:
    with pytest.raises(NotFound):
        shelf.activate("9.9.9")


def test_the_active_model_follows_an_activation(make_folder: MakeFolder, shelf: Registry) -> None:
    make_folder("1.0.0")
    make_folder("2.0.0", root="local")
    source = ActiveModel(shelf)
    assert source.current().version == "1.0.0"
    assert source.current() is source.current()
    shelf.activate("2.0.0")
    assert source.current().version == "2.0.0"
    shelf.rollback()
    assert source.current().version == "1.0.0"


def test_the_old_model_stays_when_the_new_one_does_not_verify(
    make_folder: MakeFolder, shelf: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    make_folder("1.0.0")
    broken = make_folder("2.0.0", root="local")
    source = ActiveModel(shelf)
    source.current()
    shelf.activate("2.0.0")
    (broken / registry.ARRAYS).write_bytes(b"")
    assert source.current().version == "1.0.0"
    assert "2.0.0 is not loaded" in caplog.text


def test_the_old_model_stays_when_the_new_one_cannot_be_read_at_all(
    make_folder: MakeFolder, shelf: Registry
) -> None:
    make_folder("1.0.0")
    garbled = make_folder("2.0.0", root="local")
    (garbled / registry.ARRAYS).write_bytes(b"no arrays")
    registry.seal(garbled)
    source = ActiveModel(shelf)
    source.current()
    with pytest.raises(ModelInvalid, match=r"2\.0\.0 cannot be loaded"):
        shelf.activate("2.0.0")
    shelf.active_file.write_text("2026-01-01T00:00:00Z 2.0.0\n", encoding="utf-8")
    assert source.current().version == "1.0.0"


def test_without_any_model_nothing_is_scored(shelf: Registry) -> None:
    with pytest.raises(NotScored) as refused:
        ActiveModel(shelf).current()
    assert refused.value.details["retry_after"] == 30
