"""Twelve moderators at once: no comment is decided twice, none is lost, nobody meets an error."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderation.review_queue import Stage
from moderation.storage import open_store
from tests.drills.crowd import Arrivals, Moderator, Said
from tests.drills.record import Record
from tests.drills.service import Service, durable, keys_for

SECONDS = 55.0
MODERATORS, COMMENTS = 12, 200
STATUS = {"approve": "published", "reject": "rejected"}


def _fill(service: Service, secret: str) -> set[str]:
    def post(number: int) -> str:
        body = {"id": f"c{number}", "text": f"Nobody asked for pool number {number}, you goose."}
        answer = service.ask(secret, "POST", "/v1/comments", body)
        assert answer.status == 201, answer
        return str(answer.body["item_id"])

    with ThreadPoolExecutor(4) as pool:
        return set(pool.map(post, range(COMMENTS)))


@pytest.mark.drill
def test_many_moderators_share_a_queue_without_a_loss_or_a_collision(
    seed: int, tmp_path: Path, database_url: str
) -> None:
    draw = random.Random(seed)
    database_url = durable(database_url)
    names = [f"m{number}" for number in range(MODERATORS)]
    keys = keys_for(database_url, names)
    service = Service(tmp_path, database_url, SECONDS)
    arrivals = Arrivals()
    moderators = [
        Moderator(name, service, keys[name], arrivals, random.Random(draw.random()))
        for name in names
    ]
    service.start()
    try:
        items = _fill(service, keys["site"])
        arrivals.end()
        with ThreadPoolExecutor(MODERATORS) as desk:
            for task in [desk.submit(moderator.run) for moderator in moderators]:
                task.result()
    finally:
        service.stop()
    acts = {act.item: act for moderator in moderators for act in moderator.journal}
    assert Counter(act.item for m in moderators for act in m.journal) == Counter(items)
    assert {act.given for act in acts.values()} == {Said.YES}
    store = open_store(database_url)
    try:
        record = Record(store, "daily")
    finally:
        store.dispose()
    record.check_items()
    record.check_outbox()
    for item in record.items.values():
        act = acts[item.id]
        assert (item.stage, item.status.value) == (Stage.DECIDED, STATUS[act.verdict])
        kinds = [(event.kind.value, event.actor) for event in record.events[item.id]]
        assert kinds == [("opened", None), ("claimed", act.actor), ("decided", act.actor)]
