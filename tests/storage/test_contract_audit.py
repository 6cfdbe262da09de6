"""What every store promises of the audit log, over both databases."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from moderation.accounts import SignIn
from moderation.audit_log import (
    NOBODY,
    SIGN_IN,
    SIGN_IN_REFUSED,
    SIGN_IN_UNKNOWN,
    Entry,
    LogFilter,
    Place,
    Source,
    joined,
)
from moderation.changes import Change, Subject
from moderation.comments import Site
from moderation.review_moves import claim, decide, undo
from moderation.review_queue import ReviewItem, Verdict, apply
from moderation.storage import SqlStore, audit
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_site, a_stored_comment, a_user
from tests.storage.plans import plan_of

_LEASE = timedelta(minutes=5)


@pytest.fixture
def full(store: SqlStore, site: Site) -> SqlStore:
    """A store with two sites, twelve items and everything that people did within ten minutes."""
    chance = random.Random(7)
    with store.write() as work:
        work.sites.put(a_site("nightly"))
        for name in ("mona", "bo"):
            work.accounts.put_user(a_user(name))
        for number in range(12):
            _review(work, number, chance)
            at = NOON + timedelta(minutes=chance.randrange(10))
            who = None if number % 6 == 5 else chance.choice(("mona", "bo"))
            work.accounts.keep_sign_in(SignIn(at, who, who is not None and number % 4 > 0))
            subject = (Subject.USER, "bo") if number % 2 else (Subject.SITE, "daily")
            actor = chance.choice(("mona", None))
            work.changes.add(Change(f"change{number}", at, actor, *subject, {"n": 0}, {"n": 1}))
        work.commit()
    return store


def _review(work: UnitOfWork, number: int, chance: random.Random) -> ReviewItem:
    """One item: opened, claimed, decided and, every third, undone and decided otherwise."""

    def at() -> timedelta:
        return NOON + timedelta(minutes=chance.randrange(10))

    comment = a_stored_comment(f"c{number}", "nightly" if number % 4 == 0 else "daily")
    work.comments.add(comment)
    opening = open_item(comment, comment.ruling.reasons, at())
    item = apply(None, opening)
    work.queue.append(item, opening)
    who = chance.choice(("mona", "bo"))
    moves = [
        lambda item: claim(item, who, at(), _LEASE, take_over=True),
        lambda item: decide(item, Verdict.REJECT, who, at(), seen_version=item.version),
    ]
    if number % 3 == 0:
        moves.append(lambda item: undo(item, who, at(), _LEASE))
    for move in moves:
        done = move(item)
        assert done is not None
        item = apply(item, done)
        work.queue.append(item, done)
    return item


def pages(store: SqlStore, wanted: LogFilter, limit: int) -> list[Entry]:
    """All that is wanted, a page at a time."""
    found: list[Entry] = []
    after: Place | None = None
    with store.read() as work:
        records = (work.audit.events, work.audit.changes, work.audit.sign_ins)
        while True:
            stretches = [record(wanted, limit + 1, after) for record in records]
            entries, after = joined(stretches, limit)
            found += entries
            if after is None:
                return found


def key(entry: Entry) -> tuple[object, ...]:
    place = entry.place
    return (place.at, -place.source, place.item_id, place.number)


def test_the_log_is_everything_once_latest_first_however_it_is_cut(full: SqlStore) -> None:
    whole = pages(full, LogFilter(), 1_000)
    # 12 openings, 12 verdicts, 4 undone; who claimed what is left out.
    assert len(whole) == 28 + 12 + 12
    assert [key(entry) for entry in whole] == sorted(map(key, whole), reverse=True)
    for limit in (1, 3, 7):
        assert pages(full, LogFilter(), limit) == whole


def test_a_search_that_breaks_off_goes_on_where_it_stopped(
    full: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = LogFilter(site_id="nightly")
    whole, everything = pages(full, wanted, 1_000), pages(full, LogFilter(), 1_000)
    monkeypatch.setattr(audit, "WINDOW", 4)
    assert pages(full, wanted, 5) == whole
    assert pages(full, LogFilter(), 5) == everything
    with full.read() as work:
        assert work.audit.events(wanted, 50).looked_to is not None


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (LogFilter(actor="mona"), lambda one: one.actor == "mona"),
        (LogFilter(actor=NOBODY), lambda one: one.actor is None),
        (LogFilter(kind="decided"), lambda one: one.kind == "decided"),
        (LogFilter(kind="change_user"), lambda one: one.kind == "change_user"),
        (LogFilter(kind=SIGN_IN), lambda one: one.kind == SIGN_IN),
        (LogFilter(kind=SIGN_IN_REFUSED), lambda one: one.kind == SIGN_IN_REFUSED),
        (LogFilter(kind=SIGN_IN_UNKNOWN), lambda one: one.kind == SIGN_IN_UNKNOWN),
        (LogFilter(site_id="daily"), lambda one: one.site_id == "daily"),
        (LogFilter(subject_id="bo"), lambda one: one.change and one.change.subject_id == "bo"),
        (
            LogFilter(since=NOON + timedelta(minutes=3), until=NOON + timedelta(minutes=6)),
            lambda one: timedelta(minutes=3) <= one.place.at - NOON < timedelta(minutes=6),
        ),
        (
            LogFilter(actor="bo", kind="decided", site_id="daily"),
            lambda one: (one.actor, one.kind, one.site_id) == ("bo", "decided", "daily"),
        ),
    ],
)
def test_a_filter_leaves_exactly_what_fits(full: SqlStore, wanted: LogFilter, fits: object) -> None:
    fitting = [one for one in pages(full, LogFilter(), 1_000) if fits(one)]  # type: ignore[operator]
    assert fitting
    assert pages(full, wanted, 4) == fitting


def test_who_had_what_open_is_told_where_it_is_asked_for(full: SqlStore) -> None:
    assert len(pages(full, LogFilter(kind="claimed"), 5)) == 12


def test_one_items_entries_name_its_site_and_the_sites_own_id_of_the_comment(
    full: SqlStore,
) -> None:
    with full.read() as work:
        comment = work.comments.get("nightly", "c0")
        assert comment is not None
        item = work.queue.item_of(comment.key)
    assert item is not None
    found = pages(full, LogFilter(item_ids=(item.id,)), 2)
    assert {entry.kind for entry in found} == {"opened", "decided", "undone"}
    assert {(entry.site_id, entry.comment_id) for entry in found} == {("nightly", "c0")}


def test_verdicts_are_counted_without_those_undone(full: SqlStore) -> None:
    with full.read() as work:
        counted = [work.audit.verdicts_since(who, NOON) for who in ("mona", "bo")]
        later = work.audit.verdicts_since("mona", NOON + timedelta(days=1))
    assert sum(numbers.get("reject", 0) for numbers in counted) == 8
    assert later == {}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (LogFilter(), "ix_review_events_at (at<?)"),
        (LogFilter(site_id="daily"), "ix_review_events_at (at<?)"),
        (LogFilter(since=NOON), "ix_review_events_at (at>? AND at<?)"),
        (LogFilter(kind="undone"), "ix_review_events_kind_at (kind=? AND at<?)"),
        (LogFilter(actor="mona", kind="decided"), "ix_review_events_actor_at (actor=? AND at<?)"),
        (LogFilter(actor=NOBODY, since=NOON), "ix_review_events_actor_at (actor=? AND at>?"),
        (
            LogFilter(actor="mona", kind="decided", item_ids=("i1",)),
            "sqlite_autoindex_review_events_1 (item_id=?)",
        ),
    ],
)
def test_every_search_follows_one_index(
    sqlite_store: SqlStore, wanted: LogFilter, index: str
) -> None:
    place = Place(NOON, Source.EVENTS, 1, "i1")
    plan = plan_of(sqlite_store, lambda work: work.audit.events(wanted, 10, place))
    assert f"SEARCH review_events USING INDEX {index}" in plan
    assert "SCAN review_events" not in plan


def test_ones_own_numbers_follow_the_index_of_the_person(sqlite_store: SqlStore) -> None:
    for ask in (
        lambda work: work.audit.verdicts_since("mona", NOON),
        lambda work: work.audit.contradicted("mona", 10),
    ):
        assert "USING INDEX ix_review_events_actor_at (actor=?" in plan_of(sqlite_store, ask)
