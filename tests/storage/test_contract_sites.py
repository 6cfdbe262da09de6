"""What every store promises of sites and articles, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Site, StoredArticle
from moderation.rulebook import NO_RULES, ListedWord, SiteRules
from moderation.storage import SqlStore, sites
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


_RULES = SiteRules(
    words=(ListedWord("zonk*", "block", "insult", "„local“"), ListedWord("дурак")),
    trusted_authors=("u1",),
    new_author_comments=3,
    max_links=0,
    closed_articles=("a1", "a2"),
    close_after_days=14,
    closed_action="block",
    foreign="allow",
    log_only=True,
    audit_rate=0.1 + 0.2,
)


def test_the_rules_of_a_site_come_back_as_they_were_put(store: SqlStore, site: Site) -> None:
    for rules in (_RULES, replace(_RULES, words=()), SiteRules(), _RULES):
        with store.write() as work:
            work.sites.put(replace(site, rules=rules))
            work.commit()
        with store.read() as work:
            assert work.sites.get("daily") == replace(site, rules=rules)
            assert work.sites.all() == [replace(site, rules=rules)]


def test_a_process_that_has_never_seen_the_rules_reads_them(
    store: SqlStore, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as work:
        work.sites.put(replace(site, rules=_RULES))
        work.sites.put(a_site("weekly"))
        work.commit()
    with store.read() as work:
        first = work.sites.get("daily")
    monkeypatch.setattr(sites, "_known", {"": NO_RULES})
    with store.read() as work:
        found = work.sites.all()
        again = work.sites.get("daily")
    assert [one.rules for one in found] == [_RULES, NO_RULES]
    assert first == again == found[0]
    # Read once, a long word list is not read again.
    assert again is not None
    assert again.rules is found[0].rules


def test_rules_that_are_kept_are_forgotten_when_there_are_many(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "_known", {"": NO_RULES})
    monkeypatch.setattr(sites, "_MOST_KNOWN", 3)
    made = [a_site(f"site{number}", rules=SiteRules(max_links=number)) for number in range(6)]
    with store.write() as work:
        for one in made:
            work.sites.put(one)
        work.commit()
    with store.read() as work:
        assert work.sites.all() == made
    assert len(sites._known) <= 3


def test_an_article_is_first_seen_once(store: SqlStore, site: Site) -> None:
    article = StoredArticle(site.id, "a1", "Geese", "They honk.")
    with store.write() as work:
        work.articles.put(article, NOON)
        work.articles.put(replace(article, text="They fly."), NOON + timedelta(hours=1))
        work.commit()
    with store.read() as work:
        assert work.articles.first_seen(site.id, "a1") == NOON
        assert work.articles.first_seen(site.id, "a2") is None


def test_an_article_says_whether_it_changed(store: SqlStore, site: Site) -> None:
    article = StoredArticle(site.id, "a1", "Geese", "They honk.", "https://example.org/geese")
    with store.write() as work:
        assert work.articles.put(article, NOON)
        assert not work.articles.put(article, NOON + timedelta(hours=1))
        assert work.articles.put(replace(article, text="They fly."), NOON)
        work.commit()
    with store.read() as work:
        assert work.articles.get(site.id, "a1") == replace(article, text="They fly.")


def test_an_article_that_is_there_is_not_touched_by_adding_it(store: SqlStore, site: Site) -> None:
    article = StoredArticle(site.id, "a1", "Geese", "They honk.", "https://example.org/geese")
    with store.write() as work:
        assert work.articles.add(article, NOON)
        assert not work.articles.add(replace(article, text=""), NOON + timedelta(hours=1))
        work.commit()
    with store.read() as work:
        assert work.articles.get(site.id, "a1") == article
        assert work.articles.first_seen(site.id, "a1") == NOON


def test_an_article_is_found_by_its_address_where_more_is_known_of_it(
    store: SqlStore, site: Site
) -> None:
    url = "https://example.org/" + "\u9d5d" * 1_900
    put = [
        StoredArticle(site.id, "a1", "", "", url),
        StoredArticle(site.id, "a2", "Geese", "", url),
        StoredArticle(site.id, "a3", "", "They honk.", url),
        StoredArticle(site.id, "a4", "Geese", "They fly.", url + "?"),
        StoredArticle(site.id, "a5", "Geese", "They swim.", ""),
    ]
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        for number, article in enumerate(put):
            work.articles.put(article, NOON)
            expected = (None, put[1], put[2], put[2], put[2])[number]
            assert work.articles.at_url(site.id, url) == expected
        assert work.articles.at_url(site.id, "") is None
        assert work.articles.at_url("weekly", url) is None


def test_an_article_id_belongs_to_one_site(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(a_site("weekly"))
        work.articles.put(StoredArticle("weekly", "a1", "Ducks", ""), NOON)
        work.commit()
    with store.read() as work:
        assert work.articles.get(site.id, "a1") is None
