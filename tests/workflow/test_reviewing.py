"""The review desk: claims, verdicts, undo, reports and appeals, and what leaves by the outbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.accounts import Role
from moderation.comments import Reason, Site, Status
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound, NotHeld, StaleVersion
from moderation.review_queue import EventKind, ReviewItem, Stage, Verdict
from moderation.stored import Objection, OutboxMessage, QueueFilter
from moderation.workflow import Services
from moderation.workflow.desk import count_waiting, list_waiting
from moderation.workflow.intake import read, submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import (
    claim_item,
    claim_next,
    give_verdict,
    open_case,
    release_item,
    renew_lease,
    undo_verdict,
)
from tests.factories import MILD, NOON, Clock, a_new_comment, a_user

MONA, OMAR, LENA = a_user("mona"), a_user("omar"), a_user("lena", Role.LEAD)
_ANY = QueueFilter()


@pytest.fixture
def people(services: Services) -> None:
    with services.store.write() as work:
        for user in (MONA, OMAR, LENA):
            work.accounts.put_user(user)
        work.commit()


@pytest.fixture
def queue(services: Services, site: Site, people: None) -> Callable[..., ReviewItem]:
    """Submits a doubtful comment and gives its item."""

    def add(id: str = "c1", **fields: object) -> ReviewItem:
        item = submit(services, site, a_new_comment(id, f"A {MILD} {id}.", **fields)).item
        assert item is not None
        return item

    return add


def _verdict_messages(services: Services) -> list[OutboxMessage]:
    with services.store.read() as work:
        return [m for m in work.outbox.pending(100) if m.type != "comment.scored"]


def _status(services: Services, site: Site, id: str = "c1") -> Status:
    return read(services, site, id)[0].status


def test_two_moderators_get_two_items_and_a_third_gets_none(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    ids = {queue("c1").id, queue("c2").id}
    first, second = claim_next(services, MONA, _ANY), claim_next(services, OMAR, _ANY)
    assert first is not None
    assert second is not None
    assert {first.id, second.id} == ids
    assert claim_next(services, LENA, _ANY) is None


def test_who_asks_again_gets_the_item_they_hold(
    services: Services, queue: Callable[..., ReviewItem], clock: Clock
) -> None:
    queue("c1"), queue("c2")
    first = claim_next(services, MONA, _ANY)
    clock.advance(minutes=4)
    again = claim_next(services, MONA, _ANY)
    assert first is not None
    assert again is not None
    assert again.id == first.id
    assert again.lease_until == clock.time + services.lease


def test_undo_asked_for_twice_is_done_once_and_takes_back_nothing_else(
    services: Services, site: Site, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    decided = give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    undone = undo_verdict(services, MONA, item.id, decided.sequence)
    assert undo_verdict(services, MONA, item.id, decided.sequence) == undone
    give_verdict(services, MONA, item.id, Verdict.APPROVE, undone.version)
    undo_verdict(services, MONA, item.id, decided.sequence)
    assert _status(services, site) is Status.PUBLISHED
    with pytest.raises(Conflict):
        undo_verdict(services, MONA, item.id, decided.sequence + 99)


def test_a_lease_that_ended_gives_the_item_to_the_next(
    services: Services, queue: Callable[..., ReviewItem], clock: Clock
) -> None:
    item = queue()
    claim_next(services, MONA, _ANY)
    clock.advance(minutes=5)
    taken = claim_next(services, OMAR, _ANY)
    assert taken is not None
    assert (taken.id, taken.holder) == (item.id, "omar")
    with pytest.raises(NotHeld):
        renew_lease(services, MONA, item.id)
    with pytest.raises(NotHeld):
        give_verdict(services, MONA, item.id, Verdict.APPROVE, item.version)


def test_renewing_keeps_an_item_and_releasing_frees_it(
    services: Services, queue: Callable[..., ReviewItem], clock: Clock
) -> None:
    item = queue()
    claim_item(services, MONA, item.id)
    clock.advance(minutes=4)
    renew_lease(services, MONA, item.id)
    clock.advance(minutes=4)
    assert claim_next(services, OMAR, _ANY) is None
    release_item(services, MONA, item.id)
    release_item(services, MONA, item.id)
    assert claim_next(services, OMAR, _ANY) is not None


def test_a_lead_takes_over_and_a_moderator_may_not(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    claim_item(services, MONA, item.id)
    with pytest.raises(NotHeld) as caught:
        claim_item(services, LENA, item.id)
    assert caught.value.details == {"holder": "mona"}
    with pytest.raises(Forbidden):
        claim_item(services, OMAR, item.id, take_over=True)
    assert claim_item(services, LENA, item.id, take_over=True).holder == "lena"
    case = open_case(services, item.id)
    assert case.holder == LENA
    assert [event.kind for event in case.events][-1] is EventKind.TAKEN_OVER


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.APPROVE, Status.PUBLISHED),
        (Verdict.REJECT, Status.REJECTED),
        (Verdict.ESCALATE, Status.HELD),
    ],
)
def test_a_verdict_moves_the_comment_and_tells_the_outside(
    services: Services,
    site: Site,
    queue: Callable[..., ReviewItem],
    verdict: Verdict,
    status: Status,
) -> None:
    item = queue()
    done = give_verdict(services, MONA, item.id, verdict, item.version, ("threat", "insult"))
    assert _status(services, site) is done.status is status
    [message] = _verdict_messages(services)
    assert message.type == "verdict.given"
    assert message.payload == {
        "comment_id": "c1",
        "item_id": item.id,
        "revision": 1,
        "version": 2,
        "sequence": done.sequence,
        "verdict": verdict.value,
        "labels": ["insult", "threat"],
        "status": status.value,
    }
    assert open_case(services, item.id).decided_by == MONA


def test_the_same_verdict_again_changes_nothing(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    first = give_verdict(services, MONA, item.id, Verdict.REJECT, item.version, ("insult",))
    again = give_verdict(
        services, MONA, item.id, Verdict.REJECT, item.version, ("insult", "insult")
    )
    assert again == first
    assert len(_verdict_messages(services)) == 1


def test_a_stale_verdict_is_a_conflict(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    with pytest.raises(StaleVersion):
        give_verdict(services, OMAR, item.id, Verdict.APPROVE, item.version)


def test_a_label_that_does_not_exist_is_named(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    with pytest.raises(InvalidInput, match="rudeness"):
        give_verdict(services, MONA, item.id, Verdict.REJECT, item.version, ("rudeness",))


def test_undo_withdraws_what_was_not_yet_sent(
    services: Services, site: Site, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    decided = give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    undone = undo_verdict(services, MONA, item.id)
    assert _verdict_messages(services) == []
    assert _status(services, site) is Status.HELD
    assert (undone.stage, undone.holder) == (Stage.OPEN, "mona")
    assert undone.version > decided.version
    assert claim_next(services, MONA, _ANY) is not None
    give_verdict(services, MONA, item.id, Verdict.APPROVE, undone.version)
    assert [m.payload["verdict"] for m in _verdict_messages(services)] == ["approve"]
    assert _status(services, site) is Status.PUBLISHED


def test_undo_sends_word_after_what_was_sent(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    with services.store.write() as work:
        for message in work.outbox.pending(100):
            work.outbox.mark_sent(message.id, NOON)
        work.commit()
    undo_verdict(services, MONA, item.id)
    [message] = _verdict_messages(services)
    assert message.type == "verdict.undone"
    assert message.payload["verdict"] is None
    assert message.payload["status"] == "held"
    with pytest.raises(Conflict):
        undo_verdict(services, MONA, item.id)


def test_a_skipped_item_is_not_offered_again_until_it_is_undone(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    give_verdict(services, MONA, item.id, Verdict.SKIP, item.version)
    assert claim_next(services, MONA, _ANY) is None
    assert _verdict_messages(services) == []
    undo_verdict(services, MONA, item.id)
    offered = claim_next(services, MONA, _ANY)
    assert offered is not None
    assert offered.id == item.id
    release_item(services, MONA, item.id)
    give_verdict(services, MONA, item.id, Verdict.SKIP, item.version)
    assert claim_next(services, OMAR, _ANY) is not None


def test_an_escalated_item_is_for_leads(
    services: Services, site: Site, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    risen = give_verdict(services, MONA, item.id, Verdict.ESCALATE, item.version)
    assert claim_next(services, OMAR, _ANY) is None
    with pytest.raises(Forbidden):
        claim_item(services, OMAR, item.id)
    for verdict in (Verdict.APPROVE, Verdict.REJECT, Verdict.SKIP):
        with pytest.raises(Forbidden):
            give_verdict(services, OMAR, item.id, verdict, risen.version)
    offered = claim_next(services, LENA, _ANY)
    assert offered is not None
    assert offered.id == item.id
    give_verdict(services, LENA, item.id, Verdict.REJECT, risen.version)
    assert _status(services, site) is Status.REJECTED
    with pytest.raises(Conflict):
        undo_verdict(services, MONA, item.id)


def test_who_escalated_may_take_it_back(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    give_verdict(services, MONA, item.id, Verdict.ESCALATE, item.version)
    undone = undo_verdict(services, MONA, item.id)
    assert (undone.stage, undone.holder) == (Stage.OPEN, "mona")


@pytest.mark.parametrize(("kind", "code"), [("report", "reported"), ("appeal", "appeal")])
def test_an_objection_reopens_what_was_decided_and_moves_nothing_else(
    services: Services, site: Site, queue: Callable[..., ReviewItem], kind: str, code: str
) -> None:
    item = queue()
    decided = give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    reopened = object_to(services, site, "c1", Objection(kind, NOON, "Please look again."))
    assert (reopened.stage, reopened.status) == (Stage.OPEN, Status.REJECTED)
    assert reopened.version == decided.version + 1
    assert Reason(code) in reopened.reasons
    with pytest.raises(Conflict):
        undo_verdict(services, MONA, item.id)
    case = open_case(services, item.id)
    assert [objection.text for objection in case.objections] == ["Please look again."]
    final = give_verdict(services, OMAR, item.id, Verdict.APPROVE, reopened.version)
    assert _status(services, site) is final.status is Status.PUBLISHED


def test_a_report_queues_what_was_never_queued(services: Services, site: Site) -> None:
    assert submit(services, site, a_new_comment()).item is None
    item = object_to(services, site, "c1", Objection("report", NOON))
    again = object_to(services, site, "c1", Objection("report", NOON, by="r2"))
    assert (item.id, item.reports, again.reports) == (again.id, 1, 2)
    assert again.status is Status.PUBLISHED
    assert [reason.code for reason in again.reasons] == ["reported"]


def test_a_report_during_a_review_does_not_send_the_moderator_back(
    services: Services, site: Site, queue: Callable[..., ReviewItem]
) -> None:
    item = queue()
    claim_item(services, MONA, item.id)
    object_to(services, site, "c1", Objection("report", NOON))
    done = give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    assert done.stage is Stage.DECIDED


def test_what_is_escalated_counts_for_leads_alone(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    item = queue("a")
    give_verdict(services, MONA, item.id, Verdict.ESCALATE, item.version)
    queue("b")
    for actor, marked in ((MONA, 1), (LENA, 2)):
        counts = list_waiting(services, actor, _ANY, 10).counts
        assert counts["label:insult"] == counts["reason:label"] == marked
        assert counts["escalated"] == marked - 1
        assert count_waiting(services, actor) == marked


def test_a_case_shows_the_thread(
    services: Services, site: Site, queue: Callable[..., ReviewItem]
) -> None:
    submit(services, site, a_new_comment("root", "Hello."))
    submit(services, site, a_new_comment("mid", "Hello yourself.", parent_id="root"))
    item = queue("c1", parent_id="mid")
    submit(services, site, a_new_comment("answer", "Well.", parent_id="c1"))
    case = open_case(services, item.id)
    assert [above.id for above in case.ancestors] == ["mid", "root"]
    assert [below.id for below in case.replies] == ["answer"]


def test_only_final_verdicts_reach_training(
    services: Services, queue: Callable[..., ReviewItem]
) -> None:
    for id, verdict in (("a", Verdict.APPROVE), ("r", Verdict.REJECT), ("e", Verdict.ESCALATE)):
        item = queue(id)
        give_verdict(services, MONA, item.id, verdict, item.version)
    item = queue("undone")
    give_verdict(services, MONA, item.id, Verdict.REJECT, item.version)
    undo_verdict(services, MONA, item.id)
    with services.store.read() as work:
        given = {one.comment.id for one in work.queue.verdicts()}
    assert given == {"a", "r"}


def test_an_item_that_does_not_exist_is_not_found(services: Services, site: Site) -> None:
    for asked in (
        lambda: open_case(services, "nothing"),
        lambda: claim_item(services, MONA, "nothing"),
        lambda: undo_verdict(services, MONA, "nothing"),
    ):
        with pytest.raises(NotFound):
            asked()
