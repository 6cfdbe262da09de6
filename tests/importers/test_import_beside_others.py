"""An import while the site goes on sending comments: over PostgreSQL, which lets both write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from moderation.comments import NewComment, Status
from moderation.records import CommentRecord
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.importing import Import, Tally, import_records
from tests.factories import KeywordScorer, a_site, a_stored_comment
from tests.waiting import until_blocked


def _import(store: SqlStore, records: list[CommentRecord]) -> Tally:
    services = Services(store, KeywordScorer(), audit_rate=0.0)
    *_, tally = import_records(Import(services, a_site(), b"key"), records)
    return tally


def _record(comment_id: str, words: str = "Yes.") -> CommentRecord:
    return CommentRecord(NewComment(comment_id, words, status=Status.PUBLISHED, source_status="1"))


def test_a_comment_that_is_sent_while_its_batch_is_written_costs_one_more_try(
    server_store: SqlStore, postgres_url: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with server_store.write() as live:
            live.comments.add(a_stored_comment("2", text="Yes."))
            task = pool.submit(_import, server_store, [_record(name) for name in "123"])
            until_blocked(task, postgres_url)
            live.commit()
        tally = task.result(timeout=30)
    assert str(tally) == "read 3, stored 2, unchanged 1, skipped 0, orphans 0"
    with server_store.read() as work:
        assert work.comments.count() == 3
