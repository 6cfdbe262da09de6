"""Articles get their text from their page, once, from their own site alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from moderation.assembly import jobs
from moderation.background import Job
from moderation.comments import MAX_ARTICLE_TEXT, MAX_TITLE, Site, StoredArticle
from moderation.errors import Unavailable
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.stored import Term
from moderation.workflow import Services
from moderation.workflow.article_texts import WAITS, Page, PageUnread, fetch_next, is_of_site
from moderation.workflow.intake import put_article, submit
from tests.factories import Clock, a_new_comment, a_site

URL = "https://daily.example/bridge"
OWN = [
    (URL, "https://daily.example"),
    ("https://www.daily.example/", "https://daily.example"),
    ("https://daily.example./", "https://www.daily.example/"),
    ("http://news.DAILY.example:443/x?y", "https://www.daily.example"),
    ("https://daily.example:8080/", "http://daily.example:8080"),
    ("http://127.0.0.1:80/", "http://127.0.0.1"),
    ("https://xn--brcke-lva.example/", "https://brücke.example"),
    ("https://faß.example/", "https://xn--fa-hia.example"),
    ("http://[::0001]/", "http://[::1]"),
]
NOT_OWN = [
    (URL, ""),
    (URL, "nonsense"),
    (URL, "https://other.example"),
    ("https://notdaily.example/", "https://daily.example"),
    ("https://daily.example.evil.example/", "https://daily.example"),
    ("https://evil.example/daily.example", "https://daily.example"),
    ("https://daily.example@evil.example/", "https://daily.example"),
    ("https://daily.example:6379/", "https://daily.example"),
    ("https://daily.example:0/", "https://daily.example"),
    ("https://daily.example:99999/", "https://daily.example"),
    ("ftp://daily.example/", "https://daily.example"),
    ("//daily.example/", "https://daily.example"),
    ("https://x.127.0.0.1/", "http://127.0.0.1"),
    ("https:///", "https://"),
    # The first is called as xn--fa-hia.example, whoever else has the second.
    ("https://faß.example/", "https://fass.example"),
    ("https://i❤.example/", "https://i❤.example"),
    ("http://127.1/", "http://127.1"),
    ("https://[daily.example/", "https://daily.example"),
]


@pytest.mark.parametrize(("url", "site_url"), OWN)
def test_a_host_is_the_site_s_with_all_that_lies_under_it(url: str, site_url: str) -> None:
    assert is_of_site(url, a_site(url=site_url))


@pytest.mark.parametrize(("url", "site_url"), NOT_OWN)
def test_any_other_host_is_not(url: str, site_url: str) -> None:
    assert not is_of_site(url, a_site(url=site_url))


def test_some_hosts_are_every_sites() -> None:
    assert is_of_site("https://cdn.pages.example/a", a_site(), ("other.example", "pages.example"))
    assert not is_of_site("https://pages.example:81/a", a_site(), ("pages.example",))


@dataclass
class Pages:
    """What is read where; every address that is not here cannot be read."""

    found: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def read(self, url: str, may_call: Callable[[str], bool]) -> Page:
        self.asked.append(url)
        if not may_call(url) or url not in self.found:
            raise PageUnread("There is nothing here.")
        return self.found[url]


@pytest.fixture
def pages() -> Pages:
    return Pages({URL: Page("Bridge closed", "The old bridge is closed.")})


@pytest.fixture
def daily(store: SqlStore) -> Site:
    site = a_site(url="https://www.daily.example")
    with store.write() as work:
        work.sites.put(site)
        work.commit()
    return site


def put(
    services: Services, title: str = "", text: str = "", url: str = URL, id: str = "a1"
) -> None:
    put_article(services, StoredArticle("daily", id, title, text, url))


def stored(services: Services, id: str = "a1") -> tuple[str, str]:
    with services.store.read() as work:
        found = work.articles.get("daily", id)
    assert found is not None
    return found.title, found.text


def test_an_article_gets_its_text_and_comments_after_that_are_held_against_it(
    services: Services, daily: Site, pages: Pages
) -> None:
    put(services)
    before = submit(services, daily, a_new_comment("c1", "Buy bitcoin.", article_id="a1"))
    assert fetch_next(services, pages.read)
    after = submit(services, daily, a_new_comment("c2", "Buy bitcoin.", article_id="a1"))
    assert stored(services) == ("Bridge closed", "The old bridge is closed.")
    scores = [one.comment.ruling.scores["off_topic"] for one in (before, after)]  # type: ignore[union-attr,index]
    assert scores == [None, 0.8]
    assert not fetch_next(services, pages.read)
    assert pages.asked == [URL]


def test_what_was_fetched_can_be_found(services: Services, daily: Site, pages: Pages) -> None:
    put(services)
    fetch_next(services, pages.read)
    with services.store.read() as work:
        assert [one.id for one in work.search.articles([Term(("bridge",))], 5)] == ["a1"]


@pytest.mark.parametrize(("title", "text", "url"), [("T", "Its own.", URL), ("T", "", "")])
def test_what_has_a_text_or_no_address_is_left_alone(
    services: Services, daily: Site, pages: Pages, title: str, text: str, url: str
) -> None:
    put(services, title, text, url)
    assert not fetch_next(services, pages.read)
    assert pages.asked == []


def test_the_title_that_a_site_gave_stays(services: Services, daily: Site, pages: Pages) -> None:
    put(services, title="Our own title")
    fetch_next(services, pages.read)
    assert stored(services) == ("Our own title", "The old bridge is closed.")


def test_a_page_that_cannot_be_read_is_tried_a_few_times_and_given_up(
    services: Services, daily: Site, clock: Clock
) -> None:
    pages = Pages()
    put(services)
    for tried, wait in enumerate(WAITS, 1):
        assert fetch_next(services, pages.read)
        assert len(pages.asked) == tried
        clock.advance(seconds=wait.total_seconds() - 1)
        assert not fetch_next(services, pages.read)
        clock.advance(seconds=1)
    assert not fetch_next(services, pages.read)
    put(services, url=f"{URL}-2")
    assert fetch_next(services, pages.read), "another address is another page"


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError(), MemoryError()])
def test_what_a_page_breaks_is_its_own_try_and_the_next_article_is_read(
    services: Services, daily: Site, pages: Pages, clock: Clock, error: Exception
) -> None:
    put(services, url=f"{URL}-odd", id="a0")
    clock.advance(seconds=1)
    put(services)

    def read(url: str, may_call: Callable[[str], bool]) -> Page:
        if url != URL:
            pages.asked.append(url)
            raise error
        return pages.read(url, may_call)

    assert fetch_next(services, read)
    assert fetch_next(services, read)
    assert not fetch_next(services, read), "each has had its try"
    assert sorted(pages.asked) == [URL, f"{URL}-odd"]
    assert stored(services, "a0") == ("", "")
    assert stored(services) == ("Bridge closed", "The old bridge is closed.")


def test_a_text_that_cannot_be_kept_is_no_fault_of_the_page_and_is_told(
    services: Services, daily: Site, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(services)

    def read(url: str, may_call: Callable[[str], bool]) -> Page:
        monkeypatch.setattr(services.store, "write", _away)
        return pages.read(url, may_call)

    with pytest.raises(Unavailable):
        fetch_next(services, read)


def _away() -> None:
    raise Unavailable("The database cannot be reached.")


def test_no_host_but_the_site_s_own_is_called(services: Services, daily: Site) -> None:
    url = "https://elsewhere.example/"
    pages = Pages({url: Page("T", "Text.")})
    put(services, url=url)
    assert fetch_next(services, pages.read)
    assert stored(services) == ("", "")


def test_a_site_that_sends_no_text_keeps_the_one_from_its_page(
    services: Services, daily: Site, pages: Pages
) -> None:
    put(services)
    fetch_next(services, pages.read)
    put(services)
    assert stored(services) == ("Bridge closed", "The old bridge is closed.")
    put(services, title="New title")
    assert stored(services) == ("New title", "The old bridge is closed.")
    assert not fetch_next(services, pages.read)
    put(services, title="New title", text="The site's own.")
    assert stored(services)[1] == "The site's own."
    put(services, title="New title")
    assert stored(services)[1] == "", "its own text is the site's to take away"


def test_a_text_that_came_meanwhile_is_the_site_s_and_stays(
    services: Services, daily: Site, pages: Pages
) -> None:
    put(services)

    def read(url: str, may_call: Callable[[str], bool]) -> Page:
        put(services, text="Came meanwhile.")
        return pages.read(url, may_call)

    fetch_next(services, read)
    assert stored(services) == ("", "Came meanwhile.")


def test_what_no_database_keeps_is_left_out_and_long_texts_are_cut(
    services: Services, daily: Site
) -> None:
    text = "a\0b\x1bc\n" + "x" * MAX_ARTICLE_TEXT
    put(services)
    fetch_next(services, Pages({URL: Page("A\0 \n title" + "y" * MAX_TITLE, text)}).read)
    title, found = stored(services)
    assert (title[:8], len(title)) == ("A titley", MAX_TITLE)
    assert (found[:5], len(found)) == ("abc\nx", MAX_ARTICLE_TEXT)


def test_a_page_without_words_is_no_article(services: Services, daily: Site) -> None:
    put(services)
    fetch_next(services, Pages({URL: Page("Title", " \n")}).read)
    assert stored(services) == ("", "")


def test_new_articles_come_before_those_that_failed(
    services: Services, daily: Site, pages: Pages, clock: Clock
) -> None:
    put(services, url=f"{URL}-gone", id="a0")
    fetch_next(services, pages.read)
    put(services)
    clock.advance(days=1)
    fetch_next(services, pages.read)
    assert pages.asked == [f"{URL}-gone", URL]


def test_nothing_is_fetched_unless_a_setting_says_so(services: Services) -> None:
    def found(wanted: str) -> list[Job]:
        every = jobs(Settings(fetch_articles=wanted), services)
        return [job for job in every if job.name == "article texts"]

    assert found("no") == []
    assert [job.run() for job in found("yes")] == [False]
