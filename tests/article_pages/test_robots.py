"""What the robots.txt of a host asks is done, however it is written."""

from __future__ import annotations

import pytest

from moderation.article_pages.fetching import PageReader
from moderation.outbound import Outbound
from moderation.workflow.article_texts import PageUnread
from tests.article_pages.conftest import LOOPBACK, Daily, read

pytest.importorskip("trafilatura", reason="NO TRAFILATURA: pip install -r requirements.txt")


def test_what_robots_txt_asks_is_done(daily: Daily) -> None:
    daily.say("/robots.txt", "User-agent: *\nDisallow: /drafts/\n", "text/plain")
    with pytest.raises(PageUnread, match=r"robots\.txt"):
        read(daily, daily.say("/drafts/bridge"))
    assert read(daily, daily.say("/bridge")).title == "Bridge closed"
    daily.say("/robots.txt", "User-agent: moderation\nDisallow: /\n", "text/plain")
    with pytest.raises(PageUnread, match=r"robots\.txt"):
        read(daily, daily.at("/bridge"))


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(daily: Daily) -> None:
    daily.say("/robots.txt", "User-agent: *\nDisallow: /drafts/\n", "text/plain")
    daily.say("/drafts/bridge")
    with pytest.raises(PageUnread, match=r"robots\.txt"):
        read(daily, daily.say("/a", "", status=302, to="/drafts/bridge"))


def test_robots_txt_is_read_once_in_a_while(daily: Daily) -> None:
    reader = PageReader(Outbound(LOOPBACK))
    for path in ("/a", "/b"):
        reader.read(daily.say(path), lambda _: True)
    assert [path for path, _ in daily.asked] == ["/robots.txt", "/a", "/b"]


def test_a_host_that_cannot_say_what_it_wants_is_left_for_later(daily: Daily) -> None:
    daily.say("/robots.txt", "", status=503)
    with pytest.raises(PageUnread, match="cannot be read now"):
        read(daily, daily.say("/bridge"))


ODD_LINES = ["Disallow: //[", "Allow: //[x", "Crawl-delay: \u00b2", "Request-rate: \u00b2/1"]


@pytest.mark.parametrize("line", [*ODD_LINES, "Crawl-delay: " + "9" * 5_000])
def test_a_line_of_robots_txt_that_nobody_understands_spoils_no_other(
    daily: Daily, line: str
) -> None:
    said = f"User-agent: *\n{line}\nDisallow: /drafts/\n"
    daily.say("/robots.txt", said, "text/plain; charset=utf-8")
    with pytest.raises(PageUnread, match=r"asks not to fetch"):
        read(daily, daily.say("/drafts/bridge"))
    assert read(daily, daily.say("/bridge")).title == "Bridge closed"


def test_a_rule_that_nobody_understands_lets_no_other_s_rule_slip_in(daily: Daily) -> None:
    said = "User-agent: *\nDisallow: //[\nUser-agent: Elsewhere\nDisallow: /\n"
    daily.say("/robots.txt", said, "text/plain")
    assert read(daily, daily.say("/bridge")).title == "Bridge closed"


@pytest.mark.parametrize("body", [bytes(range(256)) * 400, b"\0" * 200_000, b"\xff\xfe//["])
def test_a_robots_txt_that_is_no_text_asks_for_nothing(daily: Daily, body: bytes) -> None:
    daily.say("/robots.txt", body, "application/octet-stream")
    assert read(daily, daily.say("/bridge")).title == "Bridge closed"


def test_a_robots_txt_that_leads_in_a_circle_is_left_for_later(daily: Daily) -> None:
    daily.say("/robots.txt", "", status=301, to="/robots.txt")
    with pytest.raises(PageUnread, match="on and on"):
        read(daily, daily.say("/bridge"))
    assert {path for path, _ in daily.asked} == {"/robots.txt"}
