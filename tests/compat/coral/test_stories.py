"""A story of which Coral tells the address alone, and which was imported under an id of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.comments import StoredArticle
from moderation.storage import SqlStore
from tests.compat.coral.imitation import Coral
from tests.factories import NOON, KeywordScorer

URL = "https://daily.example/bridge"
IMPORTED = StoredArticle("daily", "5", "The bridge", "It is closed.", URL)


def put(store: SqlStore, article: StoredArticle) -> None:
    with store.write() as work:
        work.articles.put(article, NOON)
        work.commit()


def story(store: SqlStore) -> StoredArticle | None:
    with store.read() as work:
        return work.articles.get("daily", "story-1")


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_it_is_known_by_its_address(
    coral: Coral, sqlite_store: SqlStore, scorer: KeywordScorer, is_asked_before: bool
) -> None:
    if is_asked_before:
        coral.post("A question.")
        assert story(sqlite_store) == replace(IMPORTED, id="story-1", title="", text="")
    put(sqlite_store, IMPORTED)
    coral.post("Another question.")
    assert scorer.heard[-1].article == IMPORTED.as_context()
    assert story(sqlite_store) == replace(IMPORTED, id="story-1")


def test_what_the_site_has_handed_in_under_its_id_stays(
    coral: Coral, sqlite_store: SqlStore, scorer: KeywordScorer
) -> None:
    own = StoredArticle("daily", "story-1", "A bridge", "It opens.", URL)
    put(sqlite_store, IMPORTED)
    put(sqlite_store, own)
    coral.post("A question.")
    assert scorer.heard[-1].article == own.as_context()
    assert story(sqlite_store) == own
