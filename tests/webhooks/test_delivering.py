"""Messages on their way to real receivers over loopback, which verify what they get."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.changes import Subject
from moderation.comments import Site
from moderation.outbound import Outbound
from moderation.outgoing import Endpoint, Off, State
from moderation.review_queue import ReviewItem, Verdict
from moderation.stored import QueueFilter
from moderation.webhooks.courier import LANES_EACH, Courier
from moderation.webhooks.handing import hand_out
from moderation.workflow import Services
from moderation.workflow.administering import changes_of
from moderation.workflow.intake import submit
from moderation.workflow.resending import endpoint_log, send_again, send_test
from moderation.workflow.reviewing import claim_next, give_verdict, undo_verdict
from moderation.workflow.webhooks import find_endpoint, rotate_secret, switch_off, switch_on
from tests.factories import MILD, a_new_comment, a_user
from tests.webhooks.conftest import Listen
from tests.webhooks.receivers import PATIENCE, Heard

MONA = a_user("mona")


def bring(services: Services, site: Site, id: str, text: str = f"A {MILD} idea.") -> ReviewItem:
    item = submit(services, site, a_new_comment(id, text)).item
    assert item is not None
    return item


def deliver(courier: Courier) -> None:
    """Do what a worker does in a moment, and wait for the calls it makes."""
    while courier.run():
        pass
    assert courier.rest(PATIENCE)


def moved(services: Services, endpoint: Endpoint, **parts: float) -> None:
    """Have everything that waits for the endpoint wait as if so much time had passed."""
    later = timedelta(**parts)
    with services.store.write() as work:
        found = work.endpoints.get(endpoint.id)
        assert found is not None
        quiet, since, last = found.quiet_until, found.failing_since, found.failed_at
        work.endpoints.put(
            replace(
                found,
                quiet_until=quiet - later if quiet else None,
                failing_since=since - later if since else None,
                failed_at=last - later if last else None,
            )
        )
        for one in work.deliveries.latest(endpoint.id, 1_000, State.PENDING):
            assert one.due_at is not None
            work.deliveries.settle(one, replace(one, due_at=one.due_at - later))
        work.commit()


def states(services: Services, endpoint: Endpoint) -> list[str]:
    return [one.state.value for one in endpoint_log(services, endpoint.id).deliveries[::-1]]


def types(heard: list[Heard]) -> list[str]:
    return [one.told["type"] for one in heard]


def test_what_happens_to_a_comment_arrives_signed_and_in_order(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen()
    item = bring(present, site, "c1")
    assert claim_next(present, MONA, QueueFilter()) is not None
    decided = give_verdict(present, MONA, item.id, Verdict.REJECT, item.version, ("insult",))
    deliver(courier)
    assert receiver.unsigned == 0
    assert types(receiver.heard) == ["comment.scored", "verdict.given"]
    scored, given = (one.told["data"] for one in receiver.heard)
    assert (scored["comment_id"], scored["status"], scored["decision"]) == ("c1", "held", "review")
    assert (given["verdict"], given["status"], given["labels"]) == (
        "reject",
        "rejected",
        ["insult"],
    )
    assert [scored["version"], given["version"]] == [item.version, decided.version]
    told = b"".join(one.body for one in receiver.heard)
    assert MILD.encode() not in told
    assert b"mona" not in told
    assert states(present, endpoint) == ["delivered"] * 2
    assert all(len(one.body) < 20_000 for one in receiver.heard)


def test_each_endpoint_hears_what_it_chose_and_other_sites_hear_nothing(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    verdicts, _ = listen(types=("verdict.given",))
    everything, _ = listen()
    elsewhere, other = listen()
    with present.store.write() as work:
        work.sites.put(replace(site, id="gazette"))
        work.endpoints.put(replace(other, site_id="gazette"))
        work.commit()
    bring(present, site, "c1")
    deliver(courier)
    assert (len(verdicts.heard), len(everything.heard), len(elsewhere.heard)) == (0, 1, 0)


def test_a_retry_has_the_same_id_and_body_and_its_own_time_and_signature(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    answers = iter([500, 204])
    receiver, endpoint = listen(lambda _: next(answers))
    bring(present, site, "c1")
    deliver(courier)
    [waiting] = endpoint_log(present, endpoint.id).deliveries
    assert (waiting.state, waiting.attempts, waiting.last_status) == (State.PENDING, 1, 500)
    assert waiting.last_error == "Answered 500."
    deliver(courier)
    assert len(receiver.heard) == 1, "five seconds are not over"
    moved(present, endpoint, seconds=6)
    deliver(courier)
    first, second = receiver.heard
    assert (first.id, first.body) == (second.id, second.body)
    assert states(present, endpoint) == ["delivered"]
    log = endpoint_log(present, endpoint.id).attempts
    assert [(one.number, one.status, one.error) for one in log] == [
        (2, 204, ""),
        (1, 500, "Answered 500."),
    ]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 503])
def test_only_a_success_is_one(
    present: Services, site: Site, courier: Courier, listen: Listen, status: int
) -> None:
    elsewhere, _ = listen(types=("verdict.undone",))
    receiver, endpoint = listen(lambda _: status, Location=elsewhere.url)
    bring(present, site, "c1")
    deliver(courier)
    assert len(receiver.heard) == 1
    assert elsewhere.heard == []
    assert states(present, endpoint) == ["pending"]


def test_gone_switches_off_and_is_on_record(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen(lambda _: 410)
    for number in range(3):
        bring(present, site, f"c{number}")
    deliver(courier)
    assert len(receiver.heard) <= LANES_EACH
    found = find_endpoint(present, endpoint.id).endpoint
    assert found.off is Off.GONE
    assert found.off_since is not None
    assert set(states(present, endpoint)) == {"discarded"}
    [change, _] = changes_of(present, Subject.WEBHOOK, endpoint.id)
    assert (change.actor, change.after) == (None, {"off": "gone"})


def test_a_receiver_that_asks_for_time_gets_it(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen(lambda _: 429, Retry_After="3600")
    receiver.headers = {"Retry-After": "3600"}
    for number in range(10):
        bring(present, site, f"c{number}")
    deliver(courier)
    came = len(receiver.heard)
    assert came <= LANES_EACH
    moved(present, endpoint, minutes=59)
    deliver(courier)
    assert len(receiver.heard) == came
    moved(present, endpoint, minutes=2)
    deliver(courier)
    assert came < len(receiver.heard) <= came + LANES_EACH


def test_days_without_a_success_switch_off_and_what_was_missed_can_be_sent_again(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    status = [500]
    receiver, endpoint = listen(lambda _: status[0])
    bring(present, site, "c1")
    for attempt in range(10):
        assert find_endpoint(present, endpoint.id).endpoint.off is None, attempt
        moved(present, endpoint, hours=27)
        deliver(courier)
    assert find_endpoint(present, endpoint.id).endpoint.off is Off.FAILING
    bring(present, site, "c2")
    deliver(courier)
    assert states(present, endpoint) == ["failed", "discarded"]
    status[0] = 204
    switch_on(present, None, endpoint.id)
    assert send_again(present, None, endpoint.id) == 2
    deliver(courier)
    assert states(present, endpoint) == ["delivered"] * 2
    assert [one.told["data"]["comment_id"] for one in receiver.heard[-2:]] == ["c1", "c2"]


def test_an_undone_verdict_that_had_not_left_is_never_heard_of(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    up, _ = listen()
    down, sleeping = listen()
    item = bring(present, site, "c1")
    deliver(courier)
    # Handed out to both, and then only one of them hears of it before it is taken back.
    with present.store.write() as work:
        quiet = present.now() + timedelta(hours=1)
        work.endpoints.put(replace(sleeping, quiet_until=quiet))
        work.commit()
    give_verdict(present, MONA, item.id, Verdict.REJECT, item.version)
    deliver(courier)
    undo_verdict(present, MONA, item.id)
    moved(present, sleeping, hours=2)
    deliver(courier)
    assert types(up.heard) == ["comment.scored", "verdict.given", "verdict.undone"]
    given, undone = up.heard[1].told["data"], up.heard[2].told["data"]
    assert undone["undoes"] == given["sequence"]
    assert (undone["verdict"], undone["status"]) == (None, "held")
    assert types(down.heard) == ["comment.scored"]


def test_a_verdict_undone_before_anybody_heard_of_it_leaves_nothing(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen()
    item = bring(present, site, "c1")
    switch_off(present, None, endpoint.id)
    give_verdict(present, MONA, item.id, Verdict.REJECT, item.version)
    hand_out(present)
    undo_verdict(present, MONA, item.id)
    switch_on(present, None, endpoint.id)
    send_again(present, None, endpoint.id)
    deliver(courier)
    assert types(receiver.heard) == ["comment.scored"]


def test_what_nobody_wants_does_not_pile_up(
    present: Services, site: Site, courier: Courier
) -> None:
    for number in range(5):
        bring(present, site, f"c{number}")
    deliver(courier)
    with present.store.read() as work:
        assert work.outbox.all(10) == []


def test_while_two_secrets_live_both_sign(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen()
    old = receiver.secret
    new, _ = rotate_secret(present, None, endpoint.id, timedelta(hours=1))
    for secret in (old, new):
        receiver.secret = secret
        bring(present, site, f"c-{len(receiver.heard)}")
        deliver(courier)
    assert (len(receiver.heard), receiver.unsigned) == (2, 0)
    assert len(receiver.heard[0].headers["webhook-signature"].split(" ")) == 2
    receiver.secret = rotate_secret(present, None, endpoint.id, timedelta())[0]
    bring(present, site, "c-3")
    deliver(courier)
    assert receiver.unsigned == 0
    assert len(receiver.heard[-1].headers["webhook-signature"].split(" ")) == 1


def test_a_test_goes_to_one_endpoint_and_is_tried_once(
    present: Services, courier: Courier, listen: Listen
) -> None:
    failing, endpoint = listen(lambda _: 500, types=("verdict.given",))
    other, _ = listen()
    send_test(present, None, endpoint.id)
    deliver(courier)
    moved(present, endpoint, hours=1)
    deliver(courier)
    assert types(failing.heard) == ["webhook.test"]
    assert failing.heard[0].told["data"] == {"endpoint_id": endpoint.id}
    assert other.heard == []
    assert states(present, endpoint) == ["failed"]


def test_one_that_never_answers_holds_up_nobody(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    over = threading.Event()

    def never(_: Heard) -> int:
        over.wait(PATIENCE)
        return 204

    stuck, endpoint = listen(never)
    well, _ = listen()
    for number in range(30):
        bring(present, site, f"c{number}")
    courier.run()
    # All of them, while not one call of the other has ended.
    well.wait_for(lambda heard: len(heard) == 30)
    assert courier.rest(PATIENCE)
    over.set()
    assert len(stuck.heard) <= LANES_EACH
    assert "took too long" in endpoint_log(present, endpoint.id).attempts[0].error
    assert find_endpoint(present, endpoint.id).counts[State.PENDING] == 30


def test_when_a_silent_one_answers_again_what_waited_for_hours_comes_at_once(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen()
    port = receiver.url
    with present.store.write() as work:
        work.endpoints.put(replace(endpoint, url="http://127.0.0.1:1/"))
        work.commit()
    bring(present, site, "c1")
    for minutes in (0, 1, 10, 40):
        moved(present, endpoint, minutes=minutes)
        deliver(courier)
    bring(present, site, "c2")
    with present.store.write() as work:
        found = work.endpoints.get(endpoint.id)
        assert found is not None
        work.endpoints.put(replace(found, url=port, quiet_until=None))
        work.commit()
    deliver(courier)
    assert [one.told["data"]["comment_id"] for one in receiver.heard] == ["c2", "c1"]


def test_whoever_is_killed_in_the_middle_loses_nothing(
    present: Services, site: Site, courier: Courier, listen: Listen
) -> None:
    receiver, endpoint = listen()
    bring(present, site, "c1")
    hand_out(present)
    with present.store.write() as work:
        now = present.now()
        assert work.deliveries.claim(endpoint.id, now, now + timedelta(seconds=40), 10)
        work.commit()
    deliver(courier)
    assert receiver.heard == []
    moved(present, endpoint, seconds=41)
    deliver(courier)
    assert types(receiver.heard) == ["comment.scored"]


def test_the_log_names_no_address_of_the_inside(
    present: Services, site: Site, listen: Listen
) -> None:
    receiver, endpoint = listen()
    courier = Courier(present, Outbound(https_outside=True), timedelta(days=7))
    bring(present, site, "c1")
    deliver(courier)
    assert receiver.heard == []
    [tried] = endpoint_log(present, endpoint.id).attempts
    assert tried.error == "This address lies inside a network, not in the public internet."


def test_a_body_is_plain_json(
    present: Services, site: Site, courier: Courier, listen: Callable[..., object]
) -> None:
    receiver, _ = listen()  # type: ignore[misc]
    bring(present, site, "c\u00e9\u2028\U0001f600")
    deliver(courier)
    read = json.loads(receiver.heard[0].body.decode())
    assert read["data"]["comment_id"] == "c\u00e9\u2028\U0001f600"
    assert read["timestamp"].endswith("Z")
