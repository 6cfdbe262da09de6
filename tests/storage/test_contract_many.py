"""What every store promises of reads for many at once: each is the read for one, many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Author, Site, Status, StoredArticle, StoredComment
from moderation.review_moves import claim
from moderation.review_queue import ReviewItem, apply
from moderation.storage import SqlStore
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_site, a_stored_comment, a_user
from tests.storage.plans import plan_of


def _open(work: UnitOfWork, comment: StoredComment) -> ReviewItem:
    work.comments.add(comment)
    event = open_item(comment, comment.ruling.reasons if comment.ruling else (), NOON)
    item = apply(None, event)
    work.queue.append(item, event)
    return item


def _claim(work: UnitOfWork, item: ReviewItem) -> ReviewItem:
    event = claim(item, "mona", NOON, timedelta(minutes=5))
    changed = apply(item, event)
    work.queue.append(changed, event)
    return changed


def test_many_items_are_found_by_their_ids_and_by_their_comments(
    store: SqlStore, site: Site
) -> None:
    with store.write() as work:
        one, two, _ = (_open(work, a_stored_comment()) for _ in range(3))
        two = _claim(work, two)
        alone = a_stored_comment()
        work.comments.add(alone)
        work.commit()
    with store.read() as work:
        assert work.queue.items([two.id, one.id, "nothing"]) == {one.id: one, two.id: two}
        keys = [one.comment_key, two.comment_key, alone.key, "nothing"]
        assert work.queue.items_of(keys) == {one.comment_key: one, two.comment_key: two}
        assert work.queue.items([]) == work.queue.items_of([]) == {}


def test_many_items_come_with_the_whole_record_of_each(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        one, two, other = (_open(work, a_stored_comment()) for _ in range(3))
        for _ in range(3):
            one = _claim(work, one)
        two, one, other = (_claim(work, item) for item in (two, one, other))
        work.commit()
    with store.read() as work:
        records = work.queue.records([two.id, one.id, "nothing"])
        assert records == {id: work.queue.events(id) for id in (one.id, two.id)}
        assert [event.sequence for event in records[one.id]] == [1, 2, 3, 4, 5]
        assert work.queue.records([]) == {}


def test_many_users_are_found_by_their_ids(store: SqlStore) -> None:
    mona, bo = a_user("mona"), replace(a_user("bo"), active=False)
    with store.write() as work:
        for user in (mona, bo, a_user("lea")):
            work.accounts.put_user(user)
        work.commit()
    with store.read() as work:
        found = work.accounts.users_by_id(["mona", "bo", "nobody"])
        assert found == {"mona": mona, "bo": bo}
        assert work.accounts.users_by_id([]) == {}


def test_an_id_that_several_sites_use_names_a_comment_of_each(store: SqlStore, site: Site) -> None:
    here, there = a_stored_comment("c1"), a_stored_comment("c1", site_id="a-weekly")
    with store.write() as work:
        work.sites.put(a_site("a-weekly"))
        for comment in (here, there, a_stored_comment("c2")):
            work.comments.add(comment)
        work.commit()
    with store.read() as work:
        assert work.comments.by_id("c1") == [there, here]
        assert work.comments.by_id("nothing") == []


def test_many_articles_say_when_they_were_first_seen(store: SqlStore, site: Site) -> None:
    later = NOON + timedelta(days=1)
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        for site_id, id, at in (
            ("daily", "a1", NOON),
            ("daily", "a2", later),
            ("weekly", "a3", NOON),
        ):
            work.articles.put(StoredArticle(site_id, id, "Geese", "They honk."), at)
        work.commit()
    with store.read() as work:
        found = work.articles.first_seen_of("daily", ["a1", "a2", "a3", "nothing"])
        assert found == {"a1": NOON, "a2": later}
        assert work.articles.first_seen_of("daily", []) == {}


@pytest.mark.parametrize("most", [1, 2, 9])
def test_of_many_comments_it_is_counted_what_their_authors_had_published_before(
    store: SqlStore, site: Site, most: int
) -> None:
    made = [
        a_stored_comment(
            f"{author}{hour}",
            author=Author(author),
            status=Status.PUBLISHED if hour % 4 else Status.HELD,
            received_at=NOON + timedelta(hours=hour // 2),
        )
        for author in ("u1", "u2")
        for hour in range(7)
    ]
    elsewhere = a_stored_comment("e", "weekly", author=Author("u1"), status=Status.PUBLISHED)
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        for comment in (*made[1:], elsewhere):
            work.comments.add(comment)
        _open(work, made[0])
        nobodys = a_stored_comment("n", author=Author(), status=Status.PUBLISHED)
        work.comments.add(nobodys)
        work.commit()
    with store.read() as work:
        found = work.comments.published_before([one.key for one in (*made, nobodys)], most)
        count = work.comments.published_by
        assert found == {nobodys.key: 0} | {
            one.key: count("daily", one.author.id or "", most, one.id, by=one.received_at)
            for one in made
        }
        assert max(found.values()) == min(most, 4)
        assert work.comments.published_before([], most) == {}


# Each row: what is asked; by which indexes it goes.
_ASKED: list[tuple[Callable[[UnitOfWork], object], tuple[str, ...]]] = [
    (lambda work: work.comments.by_id("c1"), ("(site_id=? AND id=?)",)),
    (lambda work: work.queue.records(["i1", "i2"]), ("(item_id=?)",)),
    (lambda work: work.queue.items_of(["k1", "k2"]), ("(comment_key=?)",)),
]


@pytest.mark.parametrize(("ask", "indexes"), _ASKED)
def test_no_table_is_looked_through_for_them(
    sqlite_store: SqlStore, ask: Callable[[UnitOfWork], object], indexes: tuple[str, ...]
) -> None:
    plan = plan_of(sqlite_store, ask)
    for index in indexes:
        assert index in plan, plan
    for table in ("comments", "review_items", "review_events", "asked"):
        assert f"SCAN {table}" not in plan
