"""An installation to run commands on, and a way to run them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.cli import main
from tests.factories import KeywordScorer

Run = Callable[..., tuple[int, str, str]]
"""A command's words; its exit code and what it printed on both streams."""


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose scorer knows two words."""
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "var"))
    scorer = KeywordScorer()
    monkeypatch.setattr("moderation.scoring.active.ActiveModel.current", lambda _: scorer)
    return tmp_path / "var"


@pytest.fixture
def run(var: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def ready(run: Run, var: Path, migrated_file: Path) -> Run:
    """Runs commands on an installation whose database is up to date."""
    var.mkdir()
    shutil.copyfile(migrated_file, var / "moderation.sqlite3")
    return run
