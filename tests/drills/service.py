"""A service to be mistreated: gunicorn with the real app, whose processes can be killed.

Nobody sleeps here. What gunicorn logs says when it listens and which workers it has;
the end of that log says that its last process is gone, however that happened.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from sqlalchemy import make_url

from moderation.accounts import KeyKind, Role
from moderation.credentials import new_secret, new_signing_secret
from moderation.outgoing import Endpoint, Off, SigningSecret
from moderation.storage import open_store
from tests.factories import NOON, a_site, a_user

ROOT = Path(__file__).resolve().parents[2]
_BOOTED = re.compile(r"Booting worker with pid: (\d+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back in the end; `uncertain` where an earlier try may have been heard as well."""

    status: int
    body: dict[str, object]
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to one request, whatever it was."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, object]


def keys_for(
    database_url: str, moderators: list[str], leads: Collection[str] = ()
) -> dict[str, str]:
    """Store a site and moderators, some of them leads; each one's secret, the site's as `site`.

    An endpoint of the site's that is switched off wants every message, so that all are kept.
    """
    made = {"site": new_secret(KeyKind.SITE, site_id=a_site().id)}
    made |= {name: new_secret(KeyKind.PERSONAL, user_id=name) for name in moderators}
    store = open_store(database_url)
    with store.write() as work:
        work.sites.put(a_site())
        for name in moderators:
            role = Role.LEAD if name in leads else Role.MODERATOR
            work.accounts.put_user(a_user(name, role))
        work.endpoints.put(_deaf())
        for _, key in made.values():
            work.accounts.put_key(key)
        work.commit()
    store.dispose()
    return {name: secret for name, (secret, _) in made.items()}


def _deaf() -> Endpoint:
    secrets = (SigningSecret(new_signing_secret()),)
    made = Endpoint("deaf", a_site().id, "https://deaf.example/", NOON, secrets)
    return replace(made, off=Off.OPERATOR, off_since=NOON)


def durable(database_url: str) -> str:
    """The URL with commits as durable as in use: databases made for tests may be told otherwise."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"options": "-csynchronous_commit=on"})
    return url.render_as_string(hide_password=False)


class Service:
    """Starts, serves and dies. `deadline` seconds after it was made, every wait has failed.

    `settings` are added to the environment.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        deadline: float,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._ends_at = time.monotonic() + deadline
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("PROMETHEUS")},
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "TMPDIR": str(folder),
            "MODERATION_VAR": str(folder / "var"),
            "MODERATION_DATABASE_URL": database_url,
            # Every comment gets an item, whatever the model thinks of it.
            "MODERATION_AUDIT_RATE": "1.0",
            **(settings or {}),
        }
        self._changed = threading.Condition()
        self._starts = 0
        self._running = False
        self._workers: list[int] = []
        self._begun = 0
        self.last_lines: deque[str] = deque(maxlen=40)
        """The end of the log, for whoever has to find out what went wrong."""

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens with both workers."""
        starts = self._starts
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "service:app"]
        with (self._folder / "stdout").open("a") as out:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
            )
        self._running = True
        threading.Thread(target=self._follow, args=(self._process,), daemon=True).start()
        self._wait_for(lambda: self._starts > starts or not self._running)
        self._wait_for(lambda: len(self._workers) == 2 or not self._running)
        assert self._running, "\n".join(self.last_lines)

    def stop(self) -> None:
        """End it in order where it still runs; whatever remains is killed."""
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def kill_worker(self, draw: random.Random) -> None:
        """SIGKILL one worker, and wait until another has taken its place."""
        victim = draw.choice(self._workers)
        self._workers.remove(victim)
        os.kill(victim, signal.SIGKILL)
        self._wait_for(lambda: len(self._workers) == 2)

    def kill_master(self) -> None:
        """SIGKILL the master; wait until its workers have noticed and ended by themselves."""
        self._process.kill()
        self._process.wait()
        self._wait_for(lambda: not self._running)
        self._workers.clear()

    def wait_for_requests(self, number: int) -> None:
        """Wait until so many requests have been begun."""
        self._wait_for(lambda: self._begun >= number)

    def ask(self, secret: str, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """Send a request again and again until it is answered; the answer is never a 5xx."""
        uncertain = False
        while True:
            starts = self._starts
            self._tell(self._count)
            assert time.monotonic() < self._ends_at, "\n".join(self.last_lines)
            try:
                status, _, read = self._send(secret, method, path, json.dumps(body))
            except ConnectionRefusedError:
                self._wait_for(lambda known=starts: self._starts > known)  # type: ignore[misc]
            except (OSError, HTTPException):
                uncertain = True
            else:
                assert status < 500, f"{method} {path}: {status} {read!r}"
                return Answer(status, json.loads(read) if read else {}, uncertain)

    def once(self, secret: str, method: str, path: str, body: Mapping[str, object]) -> Reply:
        """Send a request once; what came back. The service must be up, whatever it stands on."""
        status, headers, read = self._send(secret, method, path, json.dumps(body))
        return Reply(status, headers, json.loads(read) if read else {})

    def _wait_for(self, reached: Callable[[], bool]) -> None:
        with self._changed:
            left = max(0.0, self._ends_at - time.monotonic())
            assert self._changed.wait_for(reached, left), "\n".join(self.last_lines)

    def _tell(self, change: Callable[[], object]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _send(
        self, secret: str, method: str, path: str, body: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as log:
            for line in log:
                if '"INFO"' not in line:
                    self.last_lines.append(line.rstrip())
                if "Listening at" in line:
                    self._tell(self._count_start)
                if booted := _BOOTED.search(line):
                    self._tell(lambda pid=int(booted[1]): self._workers.append(pid))  # type: ignore[misc]
        # Every process of it had this log open, so that now none is left.
        self._tell(self._note_end)

    def _count(self) -> None:
        self._begun += 1

    def _count_start(self) -> None:
        self._starts += 1

    def _note_end(self) -> None:
        self._running = False
