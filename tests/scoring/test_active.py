"""The model in force is noticed when it appears, or is mended, without a restart."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from moderation.errors import NotScored
from moderation.scoring import active, registry
from moderation.scoring.active import LOAD_AGAIN_AFTER, LOOK_AGAIN_AFTER, ActiveModel
from moderation.scoring.registry import Registry
from tests.scoring.conftest import MakeFolder


class Seconds:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def shelf(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "shipped", tmp_path / "local")


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def source(shelf: Registry, seconds: Seconds) -> ActiveModel:
    return ActiveModel(shelf, clock=seconds)


def test_a_model_that_appears_is_in_force_at_the_next_look(
    make_folder: MakeFolder, source: ActiveModel, seconds: Seconds
) -> None:
    for _ in range(2):
        with pytest.raises(NotScored):
            source.current()
        seconds.now += LOOK_AGAIN_AFTER
    make_folder("1.0.0")
    assert source.current().version == "1.0.0"


def test_between_two_looks_nothing_is_read(
    make_folder: MakeFolder, source: ActiveModel, seconds: Seconds
) -> None:
    with pytest.raises(NotScored):
        source.current()
    make_folder("1.0.0")
    seconds.now += LOOK_AGAIN_AFTER / 2
    with pytest.raises(NotScored):
        source.current()


def test_a_broken_model_is_loaded_again_once_its_files_have_changed(
    make_folder: MakeFolder, source: ActiveModel, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder("1.0.0")
    arrays = folder / registry.ARRAYS
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[:-1])
    tries = []
    load = active.load
    monkeypatch.setattr(active, "load", lambda *given: tries.append(given) or load(*given))
    for _ in range(3):
        with pytest.raises(NotScored):
            source.current()
        seconds.now += LOOK_AGAIN_AFTER
    assert len(tries) == 1, "its digests need not be computed again and again"
    arrays.write_bytes(whole)
    assert source.current().version == "1.0.0"


def test_a_model_that_failed_for_another_reason_is_tried_again_in_the_end(
    make_folder: MakeFolder, source: ActiveModel, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder("1.0.0")
    with monkeypatch.context() as patched:
        patched.setattr(registry, "read_arrays", lambda *_: {}["no memory"])
        with pytest.raises(NotScored):
            source.current()
    seconds.now += LOAD_AGAIN_AFTER
    assert source.current().version == "1.0.0"


def test_the_version_that_was_activated_is_in_force_as_soon_as_it_is_whole(
    make_folder: MakeFolder, shelf: Registry, source: ActiveModel, seconds: Seconds, tmp_path: Path
) -> None:
    make_folder("1.0.0")
    newer = make_folder("2.0.0", root="local")
    assert source.current().version == "1.0.0"
    shelf.activate("2.0.0")
    shutil.move(newer, tmp_path / "aside")
    assert source.current().version == "1.0.0"
    shutil.move(tmp_path / "aside", newer)
    seconds.now += LOOK_AGAIN_AFTER
    assert source.current().version == "2.0.0"


def test_nobody_waits_while_another_thread_loads(
    make_folder: MakeFolder, source: ActiveModel, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotScored):
        source.current()
    make_folder("1.0.0")
    seconds.now += LOOK_AGAIN_AFTER
    loading, go_on = threading.Event(), threading.Event()
    load = active.load

    def slowly(*given: object) -> object:
        loading.set()
        assert go_on.wait(10)
        return load(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(active, "load", slowly)
    thread = threading.Thread(target=source.current)
    thread.start()
    assert loading.wait(10)
    with pytest.raises(NotScored):
        source.current()
    go_on.set()
    thread.join(10)
    assert source.current().version == "1.0.0"
