"""What the benchmark of the desk fills a database with, and how it judges what it measured."""

from __future__ import annotations

from benchmarks.desk import WAITING, fill, summary
from benchmarks.limits import MET, MISSED, NO_LIMIT, verdict
from moderation.comments import Site
from moderation.first_run import SITE
from moderation.storage import SqlStore
from moderation.stored import QueueFilter
from moderation.workflow import Services
from moderation.workflow.reviewing import claim_next, open_case
from tests.factories import KeywordScorer, a_user

COUNT = 600


def test_a_fifth_of_what_it_stores_waits_and_can_be_reviewed(
    sqlite_store: SqlStore, sqlite_url: str
) -> None:
    with sqlite_store.write() as work:
        work.sites.put(Site(SITE, "Filled"))
        work.commit()
    waiting = fill(sqlite_url, COUNT, seed=1)
    assert abs(waiting / COUNT - WAITING) < 0.06
    with sqlite_store.read() as work:
        assert work.comments.count(SITE) == COUNT
        assert work.queue.counts()["open"] == waiting
    services = Services(sqlite_store, KeywordScorer())
    item = claim_next(services, a_user(), QueueFilter())
    assert item is not None
    case = open_case(services, item.id)
    assert case.article is not None
    assert case.comment.ruling is not None
    assert case.comment.ruling.reasons == item.reasons


def test_the_median_and_the_95th_percentile_have_limits_and_a_reference() -> None:
    slow = [10.0] * 90 + [130.0] * 10
    median, most, hurried = summary(slow, [60.0, 60.0], [5.0] * 20)
    assert [verdict(row) for row in (median, most, hurried)] == [MET, MISSED, NO_LIMIT]
    assert (median.ours, median.peer, median.ratio) == (10.0, 5.0, 2.0)
    assert most.ours == 130.0
