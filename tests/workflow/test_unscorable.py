"""A text that the model fails on again and again: it blocks nobody, and ends with a person."""

from __future__ import annotations

import pytest

from moderation.comments import Site, Status
from moderation.review_queue import EventKind, Verdict
from moderation.workflow import Services, late_scoring
from moderation.workflow.intake import submit
from moderation.workflow.late_scoring import MOST_TRIES, score_waiting
from moderation.workflow.reviewing import give_verdict
from tests.factories import Clock, a_new_comment, a_user
from tests.workflow.moody import (
    POISON,
    Moody,
    item_in_queue,
    put_unscored,
    run,
    stored,
    waiting,
)


@pytest.fixture
def scorer() -> Moody:
    return Moody()


def test_a_text_that_the_model_fails_on_is_kept_and_blocks_nobody(
    services: Services, scorer: Moody, site: Site
) -> None:
    done = submit(services, site, a_new_comment("bad", POISON))
    assert (done.comment.ruling, done.retry_after) == (None, 30)
    for number in range(3):
        put_unscored(services, scorer, site, f"c{number}")
    run(services)
    assert [item.comment_key for item in waiting(services)] == [done.comment.key]


def _seconds_of_tries(services: Services, scorer: Moody, clock: Clock) -> list[int]:
    """At which seconds of the next ten minutes the model is asked."""
    tries = []
    for second in range(600):
        asked = len(scorer.given)
        run(services)
        if len(scorer.given) > asked:
            tries.append(second)
        clock.advance(seconds=1)
    return tries


def test_it_is_tried_less_and_less_often_and_then_left_to_people_who_are_told(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", POISON))
    assert _seconds_of_tries(services, scorer, clock) == [0, 5, 15, 35, 75, 115, 155, 195]
    item = item_in_queue(services, site)
    assert item.reasons[0].detail == "the model failed on it 8 times; a person must look"
    with services.store.read() as work:
        kinds = [event.kind for event in work.queue.events(item.id)]
    assert kinds == [EventKind.OPENED, EventKind.GIVEN_UP]
    assert stored(services, site).status is Status.HELD


def test_what_was_given_up_is_decided_like_any_other_and_scored_by_another_model(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", POISON))
    _seconds_of_tries(services, scorer, clock)
    item = item_in_queue(services, site)
    give_verdict(services, a_user("mona"), item.id, Verdict.APPROVE, item.version)
    scorer.version, scorer.chokes_on = "keywords-2", "nothing"
    run(services)
    comment = stored(services, site)
    assert comment.ruling is not None
    assert (comment.ruling.model, comment.status) == ("keywords-2", Status.PUBLISHED)


def test_a_text_that_ends_every_process_is_given_up_too(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    put_unscored(services, scorer, site)

    def die() -> None:
        raise SystemExit

    for _ in range(MOST_TRIES):
        scorer.meanwhile = die
        with pytest.raises(SystemExit):
            score_waiting(services)
        clock.advance(seconds=late_scoring.LEASE.seconds)
    scorer.meanwhile = None
    asked = scorer.asked
    run(services)
    assert scorer.asked == asked
    assert "a person must look" in (item_in_queue(services, site).reasons[0].detail or "")


def test_a_model_that_fails_on_everything_is_not_held_against_the_texts(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    for number in range(2):
        put_unscored(services, scorer, site, f"c{number}")
    scorer.broken = True
    for _ in range(3 * MOST_TRIES):
        assert not score_waiting(services)
        clock.advance(minutes=1)
    scorer.broken = False
    run(services)
    assert waiting(services) == []
    assert scorer.given[-1] == 2


def test_a_fault_beside_the_model_is_not_held_against_the_texts(
    services: Services, scorer: Moody, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_unscored(services, scorer, site)

    def break_off(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(late_scoring, "_keep", break_off)
        for _ in range(2 * MOST_TRIES):
            with pytest.raises(ConnectionError):
                score_waiting(services)
            clock.advance(minutes=1)
    run(services)
    assert stored(services, site).ruling is not None
