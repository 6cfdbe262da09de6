"""The tally of what waits is at every moment what counting anew would give."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from moderation.comments import Reason, Site, StoredComment
from moderation.review_moves import decide, undo
from moderation.review_queue import Event, EventKind, ReviewItem, Verdict, apply
from moderation.storage import SqlStore, tallies
from moderation.storage.tables import queue_tally
from moderation.stored import Facets, QueueFilter, SearchQuery, Term
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_ruling, a_site, a_stored_comment
from tests.queue.test_random_moves import _LEASE, _RUNS, _opening, _run
from tests.storage.migrating import down_and_up

_INSULT = Reason("label", "insult", 0.6, 0.5, "review")
_THREAT = Reason("label", "threat", 0.6, 0.5, "review")
_REPORTED = Reason("reported")
_SILLY = SearchQuery((Term(("silly",)),))
_ALL = st.tuples(
    st.sampled_from([None, "daily", "weekly"]),
    st.sampled_from([None, "reported", "label"]),
    st.sampled_from([None, "insult", "threat"]),
    st.sampled_from([None, "en", "de"]),
    st.sampled_from([None, True, False]),
)


def _open(
    work: UnitOfWork, *reasons: Reason, site_id: str = "daily", language: str = "en"
) -> tuple[StoredComment, ReviewItem]:
    comment = a_stored_comment(site_id=site_id, ruling=a_ruling(language=language))
    work.comments.add(comment)
    event = open_item(comment, reasons, NOON)
    item = apply(None, event)
    work.queue.append(item, event)
    return comment, item


def _do(work: UnitOfWork, item: ReviewItem, event: Event | None) -> ReviewItem:
    assert event is not None
    changed = apply(item, event)
    work.queue.append(changed, event)
    return changed


def _store_some(work: UnitOfWork) -> None:
    work.sites.put(a_site("weekly"))
    _open(work, _INSULT)
    _open(work, _INSULT, _REPORTED, site_id="weekly")
    _open(work, _THREAT, _INSULT, language="de")
    _open(work, _REPORTED, language="de", site_id="weekly")
    _, risen = _open(work, _THREAT)
    _do(work, risen, decide(risen, Verdict.ESCALATE, "lena", NOON, seen_version=1))
    _, done = _open(work, _INSULT)
    _do(work, done, decide(done, Verdict.REJECT, "mona", NOON, seen_version=1))


def _counted(work: UnitOfWork, wanted: QueueFilter) -> Facets:
    """The same as `facets`, by looking at each item that the queue finds."""
    by: dict[str, Counter[str]] = {}
    free = {"site": "site_id", "reason": "reason", "label": "label", "language": "language"}
    for dimension, field in (free | {"stage": "escalated"}).items():
        items = work.queue.waiting(replace(wanted, **{field: None}), 100).items  # type: ignore[arg-type]
        values = Counter(
            value
            for item in items
            for value in {
                "site": lambda one: {one.site_id},
                "stage": lambda one: {one.stage.value},
                "reason": lambda one: {reason.code for reason in one.reasons},
                "label": lambda one: {reason.label for reason in one.reasons if reason.label},
                "language": lambda one: {_language(work, one)},
            }[dimension](item)
        )
        if values:
            by[dimension] = values
    return Facets(len(work.queue.waiting(wanted, 100).items), by)


def _language(work: UnitOfWork, item: ReviewItem) -> str:
    comment = work.comments.by_key(item.comment_key)
    assert comment is not None
    assert comment.ruling is not None
    return comment.ruling.language


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(chosen=_ALL)
def test_facets_count_what_a_click_would_find(
    store_with_some: SqlStore, chosen: tuple[str, str, str, str, bool]
) -> None:
    wanted = QueueFilter(*chosen)
    with store_with_some.read() as work:
        assert work.queue.facets(wanted) == _counted(work, wanted)


@pytest.fixture
def store_with_some(store: SqlStore, site: Site) -> SqlStore:
    with store.write() as work:
        _store_some(work)
        work.commit()
    return store


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(runs=st.lists(_RUNS, min_size=1, max_size=3))
def test_whatever_happens_the_tally_is_what_a_recount_gives(
    store_with_some: SqlStore, runs: list[list[tuple[str, str, int]]]
) -> None:
    with store_with_some.write() as work:
        for steps in runs:
            comment = a_stored_comment()
            work.comments.add(comment)
            for item, event in _run(steps, _opening(comment.key, f"i{comment.key[1:]}")):
                work.queue.append(item, event)
        kept, facets = work.queue.counts(), work.queue.facets(QueueFilter())
        work.queue.recount()
        assert _present(work.queue.counts()) == _present(kept)
        assert work.queue.facets(QueueFilter()) == facets


def _present(counts: object) -> dict[str, int]:
    return {name: number for name, number in dict(counts).items() if number}  # type: ignore[call-overload]


def test_a_comment_that_changes_its_language_is_counted_under_the_new_one(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        comment, item = _open(work, _INSULT)
        german = replace(comment, revision=2, ruling=a_ruling(language="de"))
        work.comments.revise(german, NOON)
        number = item.sequence + 1
        event = Event(item.id, number, EventKind.REVISED, NOON, reasons=(_THREAT,), revision=2)
        _do(work, item, event)
        facets = work.queue.facets(QueueFilter())
        assert facets.by["language"] == {"de": 1}
        assert facets.by["label"] == {"threat": 1}
        work.comments.erase(comment.key, NOON)
        item = work.queue.item(item.id) or item
        _do(work, item, Event(item.id, item.sequence + 1, EventKind.ERASED, NOON))
        assert work.queue.facets(QueueFilter()) == Facets(0, {})


def test_rows_of_the_same_profile_are_put_together(
    store: SqlStore, site: Site, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(tallies, "_EVERY", 8)
    with store.write() as work:
        _, item = _open(work, _INSULT)
        _open(work, _REPORTED)
        for _ in range(40):
            item = _do(
                work,
                item,
                decide(item, Verdict.REJECT, "mona", NOON, seen_version=item.version),
            )
            item = _do(work, item, undo(item, "mona", NOON, _LEASE))
        assert work.queue.counts()["open"] == 2
        work.commit()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(select(queue_tally)).all()
    engine.dispose()
    assert 2 <= len(rows) < 20


def test_nobody_waits_for_somebody_elses_count(
    server_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "_EVERY", 1)  # both put rows together, all the time

    def decide_some(number: int) -> None:
        with server_store.write() as work:
            for _ in range(3):
                _, item = _open(work, _INSULT)
                _do(work, item, decide(item, Verdict.REJECT, "mona", NOON, seen_version=1))
                _open(work, _INSULT)
            work.commit()

    with server_store.write() as work:
        _, item = _open(work, _INSULT)
        work.commit()
    with ThreadPoolExecutor(4) as pool, server_store.write() as work:
        # Holds what it has counted and put together until the others are done.
        _do(work, item, decide(item, Verdict.REJECT, "mona", NOON, seen_version=1))
        _open(work, _INSULT)
        for done in [pool.submit(decide_some, number) for number in range(8)]:
            done.result(timeout=30)
        work.commit()
    with server_store.write() as work:
        assert work.queue.counts()["open"] == 25
        work.queue.recount()
        assert work.queue.counts()["open"] == 25


def test_an_older_database_is_counted_ranked_and_indexed_when_it_is_upgraded(
    store_with_some: SqlStore, database_url: str
) -> None:
    store = store_with_some
    with store.read() as work:
        facets = work.queue.facets(QueueFilter())
        order = [item.id for item in work.queue.waiting(QueueFilter(), 10).items]
        by_mark = [item.id for item in work.queue.waiting(QueueFilter(label="insult"), 10).items]
        found = work.search.comments(_SILLY, 10)
    store.dispose()
    down_and_up(database_url, "0004")
    with store.read() as work:
        assert work.queue.facets(QueueFilter()) == facets
        waiting = work.queue.waiting(QueueFilter(), 10).items
        assert [item.id for item in waiting] == order
        marked = work.queue.waiting(QueueFilter(label="insult"), 10).items
        assert [item.id for item in marked] == by_mark
        again = {hit.comment.id for hit in work.search.comments(_SILLY, 10).hits}
        assert again == {hit.comment.id for hit in found.hits}
        assert len(again) == 6
