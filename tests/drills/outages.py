"""What the service stands on, to be taken away: a PostgreSQL of one's own, and a small disk."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_OWNER = "postgres"


class PrivateServer:
    """A PostgreSQL in a folder of its own, which can be stopped without harm to any other."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        # PostgreSQL refuses to be run by the superuser.
        self._user = _OWNER if os.geteuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._run("initdb", "--auth=trust", f"--username={_OWNER}", "--encoding=UTF8", "-D", "data")

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{_OWNER}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it, and wait until it is gone; `immediate` is as if the power had failed."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )


class SmallDisk:
    """A file system of its own that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room."""
        block = b"\0" * 65_536
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(block)
            except OSError:
                pass

    def make_room(self) -> None:
        """As if somebody had cleared up."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def private_server() -> Iterator[PrivateServer]:
    """A running PostgreSQL that nobody else uses; skips without its programs."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders or not (folders[-1] / "initdb").is_file():
        pytest.skip("NO POSTGRESQL PROGRAMS (initdb, pg_ctl): nothing was stopped and started")
    folder = Path(tempfile.mkdtemp(prefix="moderation-drill-"))
    try:
        _give_away(folder)
        server = PrivateServer(folders[-1], folder)
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A disk of that size; skips where none can be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="moderation-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            pytest.skip("NO SMALL DISK could be mounted (that takes root): no disk was filled")
        try:
            _give_away(folder)
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


def _give_away(folder: Path) -> None:
    """Have the folder belong to whoever the database runs as."""
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_OWNER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
