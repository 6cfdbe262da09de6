"""A text that the model fails on again and again: it blocks nobody, and ends with a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.comments import Site, Status
from moderation.errors import Unavailable
from moderation.review_queue import EventKind, Verdict
from moderation.rulebook import SiteRules
from moderation.workflow import Services, late_scoring
from moderation.workflow.intake import submit
from moderation.workflow.late_scoring import MOST_LOST, MOST_TRIES, score_waiting
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
    """At which seconds of the next ten minutes the model is asked about it."""
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


def test_what_was_given_up_is_tried_again_every_hour_and_told_of_once(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", POISON))
    _seconds_of_tries(services, scorer, clock)
    told = item_in_queue(services, site)
    for _ in range(3):
        asked = len(scorer.given)
        clock.advance(minutes=1)
        run(services)
        assert len(scorer.given) == asked
        clock.advance(hours=1)
        run(services)
        assert len(scorer.given) > asked
    assert item_in_queue(services, site) == told
    scorer.chokes_on = "nothing"
    clock.advance(hours=1)
    run(services)
    assert stored(services, site).ruling is not None


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("pingback", SiteRules()),
        ("comment", SiteRules(log_only=True)),
        ("pingback", SiteRules(unscored="publish")),
    ],
)
def test_what_is_given_up_comes_before_people_even_where_it_was_not_queued(
    services: Services, scorer: Moody, site: Site, clock: Clock, kind: str, rules: SiteRules
) -> None:
    site = replace(site, rules=rules)
    done = submit(services, site, replace(a_new_comment("c1", POISON), kind=kind))
    assert done.item is None
    _seconds_of_tries(services, scorer, clock)
    assert waiting(services) == [item_in_queue(services, site)]
    item = item_in_queue(services, site)
    assert item.status is done.comment.status
    assert item.reasons[0].detail == "the model failed on it 8 times; a person must look"
    scorer.chokes_on = "nothing"
    clock.advance(hours=1)
    run(services)
    assert stored(services, site).ruling is not None
    assert waiting(services) == []


def _die() -> None:
    raise SystemExit


def _lose(services: Services, scorer: Moody, clock: Clock) -> None:
    """Have the process end while it scores, and its lease run out."""
    scorer.meanwhile = _die
    with pytest.raises(SystemExit):
        score_waiting(services)
    clock.advance(seconds=late_scoring.LEASE.seconds)
    scorer.meanwhile = None


def test_a_text_that_ends_every_process_is_given_up_and_tried_once_a_day(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    put_unscored(services, scorer, site)
    for _ in range(MOST_LOST):
        _lose(services, scorer, clock)
    for _ in range(2):
        asked = scorer.asked
        run(services)
        clock.advance(hours=23)
        run(services)
        assert scorer.asked == asked
        told = item_in_queue(services, site).reasons[0].detail
        assert told == "scoring it broke off 12 times; a person must look"
        clock.advance(hours=1)
        _lose(services, scorer, clock)
    run(services)
    clock.advance(days=1)
    run(services)
    assert stored(services, site).ruling is not None


def test_ends_of_processes_with_a_result_between_them_give_nothing_up(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    put_unscored(services, scorer, site)
    for _ in range(3):
        for _ in range(MOST_LOST - 1):
            _lose(services, scorer, clock)
        scorer.broken = True
        assert not score_waiting(services)
        scorer.broken = False
        clock.advance(minutes=1)
    run(services)
    assert stored(services, site).ruling is not None


def test_an_outage_that_keeps_a_text_from_being_put_back_counts_as_no_failure(
    services: Services, scorer: Moody, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_unscored(services, scorer, site)

    def unavailable(*_: object) -> None:
        raise Unavailable("The database does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(type(services.store), "write", unavailable)
        for _ in range(MOST_TRIES + 2):
            # It is away from when the text was taken up until after it could have been put back.
            broken.undo()
            broken.setattr(late_scoring, "_score", _cut(broken, services, unavailable))
            with pytest.raises(Unavailable):
                score_waiting(services)
            clock.advance(minutes=1)
    run(services)
    assert stored(services, site).ruling is not None
    assert waiting(services) == []


def _cut(
    broken: pytest.MonkeyPatch, services: Services, unavailable: Callable[..., None]
) -> Callable[..., None]:
    def score(*_: object) -> None:
        broken.setattr(type(services.store), "write", unavailable)
        unavailable()

    return score


def test_a_text_that_fails_under_two_versions_in_turns_is_given_up(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", POISON))
    for turn in range(2 * MOST_TRIES):
        scorer.version = f"keywords-{turn % 2}"
        score_waiting(services)
        clock.advance(minutes=1)
    told = item_in_queue(services, site).reasons[0].detail
    assert told == "the model failed on it 8 times; a person must look"


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
