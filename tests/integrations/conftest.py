"""A running service with a site's key and a moderator's token, and the client's own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from moderation.storage import upgrade
from tests.drills.service import ROOT, Service, keys_for

PYTHON = ROOT / "integrations" / "python"
# As a program would that has it installed; it needs nothing else.
sys.path.insert(0, str(PYTHON))


@dataclass(frozen=True)
class Served:
    """Where the service is and who may ask it."""

    url: str
    key: str
    token: str

    @property
    def environment(self) -> dict[str, str]:
        """What the examples read."""
        return {
            "PATH": os.environ["PATH"],
            "MODERATION_URL": self.url,
            "MODERATION_KEY": self.key,
            "MODERATOR_TOKEN": self.token,
        }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real app under gunicorn with the shipped model, over an empty SQLite database."""
    folder = tmp_path_factory.mktemp("served")
    database = f"sqlite:///{folder / 'moderation.sqlite3'}"
    upgrade(database)
    keys = keys_for(database, ["mona"])
    service = Service(folder, database, 120.0)
    service.start()
    yield Served(service.url, keys["site"], keys["mona"])
    service.stop()


@pytest.fixture
def without_database(empty_postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    """The same over a PostgreSQL database, which has been taken away once it was served."""
    upgrade(empty_postgres_url)
    keys = keys_for(empty_postgres_url, ["mona"])
    service = Service(tmp_path, empty_postgres_url, 120.0)
    service.start()
    url = make_url(empty_postgres_url)
    beside = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with beside.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )
    yield Served(service.url, keys["site"], keys["mona"])
    service.stop()
    with beside.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS true"))
    beside.dispose()


Example = Callable[..., str]


@pytest.fixture
def example(served: Served, tmp_path: Path) -> Example:
    """Runs a program against the service: what it printed, once it has ended well."""
    return running(served, tmp_path)


def running(served: Served, tmp_path: Path) -> Example:
    """Runs programs against that service."""

    def run(*command: str, **more: str) -> str:
        if shutil.which(command[0]) is None:
            pytest.skip(f"NO {command[0].upper()} HERE: the example was not run")
        done = subprocess.run(
            command,
            env=served.environment | more,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
