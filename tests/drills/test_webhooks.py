"""Webhooks while workers are killed: whoever listens hears everything, signed and in order, and
whoever does not listen holds up nobody: no request, and no message to others.
"""

from __future__ import annotations

import random
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from moderation.comments import Site
from moderation.outgoing import State
from moderation.storage import SqlStore, open_store
from moderation.workflow import Services
from moderation.workflow.resending import endpoint_log
from moderation.workflow.services import utc_now
from moderation.workflow.webhooks import add_endpoint, find_endpoint
from tests.drills.crowd import Arrivals, Moderator, Poster
from tests.drills.record import Record
from tests.drills.service import Service, durable, keys_for
from tests.factories import KeywordScorer, a_site
from tests.webhooks.receivers import Heard, Receiver, receiving

SECONDS = 300.0
POSTERS, EACH, MODERATORS, KILLS = 4, 40, 3, 8
SETTINGS = {
    "MODERATION_MODE": "fast",
    "MODERATION_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "MODERATION_WEBHOOK_TIMEOUT": "2",
}
ARTICLE = {"title": "The pool stays open", "text": "The council keeps the open-air pool open."}


@contextmanager
def _deaf(drips: bytes) -> Iterator[str]:
    """A port that takes every call and answers none; it may say a byte of an answer for ever."""
    over = threading.Event()

    def sit(connected: socket.socket) -> None:
        with connected:
            while not over.wait(0.1) and drips:
                try:
                    connected.sendall(drips)
                except OSError:
                    return
            over.wait()

    def listen(listening: socket.socket) -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=sit, args=(connected,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        threading.Thread(target=listen, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        over.set()
        listening.shutdown(socket.SHUT_RDWR)


def _kill(service: Service, draw: random.Random) -> None:
    moments = sorted(draw.sample(range(10, POSTERS * EACH), KILLS))
    for number, moment in enumerate(moments):
        service.wait_for_requests(moment)
        if number == KILLS // 2:
            service.kill_master()
            service.start()
        else:
            service.kill_worker(draw)


def _revisions(heard: list[Heard]) -> set[tuple[str, int]]:
    told = [one.told for one in heard]
    scored = [one["data"] for one in told if one["type"] == "comment.scored"]
    return {(data["comment_id"], data["revision"]) for data in scored}


@pytest.mark.drill
def test_whoever_listens_hears_everything_whatever_is_killed_and_whoever_else_is_deaf(
    seed: int, tmp_path: Path, database_url: str
) -> None:
    draw = random.Random(seed)
    database_url = durable(database_url)
    keys = keys_for(database_url, [f"m{number}" for number in range(MODERATORS)])
    service = Service(tmp_path, database_url, SECONDS, SETTINGS)
    arrivals, site = Arrivals(), a_site()
    posters = [
        Poster(f"p{number}", service, keys["site"], arrivals, random.Random(draw.random()))
        for number in range(POSTERS)
    ]
    moderators = [
        Moderator(f"m{n}", service, keys[f"m{n}"], arrivals, random.Random(draw.random()), 0.3)
        for n in range(MODERATORS)
    ]
    store = open_store(database_url)
    with ExitStack() as open_:
        open_.callback(store.dispose)
        well = open_.enter_context(receiving(Receiver()))
        deaf = [open_.enter_context(_deaf(drips)) for drips in (b"", b"HTTP/1.1 200 OK\r\nX-A: ")]
        services = Services(store, KeywordScorer(), now=utc_now)
        # The deaf ones come first: who takes endpoints in order is held up by them.
        dead = [add_endpoint(services, None, site.id, url)[1] for url in (*deaf, _nobody())]
        well.secret, listening = add_endpoint(services, None, site.id, well.url)
        service.start()
        try:
            assert service.ask(keys["site"], "PUT", "/v1/articles/pool", ARTICLE).status < 300
            with ThreadPoolExecutor(POSTERS + MODERATORS + 1) as crowd:
                killing = crowd.submit(_kill, service, draw)
                posting = [crowd.submit(poster.run, EACH) for poster in posters]
                reviewing = [crowd.submit(moderator.run) for moderator in moderators]
                wait(posting)
                arrivals.end()
            for task in (*posting, *reviewing, killing):
                task.result()
            wanted = {
                (id, number + 1)
                for poster in posters
                for id, told in poster.journal.items()
                for number in range(len(told))
            }
            verdicts = _in_force(store, site)
            well.wait_for(
                lambda heard: wanted <= _revisions(heard) and verdicts <= _verdicts(heard), 120
            )
        finally:
            service.stop()
        assert well.unsigned == 0
        _check_order(well.heard)
        # Not one call of the others ever ended well, and all their messages still wait.
        for endpoint in dead:
            log = endpoint_log(services, endpoint.id, 1_000)
            assert log.attempts
            assert not any(one.got_through for one in log.attempts)
            assert find_endpoint(services, endpoint.id).counts[State.PENDING] >= len(wanted)
        with store.read() as work:
            kept = work.deliveries.latest(listening.id, 10_000, State.PENDING)
        heard = {one.id for one in well.heard}
        assert {one.message.id for one in kept} <= heard
        assert all(one.due_at and one.due_at < utc_now() + timedelta(minutes=1) for one in kept)


def _in_force(store: SqlStore, site: Site) -> set[tuple[str, int]]:
    record = Record(store, site.id)
    verdicts = [(item.id, item.verdict) for item in record.items.values()]
    return {(item_id, given.sequence) for item_id, given in verdicts if given is not None}


def _verdicts(heard: list[Heard]) -> set[tuple[str, int]]:
    told = [one.told for one in heard]
    given = [one["data"] for one in told if one["type"] == "verdict.given"]
    return {(data["item_id"], data["sequence"]) for data in given}


def _check_order(heard: list[Heard]) -> None:
    """What came again is word for word the same; what is new about a comment is newer."""
    bodies: dict[str, bytes] = {}
    stands: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in heard:
        if bodies.setdefault(one.id, one.body) is not one.body:
            assert bodies[one.id] == one.body
            continue
        data = one.told["data"]
        stand = (data["revision"], data["version"])
        assert stand > stands[data["comment_id"]], one.told
        stands[data["comment_id"]] = stand


def _nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/hook"
