"""Use case: articles of which only an address is known get their text from there.

One at a time and only at addresses of their site's own, so that nobody who writes comments can have
the service call whatever they name.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from moderation.comments import MAX_ARTICLE_TEXT, MAX_TITLE, Site, StoredArticle
from moderation.errors import ModerationError
from moderation.web_addresses import AddressRefused, ascii_host
from moderation.workflow.services import Services

WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=4),
    timedelta(hours=24),
)
"""How long after each try the next one may come. There are as many tries, and none after the last.
"""

_PORTS = {"http": 80, "https": 443}
_log = logging.getLogger(__name__)


class PageUnread(ModerationError):
    """No article could be had from a page; the message says why and names no address."""

    code = "page_unread"


@dataclass(frozen=True, slots=True)
class Page:
    """The article in a page: plain text, either may be empty."""

    title: str
    text: str


ReadPage = Callable[[str, Callable[[str], bool]], Page]
"""Fetches an address and whatever it leads to, each only if the given function says that it may be
called. Raises `ModerationError`."""


def fetch_next(services: Services, read_page: ReadPage, further: Sequence[str] = ()) -> bool:
    """Try to get the text of one article that is due; whether there was one.

    `further` are hosts that belong to every site.
    """
    now = services.now()
    with services.store.read() as work:
        if not work.articles.is_text_due(now, len(WAITS)):
            return False
    with services.store.write() as work:
        # Counted before it is tried: whatever a page does to this process, it has had its try.
        article = work.articles.claim_textless(now, WAITS)
        site = work.sites.get(article.site_id) if article else None
        work.commit()
    if article is None or site is None:
        return False
    try:
        page = read_page(article.url, lambda url: is_of_site(url, site, further))
        filled = _filled(article, page)
    except Exception as error:
        # Whatever a page did, the next article is none the worse for it.
        why = error.message if isinstance(error, ModerationError) else type(error).__name__
        _log.info("no text of an article", extra={"site": site.id, "error": why})
        return True
    _keep(services, filled)
    return True


def is_of_site(url: str, site: Site, further: Sequence[str] = ()) -> bool:
    """Whether an address is the site's own: on its host or one under it, at a usual port.

    The host is that of the site's address, less a leading `www.`; a site without one owns none.
    """
    called, own = _parts(url), _parts(site.url)
    if called is None or not _is_port(called, own):
        return False
    hosts = [own.hostname or ""] if own else []
    host = _ascii(called.hostname or "")
    return bool(host) and any(_is_under(host, _ascii(one)) for one in (*hosts, *further))


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if fits else None


def _is_port(called: SplitResult, own: SplitResult | None) -> bool:
    usual = {None, *_PORTS.values()}
    return called.port in usual or (own is not None and called.port == own.port)


def _is_under(host: str, own: str) -> bool:
    try:
        return bool(ip_address(own)) and host == own
    except ValueError:
        own = own.removeprefix("www.")
        return bool(own) and (host == own or host.endswith(f".{own}"))


def _ascii(host: str) -> str:
    """As it will be called; empty where that cannot be."""
    try:
        return ascii_host(host.strip())
    except AddressRefused:
        return ""


def _filled(article: StoredArticle, page: Page) -> StoredArticle:
    text = _clean(page.text)[:MAX_ARTICLE_TEXT].strip()
    if not text:
        raise PageUnread("There is no article in this page.")
    title = " ".join(_clean(page.title).split())[:MAX_TITLE]
    return replace(article, title=article.title if article.title.strip() else title, text=text)


def _clean(text: str) -> str:
    """Without what no database keeps and no reader sees: control characters but line ends, tabs."""
    return "".join(
        mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs")
    )


def _keep(services: Services, article: StoredArticle) -> None:
    with services.store.write() as work:
        work.articles.fill(article, services.now())
        work.commit()
