"""What one person holds: the item on screen, the next one ahead of its time, never a third."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.comments import Site
from moderation.review_moves import rank
from moderation.review_queue import ReviewItem
from moderation.stored import QueueFilter
from moderation.workflow import Services
from moderation.workflow.intake import submit
from moderation.workflow.reviewing import (
    claim_next,
    give_back,
    leave_items,
    look_again,
    open_case,
    renew_lease,
)
from tests.factories import MILD, Clock, a_new_comment, a_user

MONA, OMAR = a_user("mona"), a_user("omar")
_ANY = QueueFilter()


@pytest.fixture
def queue(services: Services, site: Site) -> Callable[..., ReviewItem]:
    """Submits a doubtful comment and gives its item."""
    with services.store.write() as work:
        for user in (MONA, OMAR):
            work.accounts.put_user(user)
        work.commit()

    def add(id: str) -> ReviewItem:
        item = submit(services, site, a_new_comment(id, f"A {MILD} {id}.")).item
        assert item is not None
        return item

    return add


def _rank_of(services: Services, item_id: str) -> float:
    item = open_case(services, item_id).item
    return rank(item.severity, item.reports, item.appeals, item.opened_at)


def test_one_is_claimed_ahead_and_never_a_third(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    ids = [queue(f"c{number}").id for number in range(4)]
    first = claim_next(services, MONA, _ANY)
    assert first is not None
    ahead = claim_next(services, MONA, _ANY, (first.id,))
    assert ahead is not None
    assert claim_next(services, MONA, _ANY, (first.id, ahead.id)) is None
    # A fresh page is given what is held, in the order of the queue.
    again = claim_next(services, MONA, _ANY)
    assert again is not None
    held = [first.id, ahead.id]
    assert again.id == min(held, key=lambda one: (_rank_of(services, one), one))
    with services.store.read() as work:
        assert {item.id for item in work.queue.held_by("mona", services.now())} == set(held)
    assert set(held) < set(ids)


def test_the_last_one_is_not_claimed_ahead(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    queue("c1"), queue("c2")
    first = claim_next(services, MONA, _ANY)
    assert first is not None
    assert claim_next(services, MONA, _ANY, (first.id,)) is None
    assert claim_next(services, OMAR, _ANY) is not None


def test_an_item_on_screen_whose_lease_ended_does_not_come_again(
    services: Services, queue: Callable[..., ReviewItem], clock: Clock
) -> None:
    first = queue("c1")
    clock.advance(minutes=1)
    queue("c2"), queue("c3")
    assert claim_next(services, MONA, _ANY) is not None
    clock.advance(minutes=6)
    assert claim_next(services, MONA, _ANY, (first.id,)) is None


def test_a_page_that_is_left_gives_back_what_no_later_page_has_claimed(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    for number in range(3):
        queue(f"c{number}")
    first = claim_next(services, MONA, _ANY)
    assert first is not None
    ahead = claim_next(services, MONA, _ANY, (first.id,))
    assert ahead is not None
    known = {first.id: first.sequence, ahead.id: ahead.sequence, "nothing": 1}
    renew_lease(services, MONA, ahead.id)
    assert look_again(services, MONA, first.id).holder == MONA
    leave_items(services, MONA, known)
    with services.store.read() as work:
        assert [item.id for item in work.queue.held_by("mona", services.now())] == [first.id]
    leave_items(services, OMAR, {first.id: 99})
    give_back(services, MONA, (first.id,))
    assert open_case(services, first.id).holder == MONA
    give_back(services, MONA, ())
    assert open_case(services, first.id).holder is None
