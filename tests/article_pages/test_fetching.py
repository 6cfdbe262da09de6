"""Articles off real pages of a real server, friendly and hostile ones."""

from __future__ import annotations

import gzip
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from moderation.article_pages import extracting
from moderation.article_pages.fetching import PageReader
from moderation.errors import ModerationError
from moderation.outbound import AddressRefused, Outbound
from moderation.workflow.article_texts import Page, PageUnread, is_of_site
from tests.article_pages.conftest import HTML, LOOPBACK, PAGE, STORY, Daily, read
from tests.factories import a_site

pytest.importorskip("trafilatura", reason="NO TRAFILATURA: pip install -r requirements.txt")


def test_the_article_is_read_and_what_readers_say_under_it_is_not(daily: Daily) -> None:
    page = read(daily, daily.say("/bridge"))
    assert page.title == "Bridge closed"
    assert STORY.strip() in page.text
    assert "geese" not in page.text
    assert [path for path, _ in daily.asked] == ["/robots.txt", "/bridge"]
    assert all("Moderation" in (agent or "") for _, agent in daily.asked)


def test_plain_text_is_its_own_article(daily: Daily) -> None:
    assert read(daily, daily.say("/b", "Just words.", "text/plain")) == Page("", "Just words.")


def test_a_few_redirects_are_followed(daily: Daily) -> None:
    daily.say("/bridge")
    daily.say("/b", "", status=301, to="/c")
    url = daily.say("/a", "", status=302, to=daily.at("/b"))
    daily.say("/c", "", status=308, to="bridge#top")
    assert read(daily, url).title == "Bridge closed"


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost:{port}/bridge",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "http://127.0.0.1@elsewhere.example/",
        "//elsewhere.example/",
        "https://elsewhere.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://[::1",
        "",
    ],
)
def test_a_way_that_leads_off_the_site_is_not_taken(daily: Daily, to: str) -> None:
    daily.say("/bridge")
    url = daily.say("/a", "", status=302, to=to.format(port=daily.port))
    with pytest.raises(ModerationError):
        read(daily, url)
    assert {path for path, _ in daily.asked} <= {"/robots.txt", "/a"}


def test_a_way_without_an_end_is_left(daily: Daily) -> None:
    url = daily.say("/a", "", status=302, to="/a")
    with pytest.raises(PageUnread, match="on and on"):
        read(daily, url)
    assert len([path for path, _ in daily.asked if path == "/a"]) == 4


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/bridge", "http://localhost:{port}/bridge"]
)
def test_an_own_page_of_the_inside_is_not_called_unless_a_setting_allows_it(
    daily: Daily, url: str
) -> None:
    daily.say("/bridge")
    url = url.format(port=daily.port)
    with pytest.raises(AddressRefused):
        PageReader(Outbound()).read(url, lambda called: is_of_site(called, a_site(url=url)))
    assert daily.asked == []


@pytest.mark.parametrize(
    ("type_", "status", "body"),
    [
        ("application/pdf", 200, PAGE),
        ("image/svg+xml", 200, PAGE),
        ("application/xml", 200, PAGE),
        (HTML, 404, PAGE),
        (HTML, 500, PAGE),
        (HTML, 204, ""),
        (HTML, 200, "x" * 300_000),
    ],
)
def test_what_is_no_page_is_not_read(daily: Daily, type_: str, status: int, body: str) -> None:
    with pytest.raises(PageUnread):
        read(daily, daily.say("/bridge", body, type_, status))


def test_a_page_that_never_ends_is_left_at_the_limit(daily: Daily) -> None:
    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.end_headers()
        try:
            while not daily.over.is_set():
                handler.wfile.write(b"<p>more</p>" * 1_000)
        except OSError:
            pass

    daily.answers["/bridge"] = pour
    with pytest.raises(PageUnread, match="longer than"):
        read(daily, daily.at("/bridge"))


def test_a_page_that_drips_is_left_at_the_deadline(daily: Daily) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.end_headers()
        try:
            while not daily.over.wait(0.05):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass

    daily.answers["/bridge"] = drip
    with pytest.raises(ModerationError, match="too long"):
        read(daily, daily.at("/bridge"), seconds=0.5)


def test_a_way_of_slow_answers_is_left_at_the_deadline_of_the_article(daily: Daily) -> None:
    def stall(handler: BaseHTTPRequestHandler) -> None:
        daily.over.wait()

    daily.answers["/robots.txt"] = stall
    outbound = Outbound(LOOPBACK, seconds=600)
    with pytest.raises(ModerationError, match="too long"):
        PageReader(outbound, seconds=0.3).read(daily.say("/bridge"), lambda _: True)
    assert [path for path, _ in daily.asked] == ["/robots.txt"]
    with pytest.raises(PageUnread, match="too long"):
        PageReader(outbound, seconds=0).read(daily.at("/bridge"), lambda _: True)


