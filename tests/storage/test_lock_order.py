"""PostgreSQL locks rows, so those who lock several have to do so in one order.

SQLite lets one writer in at a time, and cannot have what is tested here.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from moderation.comments import Site
from moderation.errors import Conflict
from moderation.review_queue import ReviewItem, Stage, Verdict
from moderation.storage import SqlStore
from moderation.storage.database import make_engine, parse_url
from moderation.workflow import Services
from moderation.workflow.intake import submit
from moderation.workflow.reviewing import give_verdict
from tests.factories import (
    MILD,
    NOON,
    KeywordScorer,
    a_new_comment,
    a_site,
    a_stored_comment,
    a_user,
)
from tests.waiting import until_blocked


@pytest.fixture
def queued(server_store: SqlStore) -> ReviewItem:
    """The item of a comment that waits."""
    item = submit(_services(server_store), a_site(), a_new_comment("c1", MILD)).item
    assert item is not None
    return item


def _services(store: SqlStore) -> Services:
    return Services(store, KeywordScorer(), audit_rate=0.0)


def test_a_verdict_and_a_rewrite_of_one_comment_wait_in_one_order(
    server_store: SqlStore, queued: ReviewItem, postgres_url: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with server_store.write() as work:
            work.comments.get("daily", "c1", lock=True)
            verdict = pool.submit(
                give_verdict, _services(server_store), a_user(), queued.id, Verdict.APPROVE, 1
            )
            until_blocked(verdict, postgres_url)
            assert work.queue.item(queued.id, lock=True) == queued
            work.commit()
        assert verdict.result(timeout=30).stage is Stage.DECIDED


def test_a_reply_does_not_wait_for_whoever_locks_its_parent(
    server_store: SqlStore, queued: ReviewItem
) -> None:
    site: Site = a_site()
    with ThreadPoolExecutor(1) as pool, server_store.write() as work:
        work.comments.get(site.id, "c1", lock=True)
        reply = a_new_comment("c2", "Quite.", parent_id="c1")
        answer = pool.submit(submit, _services(server_store), site, reply).result(timeout=30)
    assert not answer.comment.is_orphan


def test_an_orphan_is_rewritten_while_its_parent_arrives(
    server_store: SqlStore, postgres_url: str
) -> None:
    reply = a_new_comment("c2", MILD, parent_id="c1")
    orphan = submit(_services(server_store), a_site(), reply).comment

    def bring_parent() -> str:
        # Without the use case, which would try again.
        parent = a_stored_comment("c1")
        with server_store.write() as work:
            work.comments.add(parent)
            assert work.comments.adopt("daily", "c1", parent.key) == 1
            work.commit()
        return parent.key

    with ThreadPoolExecutor(1) as pool:
        with server_store.write() as work:
            work.comments.get("daily", "c2", lock=True)
            arriving = pool.submit(bring_parent)
            until_blocked(arriving, postgres_url)
            work.comments.revise(replace(orphan, text="Quite.", revision=2), NOON)
            work.commit()
        key = arriving.result(timeout=30)
    with server_store.read() as work:
        rewritten = work.comments.get("daily", "c2")
        assert rewritten is not None
        assert (rewritten.text, rewritten.parent_key) == ("Quite.", key)


@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_what_the_database_calls_off_for_another_is_a_conflict(
    server_store: SqlStore, postgres_url: str, code: str
) -> None:
    engine = make_engine(parse_url(postgres_url), writes=True)
    with pytest.raises(Conflict), engine.begin() as connection:
        connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION SQLSTATE '{code}'; END $$"))
    engine.dispose()
