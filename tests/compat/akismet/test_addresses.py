"""An article of which a CMS tells the address alone, as all clients but WordPress's own do."""

from __future__ import annotations

from moderation.comments import StoredArticle
from moderation.storage import SqlStore
from tests.compat.akismet.conftest import BLOG, Cms
from tests.factories import NOON, KeywordScorer


def test_one_that_was_imported_is_found_by_it_from_then_on(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer
) -> None:
    cms.check("A question.")
    imported = StoredArticle("daily", "12", "The bridge", "It is closed.", f"{BLOG}/bridge")
    with sqlite_store.write() as work:
        work.articles.put(imported, NOON)
        work.commit()
    cms.check("Another question.", permalink=f"{BLOG}/bridge#comment-4")
    assert scorer.heard[-1].article == imported.as_context()
    with sqlite_store.read() as work:
        kept = work.comments.page("daily")
    assert {comment.article_id for comment in kept} == {f"{BLOG}/bridge", "12"}
