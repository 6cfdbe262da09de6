"""Fetches the page of an article: its own site's addresses alone, a few redirects, a size limit."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.message import Message
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin

from moderation.article_pages.extracting import extract
from moderation.article_pages.robots import AGENT, Robots
from moderation.outbound import Answer, Outbound
from moderation.workflow.article_texts import Page, PageUnread

MAX_BYTES = 2 * 1024 * 1024
SECONDS = 10.0
"""For each address that is called."""

ARTICLE_SECONDS = 30.0
"""For all that is called for one article, each `robots.txt` on the way to it too."""

MOST_REDIRECTS = 3

_HEADERS = {
    "User-Agent": f"{AGENT} (reads the articles under which it moderates comments)",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.5",
}
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(r"[a-z0-9_.:-]{1,40}")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class PageReader:
    """Reads articles off their pages."""

    outbound: Outbound
    seconds: float = ARTICLE_SECONDS
    _robots: Robots = field(default_factory=Robots)

    def read(self, url: str, may_call: Callable[[str], bool]) -> Page:
        """The article at an address; every address on the way must be one that may be called.

        Raises `PageUnread`, and what `Outbound.call` does.
        """
        way = _Way(self.outbound, may_call, time.monotonic() + self.seconds)
        answer = way.follow(url, lambda called: self._robots.allow(called, way.follow))
        if answer.status != HTTPStatus.OK:
            raise PageUnread(f"The page was answered with {answer.status}.")
        if not answer.is_whole:
            raise PageUnread(f"The page is longer than {self.outbound.max_bytes:,} bytes.")
        kind, charset = _content_type(answer)
        if kind not in _HTML and kind != "text/plain":
            raise PageUnread("The page is neither HTML nor text.")
        return extract(answer.body, is_html=kind in _HTML, charset=charset)


@dataclass(frozen=True, slots=True)
class _Way:
    """All that is called for one article."""

    outbound: Outbound
    may_call: Callable[[str], bool]
    ends_at: float
    """By the monotonic clock."""

    def follow(self, url: str, may_fetch: Callable[[str], bool] = lambda _: True) -> Answer:
        """What is answered at the end of a few redirects. Raises as `PageReader.read` does."""
        for _ in range(MOST_REDIRECTS + 1):
            if not self.may_call(url):
                raise PageUnread("This is no page of the site's own.")
            if not may_fetch(url):
                raise PageUnread("The robots.txt of this host asks not to fetch this page.")
            answer = self._call(url)
            if answer.status not in _REDIRECTS:
                return answer
            url = _target(url, answer.headers.get("location", ""))
        raise PageUnread("The page leads on and on.")

    def _call(self, url: str) -> Answer:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise PageUnread("The way to this page took too long.")
        outbound = replace(self.outbound, seconds=min(left, self.outbound.seconds))
        return outbound.call("GET", url, headers=_HEADERS)


def _target(url: str, location: str) -> str:
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        raise PageUnread("The page leads to no address of the web.") from None


def _content_type(answer: Answer) -> tuple[str, str]:
    """The media type and the charset that a server names, both in lower case."""
    said = Message()
    said["Content-Type"] = answer.headers.get("content-type", "")
    try:
        charset = said.get_content_charset("")
    except ValueError:
        # Its parts may be numbered (RFC 2231), with any number.
        charset = ""
    return said.get_content_type(), charset if _CHARSET.fullmatch(charset) else ""
