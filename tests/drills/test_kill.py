"""Nothing accepted is lost: kill -9 of any process at any moment leaves every acknowledged
comment and verdict in place.

Clients that hear nothing send the same again; what was answered must be on record, once.
"""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from moderation.storage import open_store
from tests.drills.crowd import Arrivals, Moderator, Poster
from tests.drills.record import Record, check_leases_end
from tests.drills.service import Service, durable, keys_for

SECONDS = 200.0
POSTERS, EACH, MODERATORS, KILLS = 5, 45, 4, 16
ARTICLE = {"title": "The pool stays open", "text": "The council keeps the open-air pool open."}


def _kill_again_and_again(service: Service, draw: random.Random) -> None:
    moments = sorted(draw.sample(range(10, POSTERS * EACH), KILLS))
    for number, moment in enumerate(moments):
        service.wait_for_requests(moment)
        # Requests take some milliseconds: this falls anywhere into the ones under way.
        threading.Event().wait(draw.uniform(0.0, 0.02))
        if number == KILLS // 2:
            service.kill_master()
            service.start()
        else:
            service.kill_worker(draw)


@pytest.mark.drill
def test_nothing_acknowledged_is_lost_whatever_is_killed(
    seed: int, tmp_path: Path, database_url: str
) -> None:
    draw = random.Random(seed)
    database_url = durable(database_url)
    names = [f"m{number}" for number in range(MODERATORS)]
    keys = keys_for(database_url, names)
    service = Service(tmp_path, database_url, SECONDS)
    arrivals = Arrivals()
    posters = [
        Poster(f"p{number}", service, keys["site"], arrivals, random.Random(draw.random()))
        for number in range(POSTERS)
    ]
    verdicts = ("approve", "approve", "reject", "reject", "skip")
    moderators = [
        Moderator(name, service, keys[name], arrivals, random.Random(draw.random()), 0.3, verdicts)
        for name in names
    ]
    moderators[0].leaves_after = 3
    service.start()
    try:
        assert service.ask(keys["site"], "PUT", "/v1/articles/pool", ARTICLE).status < 300
        with ThreadPoolExecutor(POSTERS + MODERATORS + 1) as crowd:
            killing = crowd.submit(_kill_again_and_again, service, draw)
            posting = [crowd.submit(poster.run, EACH) for poster in posters]
            reviewing = [crowd.submit(moderator.run) for moderator in moderators]
            wait(posting)
            arrivals.end()
        for task in (*posting, *reviewing, killing):
            task.result()
    finally:
        service.stop()
    acts = [act for moderator in moderators for act in moderator.journal]
    assert sum(who.uncertain for who in (*posters, *moderators)) > 0, "no kill hit a request"
    assert sum(act.undone.name == "YES" for act in acts) > 0
    store = open_store(database_url)
    try:
        record = Record(store, "daily")
        record.check_comments(posters)
        record.check_items()
        record.check_verdicts(acts)
        record.check_outbox()
        left_with = [item.lease_until for item in record.items.values() if item.lease_until]
        assert left_with, "whoever left should have left with an item"
        check_leases_end(store, record)
    finally:
        store.dispose()
