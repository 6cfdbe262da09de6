"""A server whose pages are articles, and the way to read them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from moderation.article_pages.fetching import PageReader
from moderation.outbound import Outbound
from moderation.workflow.article_texts import Page, is_of_site
from tests.factories import a_site

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
HTML = "text/html; charset=utf-8"
STORY = "The old bridge over the river is closed until spring, the council said on Friday. " * 4
PAGE = f"""<!doctype html><html><head><title>Bridge closed | The Daily</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>Bridge closed</h1><p>{STORY}</p><p>{STORY}</p></article>
<section class="comments" id="comments"><p>You are all geese.</p></section></body></html>"""


@dataclass
class Daily:
    """A server on loopback: what it answers at which path, and what it was asked."""

    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def say(
        self,
        path: str,
        body: str | bytes = PAGE,
        type_: str = HTML,
        status: int = 200,
        to: str = "",
    ) -> str:
        raw = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", type_)
            handler.send_header("Content-Length", str(len(raw)))
            if to:
                handler.send_header("Location", to)
            handler.end_headers()
            handler.wfile.write(raw)

        self.answers[path] = answer
        return self.at(path)


@pytest.fixture
def daily() -> Iterator[Daily]:
    here = Daily()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, self.headers["User-Agent"]))
            if self.path in here.answers:
                here.answers[self.path](self)
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield here
    here.over.set()
    server.shutdown()
    server.server_close()


def read(daily: Daily, url: str, *, seconds: float = 10.0, max_bytes: int = 200_000) -> Page:
    """The article at an address, for a site whose address is the server's."""
    site = a_site(url=daily.at("/"))
    outbound = Outbound(LOOPBACK, seconds, max_bytes)
    return PageReader(outbound).read(url, lambda called: is_of_site(called, site))
