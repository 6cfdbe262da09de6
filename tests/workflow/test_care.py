"""What a person chose and what lies behind them: choices, shifts, breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.accounts import Role
from moderation.comments import Reason, Site
from moderation.errors import Forbidden, InvalidInput
from moderation.key_map import DEFAULTS
from moderation.preferences import Care, Choices, Mask
from moderation.review_queue import Verdict
from moderation.stored import Act, QueueFilter
from moderation.workflow import Services
from moderation.workflow.intake import submit
from moderation.workflow.preferences import (
    choose_care,
    choose_keys,
    preferences_of,
    set_for_everybody,
)
from moderation.workflow.reviewing import claim_item, claim_next, give_verdict, open_case
from moderation.workflow.shifts import (
    Shift,
    go_on_working,
    is_harsh,
    reckon,
    shift_of,
    take_break,
)
from tests.factories import MILD, NOON, Clock, a_new_comment, a_user

MONA, BO = a_user("mona"), a_user("bo")
LEA, ADA = a_user("lea", Role.LEAD), a_user("ada", Role.ADMINISTRATOR)
THREAT = (Reason("label", "threat", 0.7, 0.1, "review"),)
CARE = Care(minutes=60, harsh_an_hour=3)


def test_ones_own_choices_are_nobody_elses(services: Services) -> None:
    choose_care(services, MONA, Choices(mask=Mask.COARSE))
    choose_keys(services, MONA, {"approve": "j"})
    found = preferences_of(services, MONA)
    assert found.care == Care(mask=Mask.COARSE)
    assert found.keys == {**DEFAULTS, "approve": "j"}
    other = preferences_of(services, BO)
    assert other.care == Care()
    assert other.keys == DEFAULTS


def test_care_and_keys_leave_each_other_alone(services: Services) -> None:
    choose_keys(services, MONA, {"approve": "j"})
    choose_care(services, MONA, Choices(keys={"approve": "x"}, grey=True))
    choose_keys(services, MONA, {"approve": "k"})
    found = preferences_of(services, MONA)
    assert found.keys["approve"] == "k"
    assert found.care.grey
    choose_keys(services, MONA, {})
    assert preferences_of(services, MONA).own == Choices(grey=True)


def test_what_holds_for_everybody_is_set_by_administrators_alone(services: Services) -> None:
    for person in (MONA, LEA):
        with pytest.raises(Forbidden):
            set_for_everybody(services, person, Choices(blur=True))
    set_for_everybody(services, ADA, Choices(blur=True, minutes=30))
    choose_care(services, MONA, Choices(minutes=0))
    assert preferences_of(services, MONA).care == Care(blur=True, minutes=0)
    assert preferences_of(services, BO).care == Care(blur=True, minutes=30)


def test_what_cannot_be_is_refused_and_nothing_is_kept(services: Services) -> None:
    with pytest.raises(InvalidInput):
        choose_care(services, MONA, Choices(minutes=9999, grey=True))
    with pytest.raises(InvalidInput) as refused:
        choose_keys(services, MONA, {"approve": "r"})
    assert refused.value.field == "keys.reject"
    assert preferences_of(services, MONA).own == Choices()


def test_keys_that_clash_with_a_later_version_do_not_keep_anybody_out(services: Services) -> None:
    with services.store.write() as work:
        work.preferences.put(MONA.id, Choices(keys={"gone": "g"}))
        work.commit()
    assert preferences_of(services, MONA).keys == DEFAULTS


@pytest.mark.parametrize(
    ("reasons", "harsh"),
    [
        (THREAT, True),
        ((Reason("label", "identity_attack", 0.5),), True),
        ((Reason("label", "identity_attack", 0.49),), False),
        ((Reason("label", "toxicity", 0.96),), True),
        ((Reason("label", "insult", 0.9),), False),
        # Swearing and straying are no burden, however sure the model is.
        ((Reason("label", "profanity", 0.99), Reason("label", "off_topic", 0.99)), False),
        ((Reason("reported"),), False),
        ((), False),
    ],
)
def test_what_is_hard_on_a_reader(reasons: tuple[Reason, ...], harsh: bool) -> None:
    assert is_harsh(reasons) is harsh


def acts(*minutes: float, reasons: tuple[Reason, ...] = ()) -> list[Act]:
    return [Act(NOON + timedelta(minutes=minute), reasons) for minute in minutes]


@pytest.mark.parametrize(
    ("moments", "rested", "now", "worked"),
    [
        ((), None, 60, 0),
        ((0, 10, 20, 30), None, 35, 35),
        # A quarter of an hour without a verdict is a pause, be it in between or now.
        ((0, 10, 26, 30), None, 35, 9),
        ((0, 10, 20), None, 36, 0),
        ((0, 15, 30), None, 45, 45),
        # What lies before a break is behind one.
        ((0, 10, 20, 30), 15, 35, 15),
    ],
)
def test_work_is_counted_from_the_last_pause(
    moments: tuple[float, ...], rested: float | None, now: float, worked: int
) -> None:
    rested_at = None if rested is None else NOON + timedelta(minutes=rested)
    shift = reckon(acts(*moments), rested_at, CARE, NOON + timedelta(minutes=now))
    assert shift.minutes == worked
    assert not shift.break_due


def test_a_break_is_due_after_the_minutes_that_were_set() -> None:
    hour = acts(*range(0, 60, 10))
    now = NOON + timedelta(minutes=60)
    assert reckon(hour, None, CARE, now - timedelta(minutes=1)).minutes_due is False
    assert reckon(hour, None, CARE, now).minutes_due
    assert not reckon(hour, None, Care(minutes=0), now).break_due


def test_a_break_is_due_after_so_many_harsh_comments_in_an_hour() -> None:
    three = acts(0, 30, 59, reasons=THREAT)
    at = NOON + timedelta(minutes=60)
    assert reckon(three, None, CARE, at) == Shift(1, 3, 3, False, True)
    # The first of them is more than an hour ago.
    later = reckon(three, None, CARE, at + timedelta(minutes=1))
    assert (later.harsh, later.harsh_lately, later.harsh_due) == (3, 2, False)
    rested = reckon(three, NOON + timedelta(minutes=45), CARE, at)
    assert (rested.harsh, rested.harsh_lately) == (3, 1)
    assert not reckon(three, None, Care(harsh_an_hour=0), at).break_due


def test_a_break_gives_back_what_one_holds_and_counts_anew(
    services: Services, site: Site, clock: Clock
) -> None:
    care = Care(minutes=5)
    for number in range(7):
        submit(services, site, a_new_comment(f"c{number}", f"A {MILD} one."))
    for _ in range(6):
        item = claim_next(services, MONA, QueueFilter())
        assert item is not None
        give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
        clock.advance(minutes=1)
    held = claim_next(services, MONA, QueueFilter())
    assert held is not None
    assert shift_of(services, MONA, care) == Shift(6, 0, 0, True, False)
    assert shift_of(services, MONA, care, back=timedelta(minutes=3)).minutes == 3
    assert shift_of(services, BO, care) == Shift()
    take_break(services, MONA)
    assert open_case(services, held.id).item.holder is None
    assert not shift_of(services, MONA, care).break_due
    assert claim_item(services, BO, held.id).holder == BO.id


def test_whoever_goes_on_keeps_the_comment_and_is_told_again_in_time(
    services: Services, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", f"A {MILD} one."))
    held = claim_next(services, MONA, QueueFilter())
    assert held is not None
    go_on_working(services, MONA)
    assert open_case(services, held.id).item.holder == MONA.id
    assert shift_of(services, MONA, CARE) == Shift()
