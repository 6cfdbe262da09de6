"""What every store promises of endpoints and deliveries, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from moderation.comments import Site
from moderation.outgoing import (
    Attempt,
    Delivery,
    Endpoint,
    Off,
    OutgoingCounts,
    SigningSecret,
    State,
)
from moderation.storage import SqlStore, open_store
from moderation.stored import OutboxMessage
from moderation.stores import UnitOfWork
from tests.factories import NOON, a_site
from tests.storage.plans import plan_of

LATER = NOON + timedelta(minutes=1)


def an_endpoint(id: str = "e1", **fields: object) -> Endpoint:
    made = Endpoint(id, "daily", "https://a.example/in", NOON, (SigningSecret("whsec_YQ=="),))
    return replace(made, **fields)  # type: ignore[arg-type]


def a_message(id: str, comment_id: str | None = None, **fields: object) -> OutboxMessage:
    payload = {"comment_id": comment_id or f"c-{id}"}
    made = OutboxMessage(id, "daily", "comment.scored", payload, NOON)
    return replace(made, **fields)  # type: ignore[arg-type]


def hand(work: UnitOfWork, endpoint: str, *messages: OutboxMessage, due: datetime = NOON) -> None:
    for message in messages:
        if message.id not in {one.id for one in work.outbox.all(100)}:
            work.outbox.add(message)
        work.outbox.mark_sent(message.id, NOON)
        work.deliveries.add(endpoint, [message], State.PENDING, due)


def claimed(work: UnitOfWork, at: datetime = NOON, limit: int = 10) -> list[Delivery]:
    return work.deliveries.claim("e1", at, at + timedelta(seconds=40), limit)


def ids(deliveries: list[Delivery]) -> list[str]:
    return [one.message.id for one in deliveries]


@pytest.fixture
def known(store: SqlStore, site: Site) -> SqlStore:
    """A store with one endpoint."""
    with store.write() as work:
        work.endpoints.put(an_endpoint())
        work.commit()
    return store


def test_endpoints_come_back_as_they_were_kept(store: SqlStore, site: Site) -> None:
    full = an_endpoint(
        "e2",
        secrets=(SigningSecret("whsec_Yg=="), SigningSecret("whsec_YQ==", LATER)),
        label="The CMS",
        types=("verdict.given",),
        off=Off.GONE,
        off_since=NOON,
        failures=3,
        failing_since=NOON,
        failed_at=LATER,
        quiet_until=LATER,
    )
    with store.write() as work:
        work.sites.put(a_site("gazette"))
        work.endpoints.put(an_endpoint("e3", site_id="gazette"))
        work.endpoints.put(full)
        work.endpoints.put(an_endpoint("e1"))
        work.endpoints.put(replace(full, label="Another"))
        work.commit()
    with store.read() as work:
        assert work.endpoints.get("e2") == replace(full, label="Another")
        assert work.endpoints.get("none") is None
        assert [one.id for one in work.endpoints.of()] == ["e3", "e2", "e1"]
        assert [one.id for one in work.endpoints.of("daily")] == ["e2", "e1"]
    assert full.live_secrets(NOON) == ["whsec_Yg==", "whsec_YQ=="]
    assert full.live_secrets(LATER) == ["whsec_Yg=="]
    assert "whsec_" not in repr(full)


def test_what_is_claimed_is_nobody_elses_until_its_lease_ends(known: SqlStore) -> None:
    with known.write() as work:
        hand(work, "e1", a_message("a"), a_message("b"), a_message("c"))
        assert ids(claimed(work, limit=2)) == ["a", "b"]
        assert ids(claimed(work)) == ["c"]
        assert claimed(work, NOON + timedelta(seconds=39)) == []
        again = claimed(work, NOON + timedelta(seconds=40))
        assert ids(again) == ["a", "b", "c"]
        assert all(one.may_have_left for one in again)


def test_only_whoever_holds_a_delivery_keeps_how_it_failed(known: SqlStore) -> None:
    with known.write() as work:
        hand(work, "e1", a_message("a"))
        [late] = claimed(work)
        [mine] = claimed(work, LATER)
        failed = {"attempts": 1, "due_at": NOON + timedelta(hours=1), "last_status": 500}
        work.deliveries.settle(late, replace(late, **failed))
        assert work.deliveries.get("e1", "a") == mine
        after = replace(mine, **failed, last_error="Answered 500.", tried_at=LATER)
        work.deliveries.settle(mine, after)
        assert work.deliveries.get("e1", "a") == after
        arrived = replace(late, state=State.DELIVERED, attempts=1, due_at=None, last_status=200)
        work.deliveries.settle(late, arrived)
        kept = work.deliveries.get("e1", "a")
        assert kept is not None
        assert (kept.state, kept.last_error) == (State.DELIVERED, "")


def test_what_was_not_attempted_is_given_back_as_it_was(known: SqlStore) -> None:
    with known.write() as work:
        hand(work, "e1", a_message("a"))
        taken = claimed(work)
        assert [one.may_have_left for one in taken] == [False]
        work.deliveries.unclaim(taken, LATER)
        given_back = work.deliveries.get("e1", "a")
        assert given_back is not None
        assert (given_back.due_at, given_back.may_have_left) == (LATER, False)


def test_messages_of_one_comment_leave_in_order_until_one_has_failed_repeatedly(
    known: SqlStore,
) -> None:
    with known.write() as work:
        hand(work, "e1", a_message("a", "c1"), a_message("b", "c1"), a_message("x", "c2"))
        [first, other] = claimed(work)
        assert [first.message.id, other.message.id] == ["a", "x"]
        waits = NOON + timedelta(days=1)
        work.deliveries.settle(first, replace(first, attempts=2, due_at=waits))
        assert claimed(work) == []
        work.deliveries.again("e1", NOON, "a")
        [first] = claimed(work)
        work.deliveries.settle(first, replace(first, attempts=3, due_at=waits))
        assert ids(claimed(work)) == ["b"]


def test_endpoints_are_due_where_something_waits_and_nothing_forbids(known: SqlStore) -> None:
    with known.write() as work:
        for name, fields in {
            "off": {"off": Off.OPERATOR},
            "quiet": {"quiet_until": LATER},
            "idle": {},
            "later": {},
        }.items():
            work.endpoints.put(an_endpoint(name, **fields))
        message = a_message("a")
        for name in ("e1", "off", "quiet"):
            hand(work, name, message)
        hand(work, "later", message, due=LATER)
        assert [one.id for one in work.endpoints.due(NOON)] == ["e1"]
        assert [one.id for one in work.endpoints.due(LATER)] == ["e1", "quiet", "later"]


def test_a_message_is_withdrawn_from_where_it_has_not_left(known: SqlStore) -> None:
    with known.write() as work:
        work.endpoints.put(an_endpoint("e2"))
        given = a_message("a", item_id="i1", sequence=3)
        hand(work, "e1", given)
        hand(work, "e2", given)
        [taken] = claimed(work)
        assert not work.outbox.withdraw("i1", 3)
        assert work.deliveries.get("e2", "a") is None
        assert work.deliveries.told_of("i1", 3) == {"e1"}
        work.deliveries.unclaim([taken], NOON)
        assert work.outbox.withdraw("i1", 3)
        assert work.outbox.all(10) == []
        assert work.deliveries.told_of("i1", 3) is None


def test_what_is_discarded_can_be_sent_again_from_a_time_on(known: SqlStore) -> None:
    with known.write() as work:
        hand(work, "e1", a_message("old", created_at=NOON - timedelta(days=2)), a_message("new"))
        assert work.deliveries.discard("e1") == 2
        assert work.deliveries.counts("e1", 10)[State.DISCARDED] == 2
        assert work.deliveries.counts("e1", 1)[State.DISCARDED] == 1
        assert claimed(work) == []
        assert work.deliveries.again_since("e1", LATER, NOON) == 1
        assert ids(claimed(work, LATER)) == ["new"]
        assert ids(work.deliveries.latest("e1", 5)) == ["new", "old"]
        assert ids(work.deliveries.latest("e1", 5, State.DISCARDED)) == ["old"]
        assert not work.deliveries.again("e1", LATER, "none")
        assert work.deliveries.again("e1", LATER, "old")


def test_those_that_nobody_answered_are_hurried_and_no_others(known: SqlStore) -> None:
    with known.write() as work:
        hand(work, "e1", *(a_message(id) for id in ("silence", "refused", "fresh")), due=NOON)
        far = NOON + timedelta(hours=5)
        for one in claimed(work):
            status = 500 if one.message.id == "refused" else None
            tries = 0 if one.message.id == "fresh" else 4
            after = replace(one, attempts=tries, due_at=far, last_status=status)
            work.deliveries.settle(one, after)
        work.deliveries.hurry("e1", LATER, besides=LATER)
        assert ids(claimed(work, LATER)) == ["silence"]


def test_the_log_tells_the_last_attempts_first(known: SqlStore) -> None:
    tried = [
        Attempt("e1", f"m{number}", "comment.scored", 1, NOON, number, 200 + number, error)
        for number, error in enumerate(["", "Answered 201.", "", "Answered 203."])
    ]
    with known.write() as work:
        work.deliveries.log(tried)
        work.deliveries.log([])
        assert work.deliveries.attempts("e1", 3) == tried[:0:-1]
        assert work.deliveries.attempts("e1", 3, failed=True) == [tried[3], tried[1]]
        work.deliveries.forget(NOON, kept=1, limit=10)
        assert work.deliveries.attempts("e1", 9) == [tried[3], tried[2]]


def test_old_messages_are_forgotten_unless_they_wait(known: SqlStore) -> None:
    with known.write() as work:
        names = ("done", "waits", "young", "new")
        times = (NOON, NOON, LATER, NOON)
        kept = [a_message(name, created_at=at) for name, at in zip(names, times, strict=True)]
        hand(work, "e1", *kept[:3])
        work.outbox.add(kept[3])
        work.deliveries.discard("e1")
        work.deliveries.again("e1", NOON, "waits")
        assert work.deliveries.forget(LATER, kept=5, limit=10) == 1
        assert [one.id for one in work.outbox.all(10)] == ["waits", "young", "new"]


def test_what_has_not_arrived_is_counted_over_all_endpoints(store: SqlStore, site: Site) -> None:
    old, older = NOON - timedelta(hours=1), NOON - timedelta(hours=2)
    with store.write() as work:
        assert work.statistics.outgoing() == OutgoingCounts(0, 0, 0, None, {})
        for name, off in {"e1": None, "e2": None, "e3": Off.FAILING, "e4": Off.GONE}.items():
            work.endpoints.put(an_endpoint(name, off=off))
        gone, first, second = (a_message(id, created_at=older) for id in ("gone", "a", "b"))
        hand(work, "e1", gone, replace(first, created_at=old), second)
        hand(work, "e2", second)
        for one, state in zip(claimed(work, limit=2), (State.DELIVERED, State.FAILED), strict=True):
            work.deliveries.settle(one, replace(one, state=state, attempts=1, due_at=None))
        assert work.statistics.outgoing() == OutgoingCounts(
            new=0, waiting=2, failed=1, oldest_at=older, off={Off.FAILING: 1, Off.GONE: 1}
        )
        work.deliveries.discard("e1")
        work.deliveries.discard("e2")
        work.outbox.add(a_message("new", created_at=old))
        counts = work.statistics.outgoing()
        assert (counts.new, counts.waiting, counts.oldest_at) == (1, 0, old)


def test_what_is_finished_is_not_looked_at_to_count_the_rest(sqlite_store: SqlStore) -> None:
    plan = plan_of(sqlite_store, lambda work: work.statistics.outgoing())
    assert "SEARCH webhook_deliveries USING COVERING INDEX" in plan
    assert "SCAN webhook_deliveries" not in plan
    assert "SCAN outbox USING INDEX ix_outbox_pending" in plan


def test_two_workers_take_up_different_messages(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.endpoints.put(an_endpoint())
        hand(work, "e1", a_message("a"), a_message("b"))
        work.commit()
    with store.write() as one, store.write() as other:
        assert one.deliveries.alone()
        assert not other.deliveries.alone()
        assert ids(claimed(one, limit=1)) == ["a"]
        assert ids(claimed(other)) == ["b"]
    with store.write() as work:
        assert work.deliveries.alone()
    store.dispose()
