"""When a message is tried again, whatever receivers answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.outgoing import TEST, Delivery, Endpoint, Off, SigningSecret, State
from moderation.stored import OutboxMessage
from moderation.webhooks.schedule import (
    DELAYS,
    FAILURES_TO_SWITCH_OFF,
    JITTER,
    LONGEST_WISH,
    SPAN_ENDS_AFTER,
    SWITCHED_OFF_AFTER,
    Outcome,
    delivery_after,
    endpoint_after,
)
from tests.factories import NOON

SILENCE, BROKEN, BUSY, GONE, WELL = None, 500, 503, 410, 204


def a_delivery(type_: str = "comment.scored", **fields: object) -> Delivery:
    message = OutboxMessage("m1", "daily", type_, {"comment_id": "c1"}, NOON)
    return Delivery("e1", message, due_at=NOON, **fields)  # type: ignore[arg-type]


def an_endpoint(**fields: object) -> Endpoint:
    return Endpoint(
        "e1", "daily", "https://a.example", NOON, (SigningSecret("whsec_YQ=="),), **fields
    )  # type: ignore[arg-type]


def after_one(endpoint: Endpoint, outcome: Outcome) -> Endpoint:
    return endpoint_after(endpoint, outcome, "comment.scored")


def an_outcome(status: int | None, after: timedelta = timedelta(), **fields: object) -> Outcome:
    error = "" if status == WELL else "It failed."
    return Outcome(NOON + after, 5, status, error, **fields)  # type: ignore[arg-type]


failures = st.sampled_from([SILENCE, 301, 400, 404, BROKEN, BUSY, 429])
wishes = st.none() | st.integers(-5, 10**9).map(lambda seconds: timedelta(seconds=seconds))


@given(st.lists(st.tuples(failures, wishes, st.floats(0, 1, exclude_max=True)), min_size=10))
def test_a_message_that_never_gets_through_is_tried_ten_times_over_three_days(
    answers: list[tuple[int | None, timedelta | None, float]],
) -> None:
    delivery, at = a_delivery(), NOON
    for number, (status, wish, drawn) in enumerate(answers[: len(DELAYS)], 1):
        assert delivery.due_at is not None
        at = delivery.due_at
        outcome = Outcome(at, 5, status, "It failed.", wish)
        delivery = delivery_after(delivery, outcome, lambda drawn=drawn: drawn)  # type: ignore[misc]
        assert (delivery.attempts, delivery.tried_at) == (number, at)
        if number < len(DELAYS):
            assert delivery.state is State.PENDING
            assert delivery.due_at is not None
            waits, planned = delivery.due_at - at, DELAYS[number]
            assert waits >= planned
            if wish is None or status not in (429, BUSY):
                assert waits <= planned * (1 + JITTER)
            else:
                assert min(wish, LONGEST_WISH) <= waits
                assert waits <= max(planned * (1 + JITTER), LONGEST_WISH)
    assert (delivery.state, delivery.due_at) == (State.FAILED, None)
    assert at - NOON >= sum(DELAYS, timedelta())


@given(st.integers(0, 9), st.sampled_from([200, 201, 204, 299]))
def test_one_success_ends_it(attempts: int, status: int) -> None:
    tried = delivery_after(a_delivery(attempts=attempts), Outcome(NOON, 5, status))
    assert (tried.state, tried.attempts, tried.due_at) == (State.DELIVERED, attempts + 1, None)


def test_two_messages_that_fail_at_once_do_not_come_back_at_once() -> None:
    outcome = an_outcome(BROKEN)
    dues = {delivery_after(a_delivery(attempts=3), outcome).due_at for _ in range(20)}
    assert len(dues) > 1


def test_a_test_is_tried_once() -> None:
    assert delivery_after(a_delivery(TEST), an_outcome(BROKEN)).state is State.FAILED


def test_who_says_that_it_is_gone_is_switched_off() -> None:
    after = after_one(an_endpoint(), an_outcome(GONE))
    assert (after.off, after.off_since) == (Off.GONE, NOON)


def test_a_success_makes_well_whatever_was() -> None:
    failing = an_endpoint(failures=7, failing_since=NOON, quiet_until=NOON)
    assert after_one(failing, an_outcome(WELL)) == an_endpoint()


def test_who_fails_for_days_is_switched_off_and_not_before() -> None:
    failing = an_endpoint(failures=50, failing_since=NOON, failed_at=NOON + timedelta(days=2))
    almost = SWITCHED_OFF_AFTER - timedelta(seconds=1)
    assert after_one(failing, an_outcome(BROKEN, almost)).off is None
    assert after_one(failing, an_outcome(BROKEN, SWITCHED_OFF_AFTER)).off is Off.FAILING


def test_few_failures_switch_nothing_off_however_long_they_went_on() -> None:
    endpoint, at = an_endpoint(), timedelta()
    for _ in range(FAILURES_TO_SWITCH_OFF - 1):
        endpoint = after_one(endpoint, an_outcome(BROKEN, at))
        at += timedelta(hours=27)
    assert at > SWITCHED_OFF_AFTER
    assert endpoint.off is None
    assert after_one(endpoint, an_outcome(BROKEN, at)).off is Off.FAILING


def test_an_old_failure_that_nothing_followed_is_no_part_of_a_new_span() -> None:
    endpoint = after_one(an_endpoint(), an_outcome(BROKEN))
    later = SPAN_ENDS_AFTER + timedelta(days=30)
    for second in range(2 * FAILURES_TO_SWITCH_OFF):
        endpoint = after_one(endpoint, an_outcome(BROKEN, later + timedelta(seconds=second)))
    assert (endpoint.off, endpoint.failing_since) == (None, NOON + later)
    assert endpoint.failures == 2 * FAILURES_TO_SWITCH_OFF


def test_a_span_begins_anew_after_a_success() -> None:
    failing = an_endpoint(failures=50, failing_since=NOON, failed_at=NOON + timedelta(days=2))
    well = after_one(failing, an_outcome(WELL, timedelta(days=2)))
    after = after_one(well, an_outcome(BROKEN, timedelta(days=4)))
    assert (after.off, after.failures, after.failing_since) == (None, 1, NOON + timedelta(days=4))


def test_a_test_that_fails_counts_for_nothing() -> None:
    failing = an_endpoint(failures=50, failing_since=NOON, failed_at=NOON + timedelta(days=3))
    for before in (an_endpoint(), failing):
        after = endpoint_after(before, an_outcome(BROKEN, timedelta(days=4)), TEST)
        assert replace(after, quiet_until=None) == before


def test_the_last_attempt_of_a_single_message_switches_a_dead_endpoint_off_and_none_before() -> (
    None
):
    endpoint, delivery = an_endpoint(), a_delivery()
    while delivery.state is State.PENDING:
        assert endpoint.off is None
        assert delivery.due_at is not None
        outcome = Outcome(delivery.due_at, 5, None, "No answer.")
        delivery, endpoint = delivery_after(delivery, outcome), after_one(endpoint, outcome)
    assert endpoint.off is Off.FAILING


def test_what_somebody_switched_off_keeps_its_reason() -> None:
    off = an_endpoint(off=Off.OPERATOR, off_since=NOON)
    assert after_one(off, an_outcome(GONE)).off is Off.OPERATOR


@pytest.mark.parametrize(
    ("status", "failures", "wish", "seconds"),
    [
        (SILENCE, 0, None, 5),  # no answer: the next message would fare no better
        (SILENCE, 3, None, 40),
        (SILENCE, 50, None, 300),
        (BUSY, 0, None, 5),
        (BUSY, 0, 90, 90),  # as the receiver asks
        (429, 0, 10**7, 86_400),
        (BROKEN, 0, 90, 0),  # one message that it cannot take says nothing of the others
        (BROKEN, 8, None, 0),
        (BROKEN, 9, None, 5),  # ten in a row do
    ],
)
def test_an_endpoint_is_left_alone_for_a_while(
    status: int | None, failures: int, wish: int | None, seconds: int
) -> None:
    asked = timedelta(seconds=wish) if wish is not None else None
    failing = an_endpoint(failures=failures, failed_at=NOON)
    after = after_one(failing, an_outcome(status, retry_after=asked))
    assert after.quiet_until == (NOON + timedelta(seconds=seconds) if seconds else None)
