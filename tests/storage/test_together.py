"""Many at once: nobody gets another's item, nothing is lost, nobody waits for ever."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from moderation.accounts import Role
from moderation.comments import Site
from moderation.errors import Conflict, Forbidden
from moderation.review_queue import EventKind, ReviewItem, Verdict, apply
from moderation.storage import SqlStore, open_store
from moderation.stored import QueueFilter
from moderation.workflow import Services
from moderation.workflow.intake import Outcome, Submitted, submit
from moderation.workflow.queueing import open_item
from moderation.workflow.reviewing import claim_item, claim_next, give_verdict, undo_verdict
from tests.drills.crowd import Act, Said
from tests.drills.record import Record, check_leases_end
from tests.factories import (
    MILD,
    NOON,
    Clock,
    KeywordScorer,
    a_new_comment,
    a_site,
    a_stored_comment,
    a_user,
)

_CLAIMERS, _ITEMS, _TURNS = 8, 50, 15


def _fill(store: SqlStore, number: int) -> set[str]:
    with store.write() as work:
        ids = set()
        for _ in range(number):
            comment = a_stored_comment()
            work.comments.add(comment)
            assert comment.ruling is not None
            event = open_item(comment, comment.ruling.reasons, NOON)
            work.queue.append(apply(None, event), event)
            ids.add(event.item_id)
        work.commit()
    return ids


def test_many_claimers_share_the_queue_without_a_loss_or_a_collision(
    services: Services, site: Site, store: SqlStore
) -> None:
    ids = _fill(store, _ITEMS)

    def work_through(name: str) -> list[str]:
        done = []
        user = a_user(name)
        while (item := claim_next(services, user, QueueFilter())) is not None:
            assert item.holder == name
            give_verdict(services, user, item.id, Verdict.APPROVE, item.version)
            done.append(item.id)
        return done

    with ThreadPoolExecutor(_CLAIMERS) as pool:
        shares = list(pool.map(work_through, (f"u{number}" for number in range(_CLAIMERS))))
    counted = Counter(id for share in shares for id in share)
    assert set(counted) == ids
    assert set(counted.values()) == {1}
    with store.read() as work:
        assert work.queue.counts()["open"] == 0
        for id in ids:
            assert [event.kind.value for event in work.queue.events(id)] == [
                "opened",
                "claimed",
                "decided",
            ]


def test_whatever_many_do_at_once_each_item_is_decided_once_or_waits(
    services: Services, site: Site, store: SqlStore, clock: Clock
) -> None:
    ids = _fill(store, _ITEMS)
    screens: dict[str, str] = {}
    everybody = Barrier(_CLAIMERS, timeout=60)

    def work_through(number: int) -> list[Act]:
        draw, acts = random.Random(number), []
        lead = number < 2
        user = a_user(f"u{number}", Role.LEAD if lead else Role.MODERATOR)
        verdicts = ("approve", "reject", *(() if lead else ("skip", "escalate")))

        def tried(move: Callable[..., ReviewItem], *given: object, **more: object) -> Said:
            try:
                move(services, user, *given, **more)
            except (Conflict, Forbidden):
                return Said.NO
            return Said.YES

        for turn in range(_TURNS):
            item = claim_next(services, user, QueueFilter())
            if item is not None and not lead:
                screens[user.id] = item.id
            everybody.wait()
            if item is not None and lead:
                any(tried(claim_item, id, take_over=True) is Said.YES for id in [*screens.values()])
            if turn == 0:
                # Once at least nobody has decided before it is taken over.
                everybody.wait()
            if item is None:
                continue
            if draw.random() < 0.05:
                clock.advance(minutes=6)
            act = Act(item.id, user.id, draw.choice(verdicts), item.version)
            try:
                after = give_verdict(services, user, item.id, Verdict(act.verdict), item.version)
            except (Conflict, Forbidden):
                pass
            else:
                ours = act.verdict == "skip" or (after.verdict and after.verdict.actor == user.id)
                act.given = Said.YES if ours else Said.NO
                if ours and draw.random() < 0.2:
                    act.undone = tried(undo_verdict, item.id)
            acts.append(act)
        return acts

    with ThreadPoolExecutor(_CLAIMERS) as pool:
        acts = [act for share in pool.map(work_through, range(_CLAIMERS)) for act in share]
    record = Record(store, site.id)
    assert {item.id for item in record.items.values()} == ids
    record.check_items()
    record.check_verdicts(acts)
    check_leases_end(store, record)
    kinds = Counter(event.kind for events in record.events.values() for event in events)
    assert kinds[EventKind.TAKEN_OVER] > 0
    assert kinds[EventKind.UNDONE] > 0
    assert kinds[EventKind.DECIDED] > _ITEMS // 2


def test_two_requests_of_one_moderator_get_the_same_item(
    services: Services, site: Site, store: SqlStore
) -> None:
    _fill(store, 10)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: claim_next(services, a_user(), QueueFilter()), range(8)))
    assert len({item.id for item in got if item is not None}) == 1


def test_a_comment_sent_many_times_at_once_is_one_comment(
    services: Services, site: Site, store: SqlStore
) -> None:
    new = a_new_comment("twin", f"You {MILD} thing.")

    def send(_: int) -> Submitted:
        return submit(services, site, new)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(12)))
    assert len({(answer.comment.key, answer.comment.revision) for answer in answers}) == 1
    assert len({answer.item.id for answer in answers if answer.item}) == 1
    assert all(answer.comment == answers[0].comment for answer in answers)
    assert Counter(answer.outcome for answer in answers)[Outcome.CREATED] == 1
    with store.read() as work:
        assert work.comments.count() == 1
        assert work.queue.counts()["open"] == 1


def test_different_texts_under_one_id_end_as_revisions_of_one_comment(
    services: Services, site: Site, store: SqlStore
) -> None:
    def send(number: int) -> str:
        try:
            return submit(services, site, a_new_comment("c", f"Text {number}.")).outcome.value
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(4) as pool:
        outcomes = Counter(pool.map(send, range(8)))
    assert outcomes["created"] == 1
    with store.read() as work:
        comment = work.comments.get(site.id, "c")
        assert comment is not None
        kept = work.comments.revisions(comment.key)
    assert [revision.number for revision in kept] == list(range(1, outcomes["revised"] + 2))


def test_a_reply_and_its_parent_that_arrive_together_find_one_another(
    store: SqlStore, site: Site
) -> None:
    services = Services(store, KeywordScorer(), audit_rate=0.0, now=Clock())

    def send(name: str) -> None:
        parent = None if name.endswith("p") else f"{name[:-1]}p"
        submit(services, site, a_new_comment(name, parent_id=parent))

    names = [f"{number}{role}" for number in range(20) for role in "rp"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, names))
    with store.read() as work:
        for name in names:
            found = work.comments.get(site.id, name)
            assert found is not None
            assert not found.is_orphan, name


def test_a_reader_sees_one_state_throughout(store: SqlStore, site: Site) -> None:
    _fill(store, 3)
    with store.read() as reader:
        before = reader.queue.counts()["open"]
        _fill(store, 2)
        assert reader.queue.counts()["open"] == before == 3
    with store.read() as reader:
        assert reader.queue.counts()["open"] == 5


def test_an_item_locked_by_one_is_passed_over_by_the_next(postgres_url: str, clock: Clock) -> None:
    store = open_store(postgres_url)
    with store.write() as work:
        work.sites.put(a_site())
        work.commit()
    _fill(store, 2)
    with store.write() as one, store.write() as other:
        first = one.queue.next_free(NOON, QueueFilter())
        second = other.queue.next_free(NOON + timedelta(hours=1), QueueFilter())
        assert first is not None
        assert second is not None
        assert first.id != second.id
    store.dispose()
