"""Never silently: whatever breaks, no comment is let through unseen, none that was acknowledged is
lost, and all are scored within a minute once nothing is broken.

Real servers and real faults. Sites' programs go on all the while, hold what is refused, and send
it again.
"""

from __future__ import annotations

import logging
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text

from moderation.storage import open_store, upgrade
from moderation.stored import OutboxMessage
from tests.drills.outages import PrivateServer, SmallDisk, private_server, small_disk
from tests.drills.patient import Answers, Asking, Patient, check_kept, seconds_until_scored
from tests.drills.service import Reply, Service, durable, keys_for
from tests.training.small_model import fitted_arrays, write_folder

_log = logging.getLogger(__name__)

SECONDS = 200.0
POSTERS = 3
SOME = 40
"""Answers of a kind that a fault lasts for."""


class Stage:
    """A service whose model, database or disk will be taken away, and those who use it."""

    def __init__(self, folder: Path, database_url: str, *, with_model: bool) -> None:
        self.aside, self.models = folder / "aside", folder / "models"
        self.models.mkdir()
        write_folder(fitted_arrays(), self.aside, "2026.11.0")
        if with_model:
            self.put_model_back()
        self.store = open_store(database_url)
        self.secret = keys_for(database_url, [])["site"]
        settings = {"MODERATION_MODELS": str(self.models), "MODERATION_AUDIT_RATE": "0"}
        self.service = Service(folder, database_url, SECONDS, settings)
        self.answers, self.over = Answers(SECONDS), threading.Event()
        self.posters = [
            Patient(f"p{number}", self.service, self.secret, self.answers, self.over)
            for number in range(POSTERS)
        ]
        self.asking = Asking(self.service, self.secret, self.answers, self.over)

    def put_model_back(self) -> None:
        """A little at a time, as a copy over a network would be."""
        version = self.models / "2026.11.0"
        version.mkdir()
        for path in sorted(self.aside.iterdir(), reverse=True):
            shutil.copyfile(path, version / path.name)

    def play(self, fault: Callable[[Stage], float]) -> None:
        """Let them go on through the fault, which says when it ended; then look for everything."""
        self.service.start()
        try:
            with ThreadPoolExecutor(POSTERS + 1) as crowd:
                running = [crowd.submit(one.run) for one in (*self.posters, self.asking)]
                try:
                    took = seconds_until_scored(self.store, fault(self))
                finally:
                    self.over.set()
                for task in running:
                    task.result()
            # What was refused came again just now, perhaps to a worker that has no model yet.
            seconds_until_scored(self.store, time.monotonic())
            accepted = {id: said for one in self.posters for id, said in one.accepted.items()}
            _log.info("of %d comments the last was scored after %.1f s", len(accepted), took)
            check_kept(self._look, accepted)
            self._check_told(set(accepted))
        finally:
            self.service.stop()
            self.store.dispose()

    def _look(self, id: str) -> Reply:
        return self.service.once(self.secret, "GET", f"/v1/comments/{quote(id)}", {})

    def _check_told(self, ids: set[str]) -> None:
        """Everything stored was acknowledged, and of each scoring the site is told once."""
        with self.store.read() as work:
            assert {one.id for one in work.comments.page("daily", limit=100_000)} == ids
            assert work.queue.counts().get("reason:not_scored", 0) == 0
            messages: list[OutboxMessage] = work.outbox.all(100_000)
        told = [one.payload["comment_id"] for one in messages if one.type == "comment.scored"]
        assert sorted(map(str, told)) == sorted(ids)


@pytest.mark.drill
def test_without_a_model_all_is_kept_and_scored_once_it_is_there(
    tmp_path: Path, database_url: str
) -> None:
    def fault(stage: Stage) -> float:
        stage.answers.wait_for("comments", 202, SOME)
        stage.answers.wait_for("classify", 503, SOME)
        stage.put_model_back()
        ended = time.monotonic()
        stage.answers.wait_for("comments", 201, 5)
        stage.answers.wait_for("classify", 200, 5)
        return ended

    Stage(tmp_path, durable(database_url), with_model=False).play(fault)


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    with private_server() as found:
        yield found


@pytest.mark.drill
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_is_stopped_loses_nothing_and_scoring_goes_on(
    tmp_path: Path, server: PrivateServer, mode: str
) -> None:
    def fault(stage: Stage) -> float:
        # The model comes back while the database is away, so that much waits when that is back.
        stage.answers.wait_for("comments", 202, SOME)
        server.stop(mode)
        stage.answers.wait_for("comments", 503, SOME)
        stage.put_model_back()
        stage.answers.wait_for("classify", 200, SOME)
        stage.answers.wait_for("comments", 503, SOME)
        server.start()
        ended = time.monotonic()
        stage.answers.wait_for("comments", 201, 5)
        return ended

    upgrade(server.url())
    Stage(tmp_path, server.url(), with_model=False).play(fault)


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(megabytes=48) as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def on_disk(request: pytest.FixtureRequest, disk: SmallDisk) -> Iterator[str]:
    """A migrated database whose tables, and nothing else of it, are on the small disk."""
    if request.param == "sqlite":
        url = f"sqlite:///{disk.folder / 'moderation.sqlite3'}"
        upgrade(url)
        yield url
        return
    with ExitStack() as stack:
        server = stack.enter_context(private_server())
        engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE TABLESPACE small LOCATION '{disk.folder}'"))
            connection.execute(text("CREATE DATABASE moderation TABLESPACE small"))
        engine.dispose()
        upgrade(server.url("moderation"))
        yield server.url("moderation")


@pytest.mark.drill
def test_a_full_disk_loses_nothing_and_needs_no_restart(
    tmp_path: Path, disk: SmallDisk, on_disk: str, seed: int
) -> None:
    draw = random.Random(seed)

    def fault(stage: Stage) -> float:
        ended = 0.0
        for _ in range(2):
            stage.answers.wait_for("comments", 201, draw.randrange(5, SOME))
            disk.fill()
            stage.answers.wait_for("comments", 503, SOME)
            stage.answers.wait_for("classify", 200, SOME)
            disk.make_room()
            ended = time.monotonic()
        stage.answers.wait_for("comments", 201, 5)
        return ended

    Stage(tmp_path, on_disk, with_model=True).play(fault)
