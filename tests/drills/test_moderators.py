"""Forty moderators at once: no comment is decided twice, none is lost, nobody meets an error."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from moderation.review_queue import EventKind, Stage
from moderation.storage import open_store
from tests.drills.crowd import Act, Arrivals, Moderator, Said
from tests.drills.record import Record, check_leases_end
from tests.drills.restless import Floor, Restless
from tests.drills.service import Service, durable, keys_for

SECONDS = 200.0
MODERATORS, LEADS, COMMENTS, KILLS = 40, 4, 200, 6
STATUS = {"approve": "published", "reject": "rejected"}
FAST = {"MODERATION_MODE": "fast"}
"""What scores is not what these are about."""
NAMES = [f"m{number}" for number in range(MODERATORS)]


def _fill(service: Service, secret: str) -> set[str]:
    def post(number: int) -> str:
        body = {"id": f"c{number}", "text": f"Nobody asked for pool number {number}, you goose."}
        answer = service.ask(secret, "POST", "/v1/comments", body)
        assert answer.status == 201, answer
        return str(answer.body["item_id"])

    with ThreadPoolExecutor(4) as pool:
        return set(pool.map(post, range(COMMENTS)))


def _work(moderators: Sequence[Moderator]) -> list[Act]:
    with ThreadPoolExecutor(MODERATORS) as desk:
        for task in [desk.submit(moderator.run) for moderator in moderators]:
            task.result()
    return [act for moderator in moderators for act in moderator.journal]


@pytest.mark.drill
def test_many_moderators_share_a_queue_without_a_loss_or_a_collision(
    seed: int, tmp_path: Path, database_url: str
) -> None:
    draw = random.Random(seed)
    database_url = durable(database_url)
    keys = keys_for(database_url, NAMES)
    service = Service(tmp_path, database_url, SECONDS, FAST)
    arrivals = Arrivals()
    moderators = [
        Moderator(name, service, keys[name], arrivals, random.Random(draw.random()))
        for name in NAMES
    ]
    service.start()
    try:
        items = _fill(service, keys["site"])
        arrivals.end()
        given = _work(moderators)
    finally:
        service.stop()
    assert Counter(act.item for act in given) == Counter(items)
    assert {act.given for act in given} == {Said.YES}
    acts = {act.item: act for act in given}
    store = open_store(database_url)
    try:
        record = Record(store, "daily")
    finally:
        store.dispose()
    record.check_items()
    record.check_outbox()
    assert {item.id for item in record.items.values()} == set(acts)
    for item in record.items.values():
        act = acts[item.id]
        assert (item.stage, item.status.value) == (Stage.DECIDED, STATUS[act.verdict])
        kinds = [(event.kind.value, event.actor) for event in record.events[item.id]]
        assert kinds == [("opened", None), ("claimed", act.actor), ("decided", act.actor)]


def _kill_workers(service: Service, floor: Floor, draw: random.Random) -> int:
    """Kill one of the workers again and again while verdicts are given; how often."""
    moments = sorted(draw.sample(range(10, COMMENTS // 2), KILLS))
    for number, moment in enumerate(moments):
        if not floor.wait_for(moment):
            return number
        service.kill_worker(draw)
    return KILLS


@pytest.mark.drill
def test_moderators_in_each_others_way_lose_nothing_while_workers_are_killed(
    seed: int, tmp_path: Path, database_url: str
) -> None:
    draw = random.Random(seed)
    database_url = durable(database_url)
    keys = keys_for(database_url, NAMES, leads=NAMES[:LEADS])
    lease = timedelta(seconds=2)
    settings = {**FAST, "MODERATION_LEASE_SECONDS": str(lease.seconds)}
    service = Service(tmp_path, database_url, SECONDS, settings)
    arrivals, floor = Arrivals(), Floor(MODERATORS)
    # Leads have nobody to escalate to, and nobody passes on what they took from somebody.
    verdicts = {name: ("approve", "reject") for name in NAMES[:LEADS]}
    moderators = [
        Restless(
            name,
            service,
            keys[name],
            arrivals,
            random.Random(draw.random()),
            undoes=0.2,
            verdicts=verdicts.get(name, ("approve", "reject", "skip", "escalate")),
            leaves_after=3 if name in NAMES[-4:] else None,
            floor=floor,
            takes_over=0.3 if name in NAMES[:LEADS] else 0.0,
        )
        for name in NAMES
    ]
    service.start()
    try:
        items = _fill(service, keys["site"])
        arrivals.end()
        with ThreadPoolExecutor(1) as aside:
            killing = aside.submit(_kill_workers, service, floor, draw)
            acts = _work(moderators)
            assert killing.result() > 0
    finally:
        service.stop()
    store = open_store(database_url)
    try:
        record = Record(store, "daily")
        assert {item.id for item in record.items.values()} == items
        record.check_items(lease)
        record.check_verdicts(acts)
        record.check_outbox()
        check_leases_end(store, record)
    finally:
        store.dispose()
    # None of it was for nothing: all that could go wrong was tried.
    kinds = Counter(event.kind for events in record.events.values() for event in events)
    assert min(kinds[kind] for kind in (EventKind.TAKEN_OVER, EventKind.UNDONE)) > 0, kinds
    assert sum(act.given is Said.NO for act in acts) > 0, "nobody was ever late"
    assert sum(moderator.uncertain for moderator in moderators) > 0, "no kill hit a request"
