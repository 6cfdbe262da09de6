"""What every store promises of how much things are used: keys, and the counts of the statistics."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import create_engine, func, select

from moderation.accounts import KeyKind, KeyUse, Permission
from moderation.comments import Decision, Site, Status, StoredArticle
from moderation.credentials import new_secret
from moderation.errors import KeyReused
from moderation.review_moves import decide, undo
from moderation.review_queue import ReviewItem, Verdict, apply
from moderation.storage import SqlStore, tallies
from moderation.storage.tables import comment_tally
from moderation.stored import CommentCounts, DayOfVerdicts, Objection, Received
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_ruling, a_site, a_stored_comment
from tests.storage.migrating import down_and_up
from tests.storage.plans import plan_of

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


def _key(store: SqlStore, site: Site, **fields: object) -> str:
    _, key = new_secret(KeyKind.SITE, site_id=site.id)
    with store.write() as work:
        work.accounts.put_key(replace(key, **fields))  # type: ignore[arg-type]
        work.commit()
    return key.id


@pytest.mark.parametrize("scopes", [None, frozenset(), frozenset({Permission.SCORE})])
def test_a_key_comes_back_with_its_scopes_and_its_rate(
    store: SqlStore, site: Site, scopes: frozenset[Permission] | None
) -> None:
    key_id = _key(store, site, scopes=scopes, rate="6 per minute")
    with store.read() as work:
        found = work.accounts.key(key_id)
    assert found is not None
    assert (found.scopes, found.rate) == (scopes, "6 per minute")


def test_calls_of_a_key_add_up_by_day(store: SqlStore, site: Site) -> None:
    one, other = _key(store, site), _key(store, site)
    later = NOON + timedelta(minutes=5)
    for uses in (
        [KeyUse(one, TODAY, 2, later), KeyUse(one, YESTERDAY, 7, NOON - timedelta(days=1))],
        [KeyUse(one, TODAY, 3, NOON), KeyUse(other, YESTERDAY, 1, NOON - timedelta(days=1))],
        [],
    ):
        with store.write() as work:
            work.key_uses.add(uses)
            work.commit()
    with store.read() as work:
        assert work.key_uses.of(one, TODAY) == [KeyUse(one, TODAY, 5, later)]
        assert [use.day for use in work.key_uses.of(one, YESTERDAY)] == [TODAY, YESTERDAY]
        assert work.key_uses.last() == {one: later, other: NOON - timedelta(days=1)}
        assert work.key_uses.since(YESTERDAY) == {one: 12, other: 1}
        assert work.key_uses.since(TODAY) == {one: 5}


def _counted(counts: CommentCounts) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    every = (counts.by_status, counts.by_decision, counts.by_model)
    held, decided, models = ({name: n for name, n in one.items() if n} for one in every)
    return held, decided, models


def test_comments_are_counted_as_they_stand(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        first, second = a_stored_comment(), a_stored_comment(ruling=a_ruling(model="keywords-2"))
        for comment in (first, second, a_stored_comment(site_id="weekly")):
            work.comments.add(comment)
        work.comments.set_status(first.key, Status.PUBLISHED)
        allowed = a_ruling(Decision.ALLOW)
        work.comments.revise(
            replace(second, ruling=allowed, revision=2, status=Status.PUBLISHED), NOON
        )
        work.commit()
    with store.write() as work:
        assert _counted(work.statistics.comments(site.id)) == (
            {"published": 2},
            {"review": 1, "allow": 1},
            {"keywords-1": 2},
        )
        assert _counted(work.statistics.comments())[0] == {"published": 2, "held": 1}
        work.comments.erase(first.key, NOON)
        work.comments.erase(first.key, NOON)
        assert _counted(work.statistics.comments(site.id))[1] == {"allow": 1}
        assert _counted(work.statistics.comments("nowhere")) == ({}, {}, {})


def test_rows_of_the_same_standing_are_put_together(
    store: SqlStore, site: Site, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setattr(tallies, "_EVERY", 8)
    with store.write() as work:
        for _ in range(40):
            work.comments.add(a_stored_comment())
        assert work.statistics.comments(site.id).by_status["held"] == 40
        work.commit()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(select(func.count()).select_from(comment_tally)).scalar_one()
    engine.dispose()
    assert rows < 10


def test_an_older_database_is_counted_when_it_is_upgraded(
    store: SqlStore, site: Site, database_url: str
) -> None:
    with store.write() as work:
        gone = a_stored_comment()
        for comment in (gone, a_stored_comment(), a_stored_comment(status=Status.PUBLISHED)):
            work.comments.add(comment)
        work.comments.erase(gone.key, NOON)
        before = _counted(work.statistics.comments(site.id))
        work.commit()
    store.dispose()
    down_and_up(database_url, "0010")
    with store.read() as work:
        assert _counted(work.statistics.comments(site.id)) == before
    assert before == ({"held": 1, "published": 1}, {"review": 2}, {"keywords-1": 2})


def _item(work: UnitOfWork, site_id: str) -> ReviewItem:
    comment = a_stored_comment(site_id=site_id)
    work.comments.add(comment)
    event = open_item(comment, (), NOON)
    item = apply(None, event)
    work.queue.append(item, event)
    return item


def _decide(work: UnitOfWork, item: ReviewItem, verdict: Verdict, at: datetime) -> ReviewItem:
    event = decide(item, verdict, "mona", at, seen_version=item.version)
    assert event is not None
    decided = apply(item, event)
    work.queue.append(decided, event)
    return decided


def test_verdicts_in_force_are_counted_by_day(store: SqlStore, site: Site) -> None:
    midnight = datetime.combine(TODAY, time(), UTC)
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        _decide(work, _item(work, site.id), Verdict.APPROVE, midnight - timedelta(microseconds=1))
        _decide(work, _item(work, site.id), Verdict.REJECT, midnight)
        _decide(work, _item(work, "weekly"), Verdict.REJECT, NOON)
        _decide(work, _item(work, site.id), Verdict.ESCALATE, NOON)
        taken_back = _decide(work, _item(work, site.id), Verdict.REJECT, NOON)
        event = undo(taken_back, "mona", NOON, timedelta(minutes=5))
        work.queue.append(apply(taken_back, event), event)
        work.commit()
    with store.read() as work:
        days: list[date] = [TODAY, YESTERDAY]
        assert work.statistics.verdicts(days, site.id) == [
            DayOfVerdicts(TODAY, 0, 1),
            DayOfVerdicts(YESTERDAY, 1, 0),
        ]
        assert work.statistics.verdicts(days)[0] == DayOfVerdicts(TODAY, 0, 2)


@pytest.mark.parametrize("site_id", ["daily", None])
def test_verdicts_are_counted_off_an_index(sqlite_store: SqlStore, site_id: str | None) -> None:
    plan = plan_of(sqlite_store, lambda work: work.statistics.verdicts([TODAY], site_id))
    assert "USING COVERING INDEX ix_review_items_decided_site (site_id=? AND decided_at" in plan
    assert "SCAN review_items" not in plan


@pytest.mark.parametrize("status", [None, Status.HELD])
def test_comments_are_listed_off_an_index(sqlite_store: SqlStore, status: Status | None) -> None:
    after = Received(NOON, "0")
    plan = plan_of(sqlite_store, lambda work: work.comments.received("daily", status, 5, after))
    assert "SCAN comments" not in plan
    assert "received_at<?" in plan


def test_comments_are_listed_latest_first_from_any_place_on(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        stored = [
            a_stored_comment(received_at=NOON + timedelta(minutes=number // 2))
            for number in range(6)
        ]
        for comment in stored:
            work.comments.add(comment)
        work.comments.set_status(stored[5].key, Status.PUBLISHED)
        work.comments.erase(stored[0].key, NOON)
        work.commit()
    with store.read() as work:
        listed = work.comments.received(site.id, None, 10)
        assert [one.key for one in listed] == [one.key for one in reversed(stored[1:])]
        places = [Received(one.received_at, one.key) for one in listed]
        for number, place in enumerate(places):
            rest = work.comments.received(site.id, None, 2, place)
            assert rest == listed[number + 1 : number + 3]
        published = work.comments.received(site.id, Status.PUBLISHED, 10)
        assert [one.key for one in published] == [stored[5].key]
        assert work.comments.received("nowhere", None, 10) == []


def test_articles_are_listed_without_their_texts(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        for name in ("b", "a", "c"):
            work.articles.put(StoredArticle(site.id, name, name.upper(), "A text."), NOON)
        work.commit()
    with store.read() as work:
        assert [one.id for one in work.articles.heads(site.id, "", 2)] == ["a", "b"]
        (last,) = work.articles.heads(site.id, "b", 2)
    assert (last.id, last.title, last.url, last.updated_at) == ("c", "C", "", NOON)


def test_a_report_that_is_sent_again_is_known_by_what_came_with_it(
    store: SqlStore, site: Site
) -> None:
    comment = a_stored_comment()
    report = Objection("report", NOON, "Rude.", sent_as="1")
    with store.write() as work:
        work.comments.add(comment)
        assert work.comments.object_to(comment.key, report)
        assert not work.comments.object_to(comment.key, report)
        assert work.comments.object_to(comment.key, replace(report, sent_as="2"))
        assert work.comments.object_to(comment.key, replace(report, kind="appeal"))
        with pytest.raises(KeyReused):
            work.comments.object_to(comment.key, replace(report, text="Something else."))
        assert len(work.comments.objections(comment.key)) == 3


def test_a_person_who_reports_again_is_known_by_either(store: SqlStore, site: Site) -> None:
    comment = a_stored_comment()
    report = Objection("report", NOON, "Rude.", by="u1", sent_as="1")
    with store.write() as work:
        work.comments.add(comment)
        assert work.comments.object_to(comment.key, report)
        again = replace(report, text="Very rude.", sent_as="2")
        assert not work.comments.object_to(comment.key, again)
        assert not work.comments.object_to(comment.key, report)
        (kept,) = work.comments.objections(comment.key)
    assert kept.text == "Rude."
