"""What every store promises of what rules ask: an author's comments, and a site's latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Author, Reason, Site, Status, StoredArticle, StoredComment
from moderation.review_queue import apply
from moderation.storage import SqlStore
from moderation.stores import UnitOfWork
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_site, a_stored_comment
from tests.storage.migrating import down_and_up
from tests.storage.plans import plan_of


def _published(id: str, **fields: object) -> StoredComment:
    return a_stored_comment(id, status=Status.PUBLISHED, **fields)


def _queue(work: UnitOfWork, comment: StoredComment) -> None:
    event = open_item(comment, (Reason("reported"),), NOON)
    work.queue.append(apply(None, event), event)


def test_the_published_comments_of_an_author_are_counted_so_far(
    store: SqlStore, site: Site
) -> None:
    waiting = _published("waiting")
    others = [
        _published("one"),
        _published("two", received_at=NOON + timedelta(hours=1)),
        waiting,
        a_stored_comment("held"),
        a_stored_comment("rejected", status=Status.REJECTED),
        _published("elsewhere", site_id="weekly"),
        _published("another's", author=Author("u8")),
        _published("nobody's", author=Author()),
        _published("erased"),
    ]
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        for comment in others:
            work.comments.add(comment)
        _queue(work, waiting)
        work.comments.erase(others[-1].key, NOON)
        work.commit()
    later = NOON + timedelta(days=1)
    with store.read() as work:
        count = work.comments.published_by
        assert count("daily", "u7", 9, "new", by=later) == 2
        assert count("daily", "u7", 9, "new", by=NOON) == 1
        assert count("daily", "u7", 9, "one", by=later) == 1
        assert count("daily", "u7", 1, "new", by=later) == 1
        assert count("daily", "u9", 9, "new", by=later) == 0


def test_the_latest_comments_of_a_site_come_as_they_were_received(
    store: SqlStore, site: Site
) -> None:
    made = [
        a_stored_comment(f"c{number}", received_at=NOON + timedelta(minutes=number))
        for number in range(4)
    ]
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        for comment in (*made[::2], *made[1::2], a_stored_comment(site_id="weekly")):
            work.comments.add(comment)
        work.comments.erase(made[2].key, NOON)
        work.commit()
    with store.read() as work:
        assert work.comments.latest("daily", 9) == [made[3], made[1], made[0]]
        assert work.comments.latest("daily", 2) == [made[3], made[1]]


# Each row: what is asked; the index that it goes by, and how far.
_ASKED: list[tuple[Callable[[UnitOfWork], object], str]] = [
    (
        lambda work: work.comments.published_by("daily", "u7", 5, "new", by=NOON),
        "ix_comments_site_id_author_id_status (site_id=? AND author_id=? AND status=?)",
    ),
    (
        lambda work: work.comments.published_before(["k1", "k2"], 5),
        "ix_comments_site_id_author_id_status (site_id=? AND author_id=? AND status=?)",
    ),
    (lambda work: work.comments.latest("daily", 5), "ix_comments_site_id_received_at (site_id=?)"),
]


@pytest.mark.parametrize(("ask", "index"), _ASKED)
def test_each_has_an_index_to_go_by(
    sqlite_store: SqlStore, ask: Callable[[UnitOfWork], object], index: str
) -> None:
    plan = plan_of(sqlite_store, ask)
    assert index in plan, plan


def test_what_is_there_when_rules_come_has_none_and_keeps_its_articles_age(
    store: SqlStore, site: Site, database_url: str
) -> None:
    article = StoredArticle("daily", "a1", "Geese", "They honk.")
    with store.write() as work:
        work.articles.put(article, NOON - timedelta(days=9))
        work.articles.put(replace(article, text="They fly."), NOON)
        work.comments.add(a_stored_comment("c1", article_id="a1"))
        work.commit()
    store.dispose()
    down_and_up(database_url, "0004")
    with store.read() as work:
        assert work.sites.get("daily") == site
        # When it was first seen is not known any more; it was seen then.
        assert work.articles.first_seen("daily", "a1") == NOON
        assert [comment.id for comment in work.comments.latest("daily", 5)] == ["c1"]
