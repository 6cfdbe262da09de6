"""What others do to an endpoint and its messages while a call is under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from moderation.comments import Site
from moderation.outbound import Outbound
from moderation.outgoing import Delivery, Endpoint, SigningSecret, State
from moderation.storage import open_store
from moderation.storage.deliveries import SqlDeliveries
from moderation.webhooks import courier as courier_module
from moderation.webhooks.courier import Courier
from moderation.webhooks.handing import hand_out, settle, take_up
from moderation.webhooks.schedule import Outcome
from moderation.workflow import Services
from moderation.workflow.resending import endpoint_log, send_again
from moderation.workflow.services import utc_now
from moderation.workflow.webhooks import change_endpoint, find_endpoint, switch_off
from tests.factories import KeywordScorer, a_site
from tests.storage.test_contract_webhooks import a_message, an_endpoint, hand
from tests.webhooks.conftest import Listen
from tests.webhooks.receivers import LOOPBACK, PATIENCE, Heard
from tests.webhooks.test_delivering import bring, deliver

LEASE = timedelta(seconds=40)


def taken(services: Services, endpoint: Endpoint) -> tuple[Endpoint, list[Delivery]]:
    """What a lane has in its hands while it calls."""
    hand_out(services)
    found = take_up(services, endpoint.id, 10, LEASE)
    assert found is not None
    return found


@pytest.mark.parametrize("status", [410, 500, None])
def test_what_a_former_address_answers_is_not_charged_to_the_new_one(
    present: Services, site: Site, courier: Courier, listen: Listen, status: int | None
) -> None:
    receiver, endpoint = listen()
    bring(present, site, "c1")
    called, claimed = taken(present, endpoint)
    elsewhere = receiver.url + "/new"
    change_endpoint(present, None, endpoint.id, elsewhere, "", ())
    late = Outcome(present.now(), 5, status, "It failed.")
    settle(present, called, [(claimed[0], late)], lease=LEASE)
    found = find_endpoint(present, endpoint.id).endpoint
    assert (found.off, found.failures, found.failing_since) == (None, 0, None)
    log = endpoint_log(present, endpoint.id)
    assert [one.error for one in log.attempts] == ["It failed. (At the former address.)"]
    assert [(one.attempts, one.may_have_left) for one in log.deliveries] == [(0, True)]
    deliver(courier)
    assert len(receiver.heard) == 1


def test_what_a_former_address_took_has_arrived_and_says_nothing_of_the_new_one(
    present: Services, site: Site, listen: Listen
) -> None:
    receiver, endpoint = listen()
    bring(present, site, "c1")
    bring(present, site, "c2")
    called, claimed = taken(present, endpoint)
    changed = change_endpoint(present, None, endpoint.id, receiver.url + "/new", "", ())
    failed, took = (Outcome(present.now(), 5, *said) for said in ((500, "It failed."), (204,)))
    settle(present, changed, [(claimed[0], failed)], lease=LEASE)
    settle(present, called, [(claimed[1], took)], lease=LEASE)
    assert find_endpoint(present, endpoint.id).endpoint.failures == 1
    states = [one.state for one in endpoint_log(present, endpoint.id).deliveries]
    assert states == [State.DELIVERED, State.PENDING]


def test_a_message_replayed_while_it_is_sent_keeps_its_id_and_ends_as_delivered(
    present: Services, site: Site, listen: Listen
) -> None:
    _, endpoint = listen()
    bring(present, site, "c1")
    called, [first] = taken(present, endpoint)
    assert send_again(present, None, endpoint.id, message_id=first.message.id) == 1
    _, [second] = taken(present, endpoint)
    assert second.message.id == first.message.id
    took = Outcome(present.now(), 5, 204)
    settle(present, called, [(first, took)], lease=LEASE)
    late = Outcome(present.now(), 5, 500, "It failed.")
    settle(present, called, [(second, late)], lease=LEASE)
    [kept] = endpoint_log(present, endpoint.id).deliveries
    assert kept.state is State.DELIVERED


def test_a_lane_for_which_no_thread_is_to_be_had_is_not_lost(
    present: Services,
    site: Site,
    courier: Courier,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver, _ = listen()
    bring(present, site, "c1")

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        for _ in range(5):
            with pytest.raises(RuntimeError):
                courier.run()
    assert courier.rest(0)
    deliver(courier)
    assert len(receiver.heard) == 1


@pytest.mark.parametrize("seen_before", [False, True])
def test_many_that_fall_silent_together_keep_nobody_waiting(
    present: Services,
    site: Site,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
    seen_before: bool,
) -> None:
    # As many calls as there are lanes, and many more, are under way and will be for long.
    patient = Courier(present, Outbound(LOOPBACK, PATIENCE), timedelta(days=7))
    monkeypatch.setattr(courier_module, "LANES", 2)
    monkeypatch.setattr(courier_module, "SLOW_LANES", 1)
    # More than fall silent: whichever of those that were never called may be tried last.
    monkeypatch.setattr(courier_module, "LATE_LANES", 2 if seen_before else 9)
    monkeypatch.setattr(courier_module, "SLOW_SECONDS", PATIENCE)
    over = threading.Event()

    def never(_: Heard) -> int:
        over.wait(PATIENCE)
        return 204

    if seen_before:
        well, _ = listen()
        bring(present, site, "c0")
        deliver(patient)
    silent = [listen(never)[1] for _ in range(8)]
    if not seen_before:
        well, _ = listen()
    monkeypatch.setattr(courier_module, "SLOW_SECONDS", 0.0)
    came = len(well.heard)
    bring(present, site, "c1")
    while len(well.heard) == came:
        patient.run()
    assert [endpoint_log(present, one.id).attempts for one in silent] == [[]] * 8
    over.set()
    assert patient.stop(PATIENCE)


def lanes() -> int:
    """How many lanes are open, of whomever."""
    return [one.name for one in threading.enumerate()].count("webhook lane")


def test_however_many_fall_silent_there_is_an_end_to_the_calls_under_way(
    present: Services, site: Site, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Courier(present, Outbound(LOOPBACK, PATIENCE), timedelta(days=7))
    over = threading.Event()
    is_silent = threading.Event()

    def answer(_: Heard) -> int:
        if is_silent.is_set():
            over.wait(PATIENCE)
        return 204

    for _ in range(6):
        listen(answer)
    bring(present, site, "c0")
    deliver(patient)
    monkeypatch.setattr(courier_module, "LANES", 2)
    monkeypatch.setattr(courier_module, "MOST_LANES", 4)
    monkeypatch.setattr(courier_module, "SLOW_SECONDS", 0.0)
    is_silent.set()
    bring(present, site, "c1")
    while lanes() < 4:
        patient.run()
    for _ in range(20):
        patient.run()
        assert lanes() <= 4
    over.set()
    assert patient.stop(PATIENCE)


def test_one_message_that_cannot_be_signed_is_an_outcome_and_no_end_of_a_lane(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    _, endpoint = listen()
    with present.store.write() as work:
        found = work.endpoints.get(endpoint.id)
        assert found is not None
        work.endpoints.put(replace(found, secrets=(SigningSecret("whsec_a"),)))
        work.commit()
    bring(present, site, "c1")
    deliver(courier)
    [tried] = endpoint_log(present, endpoint.id).attempts
    assert tried.error == "The call failed."


@pytest.fixture
def at_once(postgres_url: str) -> Iterator[Services]:
    """Services over a database in which two units write at a time, with one endpoint."""
    store = open_store(postgres_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.endpoints.put(an_endpoint())
        work.commit()
    yield Services(store, KeywordScorer(), now=utc_now)
    store.dispose()


def test_what_is_handed_out_while_an_endpoint_is_switched_off_does_not_wait_there(
    at_once: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_once.store.write() as work:
        work.outbox.add(a_message("a"))
        work.commit()
    switching = threading.Thread(target=switch_off, args=(at_once, None, "e1"))
    add = SqlDeliveries.add

    def add_late(deliveries: SqlDeliveries, *handed: Any) -> None:  # noqa: ANN401 - as it is there
        switching.start()
        switching.join(0.5)  # It waits for us, or is done by what was there.
        add(deliveries, *handed)

    monkeypatch.setattr(SqlDeliveries, "add", add_late)
    hand_out(at_once)
    switching.join(PATIENCE)
    assert [one.state for one in endpoint_log(at_once, "e1").deliveries] == [State.DISCARDED]


def test_a_message_sent_again_while_it_is_being_forgotten_is_kept(at_once: Services) -> None:
    store = at_once.store
    with store.write() as work:
        hand(work, "e1", a_message("a"))
        work.deliveries.discard("e1")
        work.commit()
    later = utc_now()

    def forget() -> None:
        with store.write() as work:
            work.deliveries.forget(later, kept=5, limit=10)
            work.commit()

    forgetting = threading.Thread(target=forget)
    with store.write() as work:
        assert work.deliveries.again("e1", later, "a")
        forgetting.start()
        forgetting.join(0.3)  # It has found the message, and waits for our row.
        work.commit()
    forgetting.join(PATIENCE)
    assert [one.state for one in endpoint_log(at_once, "e1").deliveries] == [State.PENDING]
