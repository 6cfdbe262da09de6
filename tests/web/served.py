"""A real service to be asked over HTTP: gunicorn, its configuration and the real app."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from moderation.accounts import KeyKind
from moderation.credentials import new_secret
from moderation.storage import open_store
from tests.factories import a_site

ROOT = Path(__file__).parents[2]


class Server:
    """A running service; `send` asks it something with the key of its site."""

    def __init__(self, process: subprocess.Popen[str], port: int, key: str) -> None:
        self.process = process
        self.port = port
        self.key = key

    def send(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def say(self, raw: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer to bytes that need not be HTTP."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(raw)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return head, body


@contextmanager
def serving(
    tmp_path: Path, sqlite_url: str, config: str | Path = "gunicorn.conf.py"
) -> Iterator[Server]:
    """Two workers on a free port of this machine, over the models of the folder."""
    secret, key = new_secret(KeyKind.SITE, site_id="daily")
    store = open_store(sqlite_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.accounts.put_key(key)
        work.commit()
    store.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PROMETHEUS")},
        "PORT": str(port),
        "TMPDIR": str(tmp_path),
        "MODERATION_VAR": str(tmp_path / "var"),
        "MODERATION_MODELS": str(tmp_path / "models"),
        "MODERATION_DATABASE_URL": sqlite_url,
        # A busy machine must not change who answers.
        "MODERATION_DEEP_BUDGET_MS": "0",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "service:app"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            stdout=log,
            text=True,
            process_group=0,
        )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Listening at" in line:
                break
        yield Server(process, port, secret)
    finally:
        # Its workers too, which look only every second whether they are still wanted.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
