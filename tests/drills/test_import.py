"""An import takes the same memory whatever the file's size, and goes on where it was killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.comments import StoredComment
from moderation.storage import SqlStore, open_store, upgrade
from tests.drills.exports import write_export
from tests.drills.service import ROOT, durable
from tests.factories import NOON

MB = 1_000_000
SMALL, LARGE = 10 * MB, 60 * MB
GROWTH = 25 * MB
"""More of memory for five times more of a file would be growth with the file."""


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tests.drills.importing", *words]


def _environment(var: Path, url: str) -> dict[str, str]:
    return dict(os.environ) | {"MODERATION_VAR": str(var), "MODERATION_DATABASE_URL": url}


def _peak(folder: Path, kind: str, size: int) -> int:
    """The peak of importing a file of that size, both in bytes."""
    path, var = folder / f"{size}", folder / f"var-{size}"
    comments = write_export(path, kind, size)
    environment = _environment(var, f"sqlite:///{var / 'm.sqlite3'}")
    var.mkdir()
    done = subprocess.run(
        _command(str(path)), env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *_, tally, peak = done.stdout.splitlines()
    assert tally == f"read {comments}, stored {comments}, unchanged 0, skipped 0, orphans 0"
    return int(peak)


@pytest.mark.drill
@pytest.mark.parametrize("kind", ["wxr", "disqus", "jsonl"])
def test_memory_does_not_grow_with_the_file(kind: str, tmp_path: Path) -> None:
    small = _peak(tmp_path, kind, SMALL)
    large = _peak(tmp_path, kind, LARGE)
    assert large < 300 * MB
    assert large - small < GROWTH


def _rows(store: SqlStore) -> list[StoredComment]:
    """The comments, without what is drawn anew in each database."""
    with store.read() as work:
        found = work.comments.page("default", "", 5_000)
        keys = {comment.key: comment.id for comment in found}
        return [
            replace(
                one,
                key=one.id,
                parent_key=keys.get(one.parent_key or ""),
                created_at=NOON,
                received_at=NOON,
            )
            for one in sorted(found, key=lambda comment: int(comment.id))
        ]


@pytest.mark.drill
def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path, database_url: str) -> None:
    path = tmp_path / "export.xml"
    comments = write_export(path, "wxr", 6 * MB)
    url = durable(database_url)
    command, environment = _command(str(path)), _environment(tmp_path, url)
    store = open_store(url)
    for least in (1, comments // 3, comments // 2):
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=quiet) as process:
            while _count(store) < least and process.poll() is None:
                threading.Event().wait(0.01)
            process.kill()
        assert process.returncode == -signal.SIGKILL
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    *_, tally, _ = done.stdout.splitlines()
    told = re.fullmatch(r"read (\d+), stored (\d+), unchanged (\d+), skipped 0, orphans 0", tally)
    assert told
    read, stored, unchanged = map(int, told.groups())
    assert read == stored + unchanged == comments
    assert stored > 0
    assert unchanged >= comments // 2

    whole = f"sqlite:///{tmp_path / 'whole.sqlite3'}"
    upgrade(whole)
    subprocess.run(command, env=_environment(tmp_path, whole), cwd=ROOT, check=True)
    other = open_store(whole)
    assert _rows(store) == _rows(other)
    store.dispose()
    other.dispose()


def _count(store: SqlStore) -> int:
    with store.read() as work:
        return work.comments.count()
