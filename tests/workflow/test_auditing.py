"""The audit log as people may read it, and a moderator's own record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.accounts import Role
from moderation.audit_log import LogFilter
from moderation.comments import Site
from moderation.errors import Forbidden
from moderation.review_queue import ReviewItem, Verdict
from moderation.stored import Objection
from moderation.workflow import Services
from moderation.workflow.auditing import items_named, read_log, whole_log
from moderation.workflow.intake import submit
from moderation.workflow.objections import object_to
from moderation.workflow.own_record import own_record
from moderation.workflow.people import end_sessions
from moderation.workflow.reviewing import give_verdict, undo_verdict
from tests.factories import Clock, a_new_comment, a_user

MONA, BO = a_user("mona"), a_user("bo")
LEA, ADA = a_user("lea", Role.LEAD), a_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def queue(services: Services, site: Site, clock: Clock) -> Callable[..., ReviewItem]:
    """Queues a comment, a minute after the one before."""
    with services.store.write() as work:
        for user in (MONA, BO, LEA, ADA):
            work.accounts.put_user(user)
        work.commit()

    def hand_in(id: str = "c1") -> ReviewItem:
        clock.advance(minutes=1)
        item = submit(services, site, a_new_comment(id, "You silly goose.")).item
        assert item is not None
        return item

    return hand_in


def test_a_lead_reads_what_happened_to_comments_and_nothing_of_accounts(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    end_sessions(services, ADA, BO.id)
    told = [entry.kind for entry in read_log(services, ADA, LogFilter(), 10).entries]
    assert sorted(told) == ["change_user", "decided", "opened"]
    told = [entry.kind for entry in read_log(services, LEA, LogFilter(), 10).entries]
    assert told == ["decided", "opened"]
    for curious in (MONA, a_user("sam", Role.SCIENTIST)):
        with pytest.raises(Forbidden):
            read_log(services, curious, LogFilter(), 10)
        with pytest.raises(Forbidden):
            whole_log(services, curious, LogFilter())


def test_the_whole_log_is_what_its_pages_hold(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    for number in range(5):
        item = queue(f"c{number}")
        give_verdict(services, MONA, item.id, Verdict.APPROVE, item.version)
    whole = list(whole_log(services, ADA, LogFilter()))
    page = read_log(services, ADA, LogFilter(), 4)
    assert page.next is not None
    rest = read_log(services, ADA, LogFilter(), 100, page.next)
    assert whole == [*page.entries, *rest.entries]
    assert rest.next is None


def test_an_id_names_an_item_by_itself_and_by_its_comment(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue("c7")
    assert items_named(services, item.id) == (item.id,)
    assert items_named(services, "c7") == (item.id,)
    assert items_named(services, "c8") == ()


def test_ones_own_record_tells_what_was_decided_and_what_did_not_last(
    services: Services, queue: Callable[..., ReviewItem], clock: Clock
) -> None:
    kept, turned, undone = queue("kept"), queue("turned"), queue("undone")
    for item in (kept, turned, undone):
        clock.advance(minutes=1)
        give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    undo_verdict(services, MONA, undone.id)
    site = _site(services)
    object_to(services, site, "turned", Objection("appeal", clock(), "It was a joke."))
    give_verdict(services, BO, turned.id, Verdict.APPROVE, _version(services, turned))
    record = own_record(services, MONA, 10)
    assert [one.item.id for one in record.verdicts] == [undone.id, turned.id, kept.id]
    assert [one.comment.id for one in record.reversals] == ["turned"]
    assert record.reversals[0].overturned.appealed
    assert record.today == record.this_week == {"reject": 2}
    assert own_record(services, BO, 10).reversals == ()
    first = own_record(services, MONA, 2)
    rest = own_record(services, MONA, 2, verdicts_after=first.more_verdicts)
    assert [*first.verdicts, *rest.verdicts] == list(record.verdicts)
    assert rest.more_verdicts is None
    clock.advance(days=8)
    later = own_record(services, MONA, 10)
    assert (later.today, later.this_week) == ({}, {})


def _site(services: Services) -> Site:
    with services.store.read() as work:
        return work.sites.all()[0]


def _version(services: Services, item: ReviewItem) -> int:
    with services.store.read() as work:
        found = work.queue.item(item.id)
    assert found is not None
    return found.version
