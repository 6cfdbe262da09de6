"""What the queries of the desk are measured as, and what copies of comments consist of."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks import desk_data
from benchmarks.desk_copies import copy_again, copy_rows, flow
from benchmarks.desk_queries import summary
from benchmarks.limits import MET, MISSED, verdict
from moderation.storage import SqlStore
from moderation.storage.database import make_engine, parse_url
from moderation.stored import SearchQuery, Term
from moderation.text.search_words import words_of
from tests.factories import NOON


def test_a_median_is_judged_and_compared_call_by_call() -> None:
    median, late = summary("item page", [10.0, 20.0, 90.0], [5.0, 20.0, 9.0])
    assert (median.ours, median.peer, median.ratio) == (20.0, 9.0, 2.0)
    assert (median.low, median.high) == (1.0, 10.0)
    assert verdict(median) == MET
    assert late.ours == pytest.approx(83.0)
    assert verdict(summary("counts", [61.0, 61.0], [1.0, 1.0])[0]) == MISSED


def test_a_copy_is_a_comment_like_any_other(
    server_store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.desk_copies.FIRST", 20)
    draw = Random(1)
    made = [desk_data._made(number, draw, lambda: f"word{draw.random()}") for number in range(20)]
    with server_store.write() as work:
        for site in desk_data._SITES:
            work.sites.put(desk_data.Site(site, site))
        for article in {one.comment.article_id: one.comment for one in made}.values():
            assert article.article_id is not None
            stored = desk_data.StoredArticle(article.site_id, article.article_id, "", "")
            work.articles.put(stored, NOON)
        work.commit()
    engine = make_engine(parse_url(postgres_url), writes=True)
    with engine.begin() as connection:
        desk_data._copy(connection, made)
        flow.create(connection)
        texts = ({"key": o.comment.key, "words": words_of(o.comment.text)} for o in made)
        copy_rows(connection, flow, texts)
        copy_again(connection, 1)
        flow.drop(connection)
    engine.dispose()
    with server_store.write() as work:
        work.queue.recount()
        copy = work.comments.get(made[0].comment.site_id, "c20")
        assert copy is not None
        first, second = copy.text.split()
        assert first == made[0].comment.text
        query = SearchQuery((Term(words_of(first)), Term(words_of(second))))
        assert [hit.comment for hit in work.search.comments(query, 5).hits] == [copy]
        item = work.queue.item_of(copy.key)
        assert item is not None
        assert work.queue.counts()["open"] == 2 * sum(
            one.item.stage == "open" for one in made if one.item
        )