@pytest.mark.parametrize(
    "type_",
    [
        "text/html; charset*0*=a%00b''utf-8",
        "text/html; charset=a\0b",
        "text/html; charset*=utf-8''utf%00-8",
        "text/html; charset*" + "9" * 5_000 + "=utf-8",
        "text/html; charset=" + "x" * 5_000,
        "text/html; charset=-c",
        "text/html; charset=*",
    ],
)
def test_whatever_a_server_calls_its_charset_the_page_is_read(daily: Daily, type_: str) -> None:
    assert read(daily, daily.say("/bridge", PAGE, type_)).title == "Bridge closed"


def _answer(daily: Daily, body: bytes, **headers: str) -> str:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(body)

    daily.answers["/bridge"] = answer
    return daily.at("/bridge")


def test_a_page_that_is_small_only_while_packed_is_left_at_the_limit(daily: Daily) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(PageUnread, match="longer than"):
        read(daily, _answer(daily, bomb, Content_Encoding="gzip"))


def test_a_page_that_breaks_off_is_left(daily: Daily) -> None:
    with pytest.raises(ModerationError, match="broke"):
        read(daily, _answer(daily, PAGE.encode(), Content_Length="100000"))


def test_a_page_that_goes_on_past_its_length_ends_there(daily: Daily) -> None:
    body = PAGE.encode() + b"<p>of somebody else</p>"
    page = read(daily, _answer(daily, body, Content_Length=str(len(PAGE.encode()))))
    assert "somebody" not in page.text


def _page_of(words: str, head: str = "") -> str:
    return (
        f"<html><head>{head}<title>T</title></head><body><article><p>{words}</p></article></body>"
    )


@pytest.mark.parametrize(
    ("charset", "head", "encoding"),
    [
        ("utf-8", "", "utf-8"),
        ("iso-8859-1", "", "latin-1"),
        ("utf-8", "", "latin-1"),  # said, and not so
        ("", '<meta charset="windows-1252">', "windows-1252"),
        ("no-such-thing", "", "utf-8"),
        ("zlib", "", "utf-8"),
        ("", "", "utf-16"),
        ("utf-7", "", "utf-8"),
    ],
)
def test_however_a_page_is_written_its_words_are_read(
    daily: Daily, charset: str, head: str, encoding: str
) -> None:
    words = "Übergänge über die Brücke bleiben geschlossen, sagt der Rat der Stadt. " * 5
    type_ = f"text/html; charset={charset}" if charset else "text/html"
    page = read(daily, daily.say("/b", _page_of(words, head).encode(encoding), type_))
    assert words.strip() in page.text


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 10}">' for n in range(10))
HOSTILE = {
    "an entity bomb": f"<!DOCTYPE r [{BOMB}]><html><body><p>&l9;</p><p>{STORY}</p></body></html>",
    "an external entity": (
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<html><body><p>&x;</p><p>{STORY}</p></body></html>"
    ),
    "deep nesting": "<div>" * 30_000 + STORY,
    "unclosed tags": "<p><b><i>" * 15_000 + STORY,
    "many attributes": "<p " + " ".join(f"a{n}=x" for n in range(20_000)) + f">{STORY}</p>",
    "one long word": f"<article><p>{'a' * 150_000}</p></article>",
    "nothing but marks": "<" * 150_000,
    "zero bytes": "<p>\0\0\0</p>" * 1_000,
    "no markup": "\x01\x02\xff" * 1_000,
    "nothing": " ",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_read_or_left_and_gives_away_nothing(
    daily: Daily, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(extracting, "CPU_SECONDS", 3)
    try:
        page = read(daily, daily.say("/b", body))
    except PageUnread:
        return
    assert "root:" not in page.text
    assert len(page.text) < 200_000


def test_a_page_that_takes_too_long_to_read_is_left(
    daily: Daily, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracting, "SECONDS", 0.001)
    with pytest.raises(PageUnread, match="too long"):
        read(daily, daily.say("/bridge"))


def test_the_process_that_reads_pages_knows_none_of_our_secrets(
    daily: Daily, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = {}
    run = extracting.subprocess.run

    def listen(*words: object, **options: object) -> object:
        heard.update(options)
        return run(*words, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("MODERATION_SECRET_KEY", "not for pages")
    monkeypatch.setattr(extracting.subprocess, "run", listen)
    read(daily, daily.say("/bridge"))
    assert set(heard["env"]) == {"PYTHONPATH"}
