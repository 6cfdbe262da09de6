"""A service that is started while its database is away."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from moderation.first_run import NOTE
from tests.cli.conftest import Run


class _Started(Exception):
    """The process has become the server."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> str:
    """A free port; whoever would become the server raises `_Started`."""

    def start(*_: object) -> None:
        raise _Started

    monkeypatch.setattr("os.execve", start)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_a_service_that_has_run_before_starts_without_its_database(
    run: Run,
    var: Path,
    port: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("first-run", "--no-demo")
    monkeypatch.setenv("MODERATION_DATABASE_URL", f"postgresql://127.0.0.1:{port}/away")
    with pytest.raises(_Started):
        run("serve", "--port", port)
    assert "The database cannot be reached" in capsys.readouterr().err
    (var / NOTE).unlink()
    code, _, _ = run("serve", "--port", port)
    assert code == 1, "there is nothing yet that it could go on with"


def test_a_start_puts_no_empty_database_in_the_place_of_one_that_was_moved_away(
    run: Run, var: Path, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("first-run", "--no-demo")
    database = var / "moderation.sqlite3"
    aside = database.rename(var / "aside")
    with pytest.raises(_Started):
        run("serve", "--port", port)
    assert "The database cannot be reached" in capsys.readouterr().err
    assert not database.exists()
    aside.rename(database)
    with pytest.raises(_Started):
        run("serve", "--port", port)
    assert "cannot be reached" not in capsys.readouterr().err
