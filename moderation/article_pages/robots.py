"""What the `robots.txt` of a host asks of whoever fetches its pages (RFC 9309)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from moderation.outbound import Answer
from moderation.workflow.article_texts import PageUnread

AGENT = "Moderation"
"""The name that a `robots.txt` calls this service by."""

KEPT = 3_600.0
"""Seconds for which what a host said holds."""

MOST = 256
MAX_BYTES = 100 * 1024

_NO_RULE = "Crawl-delay:"
"""Asks for nothing, and still ends the list of names above it."""


@dataclass(slots=True)
class Robots:
    """Asks each host once in a while."""

    now: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, RobotFileParser]] = field(default_factory=dict)

    def allow(self, url: str, get: Callable[[str], Answer]) -> bool:
        """Whether the page may be fetched. `get` fetches an address, redirects followed.

        Raises what that does, and `PageUnread` where the host cannot say now.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        read_at, rules = self._known.get(origin, (0.0, None))
        if rules is None or self.now() - read_at > KEPT:
            rules = _read(get(f"{origin}/robots.txt"))
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[origin] = (self.now(), rules)
        return rules.can_fetch(AGENT, url)


def _read(answer: Answer) -> RobotFileParser:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PageUnread("The robots.txt of this host cannot be read now.")
    lines: list[str] = []
    if answer.status == HTTPStatus.OK:
        lines = answer.body[:MAX_BYTES].decode("utf-8", "replace").splitlines()
    try:
        return _parsed(lines)
    except ValueError:
        return _parsed([line if _is_understood(line) else _NO_RULE for line in lines])


def _parsed(lines: list[str]) -> RobotFileParser:
    rules = RobotFileParser()
    rules.parse(lines)
    return rules


def _is_understood(line: str) -> bool:
    """Whether the parser takes it; at `Disallow: //[` it gives the whole file up."""
    try:
        _parsed(["User-agent: *", line])
    except ValueError:
        return False
    return True
