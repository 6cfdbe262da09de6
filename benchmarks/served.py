"""The real service, as `make run` starts it: gunicorn with two workers over an empty site."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from benchmarks.measured import ROOT, MeasuringFailed
from moderation.settings import Settings

WORKERS: Final = 2
PATH: Final = "/v1/classify"

DEADLINE: Final = 60.0
"""Seconds within which the service has to be ready."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running service: its master's process id, its port, a key, a login and its database."""

    master: int
    port: int
    key: str
    login: str
    password: str
    database: str
    """SQLAlchemy's URL of it."""

    @property
    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return _children(self.master)

    def ask(self, body: Mapping[str, Any]) -> tuple[int, Any]:
        """Send a body to be classified; the status and what was answered."""
        # A connection for each request, so that whichever worker is free takes it.
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", PATH, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def served(models: Path, settings: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Start it, wait until it is ready, end it. `settings` are more of its environment.

    Raises `MeasuringFailed` with the end of its log where it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        var, port = Path(folder), _free_port()
        environment = _environment(models, var) | dict(settings or {})
        command = [sys.executable, "-m", "moderation", "serve", "--port", str(port), "--no-demo"]
        with (var / "log").open("w") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            _wait_until_ready(process, port, var / "log")
            first = json.loads((var / "first-run.json").read_text(encoding="utf-8"))
            yield Served(
                master=process.pid,
                port=port,
                key=str(first["api_key"]),
                login=str(first["login"]),
                password=str(first["password"]),
                database=Settings(var=str(var)).database,
            )
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _environment(models: Path, var: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MODERATION_", "PROMETHEUS_", "WEB_"))
    }
    ours = {"MODERATION_VAR": str(var), "MODERATION_MODELS": str(models.resolve())}
    return kept | ours | {"WEB_CONCURRENCY": str(WORKERS), "MODERATION_LOG_LEVEL": "WARNING"}


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends_at = time.monotonic() + DEADLINE
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            if _is_ready(port) and len(_children(process.pid)) == WORKERS:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    raise MeasuringFailed(f"the service did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]
