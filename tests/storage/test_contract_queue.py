"""What every store promises of the review queue, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Reason, Site, StoredArticle
from moderation.errors import Conflict, InvalidInput
from moderation.review_moves import claim, decide, undo
from moderation.review_queue import Event, EventKind, ReviewItem, Verdict, apply, fold
from moderation.storage import SqlStore
from moderation.stored import QueueFilter, QueueOrder
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_ruling, a_site, a_stored_comment

_LEASE = timedelta(minutes=5)
_INSULT = Reason("label", "insult", 0.6, 0.5, "review")
_REPORTED = Reason("reported")


def _open(
    work: UnitOfWork,
    *reasons: Reason,
    minutes: float = 0,
    site_id: str = "daily",
    language: str = "en",
) -> ReviewItem:
    reasons = reasons or (_INSULT,)
    flagged = tuple(reason for reason in reasons if reason.code == "label")
    ruling = a_ruling(language=language, reasons=flagged)
    comment = a_stored_comment(site_id=site_id, ruling=ruling)
    work.comments.add(comment)
    event = open_item(comment, reasons, NOON + timedelta(minutes=minutes))
    item = apply(None, event)
    work.queue.append(item, event)
    return item


def _do(work: UnitOfWork, item: ReviewItem, event: Event | None) -> ReviewItem:
    assert event is not None
    changed = apply(item, event)
    work.queue.append(changed, event)
    return changed


def _report(work: UnitOfWork, item: ReviewItem) -> ReviewItem:
    number = item.sequence + 1
    return _do(work, item, Event(item.id, number, EventKind.REPORTED, NOON, reasons=(_REPORTED,)))


def _reject(
    work: UnitOfWork, item: ReviewItem, actor: str = "mona", hours: float = 0
) -> ReviewItem:
    at = NOON + timedelta(hours=hours)
    event = decide(item, Verdict.REJECT, actor, at, seen_version=item.version)
    return _do(work, item, event)


def test_an_item_comes_back_as_it_was_folded(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        item = _open(work, _INSULT, Reason("language", level="review", detail="de"))
        item = _do(work, item, claim(item, "mona", NOON, _LEASE))
        event = decide(item, Verdict.ESCALATE, "mona", NOON, seen_version=1, labels=("threat",))
        item = _do(work, item, event)
        work.commit()
    with store.read() as work:
        assert work.queue.item(item.id) == item
        assert work.queue.item_of(item.comment_key) == item
        assert fold(work.queue.events(item.id)) == item
        assert work.queue.item("nothing") is None
        assert work.queue.events("nothing") == []


def test_an_event_takes_its_sequence_once(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        item = _open(work)
        work.commit()
    event = claim(item, "mona", NOON, _LEASE)
    with store.write() as work:
        _do(work, item, event)
        work.commit()
    with pytest.raises(Conflict), store.write() as work:
        _do(work, item, replace(event, actor="lena"))


def test_the_oldest_and_worst_come_first(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        later = _open(work, minutes=10)
        earlier = _open(work, minutes=1)
        worse = _open(work, replace(_INSULT, score=0.99), minutes=10)
        audit = _open(work, Reason("audit"), minutes=1)
        work.commit()
    with store.read() as work:
        order = [item.id for item in work.queue.waiting(QueueFilter(), 10).items]
        first = work.queue.next_free(NOON, QueueFilter())
    assert order == [worse.id, earlier.id, later.id, audit.id]
    assert first == worse


def test_a_live_lease_keeps_an_item_from_others_and_an_ended_one_does_not(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        item = _open(work)
        held = _do(work, item, claim(item, "mona", NOON, _LEASE))
        work.commit()
    just_before, end = NOON + _LEASE - timedelta(microseconds=1), NOON + _LEASE
    with store.write() as work:
        assert work.queue.next_free(just_before, QueueFilter()) is None
        assert work.queue.held_by("mona", just_before) == [held]
        assert work.queue.held_by("lena", just_before) == []
        assert work.queue.next_free(end, QueueFilter()) == held
        assert work.queue.held_by("mona", end) == []


# Each row: what is wanted, in words; the filter; the items that fit it.
_FILTERS = [
    ("nothing in particular", QueueFilter(), {"insult", "reported", "german", "weekly", "risen"}),
    ("one site", QueueFilter(site_id="weekly"), {"weekly"}),
    ("one reason", QueueFilter(reason="reported"), {"reported"}),
    ("one label", QueueFilter(label="insult"), {"insult", "german", "weekly", "risen"}),
    ("one language", QueueFilter(language="de"), {"german"}),
    ("escalated only", QueueFilter(escalated=True), {"risen"}),
    (
        "not escalated",
        QueueFilter(escalated=False),
        {"insult", "reported", "german", "weekly"},
    ),
    (
        "not what mona skipped",
        QueueFilter(not_skipped_by="mona"),
        {"reported", "german", "weekly", "risen"},
    ),
    ("two things at once", QueueFilter(site_id="daily", label="insult", language="de"), {"german"}),
    ("what no item is", QueueFilter(reason="appeal"), set()),
]


@pytest.mark.parametrize(("words", "wanted", "fitting"), _FILTERS, ids=[f[0] for f in _FILTERS])
def test_a_filter_finds_what_fits_and_nothing_else(
    store: SqlStore, site: Site, words: str, wanted: QueueFilter, fitting: set[str]
) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        items = {
            "insult": _open(work),
            "reported": _open(work, _REPORTED),
            "german": _open(work, language="de"),
            "weekly": _open(work, site_id="weekly"),
            "risen": _open(work),
            "done": _open(work, _INSULT, _REPORTED),
        }
        skipped, risen = items["insult"], items["risen"]
        _do(work, skipped, decide(skipped, Verdict.SKIP, "mona", NOON, seen_version=1))
        _do(work, risen, decide(risen, Verdict.ESCALATE, "lena", NOON, seen_version=1))
        _reject(work, items["done"])
        work.commit()
    names = {item.id: name for name, item in items.items()}
    with store.write() as work:
        page = work.queue.waiting(wanted, 10)
        assert {names[item.id] for item in page.items} == fitting
        taken = set()
        for _ in fitting:
            item = work.queue.next_free(NOON, wanted)
            assert item is not None
            taken.add(names[item.id])
            _do(work, item, claim(item, "lena", NOON, _LEASE))
        assert taken == fitting
        assert work.queue.next_free(NOON, wanted) is None


@pytest.mark.parametrize("order", QueueOrder)
@pytest.mark.parametrize("label", [None, "insult"])
def test_pages_join_without_gap_or_repeat(
    store: SqlStore, site: Site, order: QueueOrder, label: str | None
) -> None:
    with store.write() as work:
        for number in range(7):
            item = _open(work, minutes=number // 3)
            if number % 2:
                _report(work, item)
        work.commit()
    wanted = QueueFilter(label=label, order=order)
    seen: list[str] = []
    cursor = None
    with store.read() as work:
        whole = [item.id for item in work.queue.waiting(wanted, 100).items]
        for _ in range(4):
            page = work.queue.waiting(wanted, 2, cursor)
            seen += [item.id for item in page.items]
            cursor = page.next_cursor
    assert seen == whole
    assert len(seen) == 7
    assert cursor is None


def test_each_order_puts_first_what_it_says(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        mild = replace(_INSULT, score=0.5)
        items = {
            "oldest": _open(work, mild, minutes=1),
            "reported twice": _open(work, mild, minutes=3),
            "reported": _open(work, mild, minutes=2),
            "severest": _open(work, Reason("label", "threat", 0.99, 0.5, "review"), minutes=4),
            "newest": _open(work, mild, minutes=5),
        }
        _report(work, items["reported"])
        _report(work, _report(work, items["reported twice"]))
        work.commit()
    by_id = {item.id: name for name, item in items.items()}
    orders = {}
    with store.write() as work:
        for order in QueueOrder:
            wanted = QueueFilter(order=order)
            found = [by_id[item.id] for item in work.queue.waiting(wanted, 10).items]
            first = work.queue.next_free(NOON, wanted)
            assert first is not None
            assert by_id[first.id] == found[0]
            orders[order] = found
    oldest = ["oldest", "reported", "reported twice", "severest", "newest"]
    assert orders[QueueOrder.OLDEST] == oldest
    assert orders[QueueOrder.NEWEST] == oldest[::-1]
    assert orders[QueueOrder.REPORTED] == [
        *("reported twice", "reported"),
        *("severest", "oldest", "newest"),
    ]
    assert orders[QueueOrder.SEVEREST] == [
        *("severest", "reported twice", "reported"),
        *("oldest", "newest"),
    ]
    assert orders[QueueOrder.RANK] == orders[QueueOrder.REPORTED]


def test_a_cursor_of_another_order_is_invalid_input(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        for _ in range(3):
            _open(work)
        page = work.queue.waiting(QueueFilter(), 2)
        with pytest.raises(InvalidInput, match="cursor"):
            work.queue.waiting(QueueFilter(order=QueueOrder.OLDEST), 2, page.next_cursor)


_NOT_OURS = [
    *("", "x", "one:two", "\0", "nan'--", "rank", "rank|1", "rank|nan|x", "rank|one|x"),
    *("rank|1|2|3", "oldest|1|x", "rank|1e999|x"),
]


@pytest.mark.parametrize("cursor", _NOT_OURS)
def test_a_cursor_that_is_not_ours_is_invalid_input(
    store: SqlStore, site: Site, cursor: str
) -> None:
    with pytest.raises(InvalidInput, match="cursor"), store.read() as work:
        work.queue.waiting(QueueFilter(), 2, cursor)


def test_counts_tell_of_waiting_items_alone(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        _open(work, _INSULT, _REPORTED)
        _open(work, site_id="weekly")
        risen = _open(work)
        _do(work, risen, decide(risen, Verdict.ESCALATE, "lena", NOON, seen_version=1))
        _reject(work, _open(work, Reason("appeal")))
        work.commit()
    with store.read() as work:
        assert work.queue.counts() == {
            "open": 2,
            "escalated": 1,
            "reason:label": 3,
            "reason:reported": 1,
            "label:insult": 3,
        }
        assert work.queue.counts(with_escalated=False) == {
            "open": 2,
            "escalated": 0,
            "reason:label": 2,
            "reason:reported": 1,
            "label:insult": 2,
        }
        assert work.queue.counts("weekly") == {
            "open": 1,
            "escalated": 0,
            "reason:label": 1,
            "label:insult": 1,
        }


def test_the_undo_list_holds_what_one_can_undo_latest_first(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        first = _reject(work, _open(work), hours=1)
        skipped = _open(work)
        event = decide(skipped, Verdict.SKIP, "mona", NOON + timedelta(hours=2), seen_version=1)
        skipped = _do(work, skipped, event)
        third = _reject(work, _open(work), hours=3)
        _reject(work, _open(work), actor="lena", hours=4)
        undone = _reject(work, _open(work), hours=5)
        _do(work, undone, undo(undone, "mona", NOON + timedelta(hours=5), _LEASE))
        reopened = _reject(work, _open(work), hours=6)
        appeal = Event(
            reopened.id,
            reopened.sequence + 1,
            EventKind.APPEALED,
            NOON + timedelta(hours=7),
            reasons=(Reason("appeal"),),
        )
        _do(work, reopened, appeal)
        work.commit()
    with store.read() as work:
        assert work.queue.last_verdicts("mona", 10) == [third, skipped, first]
        assert work.queue.last_verdicts("mona", 1) == [third]
        assert work.queue.last_verdicts("nobody", 10) == []


def test_a_skip_keeps_its_place_in_the_undo_list_when_others_act(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        skipped = _open(work)
        skipped = _do(work, skipped, decide(skipped, Verdict.SKIP, "mona", NOON, seen_version=1))
        _reject(work, _open(work), hours=1)
        later = NOON + timedelta(hours=2)
        _do(work, skipped, decide(skipped, Verdict.SKIP, "lena", later, seen_version=1))
        work.commit()
    with store.read() as work:
        assert work.queue.last_verdicts("mona", 10)[-1].id == skipped.id


def test_verdicts_come_oldest_first_with_their_context(store: SqlStore, site: Site) -> None:
    article = StoredArticle(site.id, "a1", "Geese", "They honk.")
    root = a_stored_comment("root", text="Do they?", article_id="a1")
    reply = a_stored_comment(
        "reply", text="Silly.", article_id="a1", parent_id="root", parent_key=root.key
    )
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.articles.put(article, NOON)
        work.comments.add(root)
        work.comments.add(reply)
        event = open_item(reply, (_INSULT,), NOON)
        item = apply(None, event)
        work.queue.append(item, event)
        late = _reject(work, item, hours=2)
        early = _reject(work, _open(work), hours=1)
        elsewhere = _reject(work, _open(work, site_id="weekly"), hours=3)
        risen = _open(work)
        _do(work, risen, decide(risen, Verdict.ESCALATE, "lena", NOON, seen_version=1))
        work.commit()
    with store.read() as work:
        given = list(work.queue.verdicts(site.id))
        assert [one.item for one in given] == [early, late]
        assert given[1].comment == reply
        assert given[1].article == article
        assert given[1].parent_text == "Do they?"
        assert given[0].parent_text is None
        assert [one.item for one in work.queue.verdicts()] == [early, late, elsewhere]


def test_verdicts_are_streamed_over_many_pages(
    store: SqlStore, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.storage.given._PAGE", 3)
    with store.write() as work:
        # Several in the same moment: a page may end between them.
        items = [_reject(work, _open(work), hours=number // 4) for number in range(9)]
        work.commit()
    with store.read() as work:
        found = [given.item.id for given in work.queue.verdicts()]
    assert sorted(found) == sorted(item.id for item in items)
    assert len(found) == 9
