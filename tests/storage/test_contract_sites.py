"""What every store promises of sites and articles, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from moderation.comments import Site, StoredArticle
from moderation.storage import SqlStore
from tests.factories import NOON, a_site


def test_a_site_comes_back_as_it_was_put(store: SqlStore) -> None:
    site = a_site(
        language="de", url="https://example.org", thresholds={"insult": {"review": 0.1 + 0.2}}
    )
    with store.write() as work:
        work.sites.put(site)
        work.commit()
    with store.read() as work:
        assert work.sites.get("daily") == site
        assert work.sites.get("weekly") is None


def test_putting_a_site_again_replaces_it(store: SqlStore, site: Site) -> None:
    changed = replace(site, publish_on_review=True, name="The Nightly")
    with store.write() as work:
        work.sites.put(changed)
        work.sites.put(a_site("another"))
        work.commit()
    with store.read() as work:
        assert [found.id for found in work.sites.all()] == ["another", "daily"]
        assert work.sites.get("daily") == changed


def test_an_article_says_whether_it_changed(store: SqlStore, site: Site) -> None:
    article = StoredArticle(site.id, "a1", "Geese", "They honk.", "https://example.org/geese")
    with store.write() as work:
        assert work.articles.put(article, NOON)
        assert not work.articles.put(article, NOON + timedelta(hours=1))
        assert work.articles.put(replace(article, text="They fly."), NOON)
        work.commit()
    with store.read() as work:
        assert work.articles.get(site.id, "a1") == replace(article, text="They fly.")


def test_an_article_id_belongs_to_one_site(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.articles.put(StoredArticle("weekly", "a1", "Ducks", ""), NOON)
        work.commit()
    with store.read() as work:
        assert work.articles.get(site.id, "a1") is None
