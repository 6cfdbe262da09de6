"""The desk, running: a real server over a real store, and a real Chromium to look at it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse
from werkzeug.wsgi import ClosingIterator

from moderation.accounts import Role, User
from moderation.comments import Author, NewComment, Site, StoredArticle
from moderation.review_queue import ReviewItem
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.workflow import Services
from moderation.workflow.intake import put_article, submit
from tests.factories import Clock, KeywordScorer, a_password_hash, a_site, a_user

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSWORD = "correct horse battery"
COOKIE = "moderation_session"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PEOPLE = {
    "mona": Role.MODERATOR,
    "bo": Role.MODERATOR,
    "lea": Role.LEAD,
    "sam": Role.SCIENTIST,
}


@dataclass
class Desk:
    """The app with its services, a site and people who can sign in."""

    app: Flask
    services: Services
    site: Site
    clock: Clock
    url: str = ""

    def hand_in(self, id: str, text: str, **fields: object) -> ReviewItem | None:
        """A comment under the article, as the site's CMS sends it."""
        author = fields.pop("author", Author("u1", "Reader One"))
        new = NewComment(id, text, "library", author=author, **fields)  # type: ignore[arg-type]
        return submit(self.services, self.site, new).item

    def queued(self, id: str, text: str = "What a silly idea.", **fields: object) -> ReviewItem:
        """A comment that is sure to be queued; each a minute after the one before."""
        self.clock.advance(minutes=1)
        item = self.hand_in(id, text, **fields)
        assert item is not None
        return item

    @property
    def scorer(self) -> KeywordScorer:
        """What scores and explains."""
        assert isinstance(self.services.scorers, KeywordScorer)
        return self.services.scorers

    def person(self, name: str) -> User:
        """One of `PEOPLE` as stored."""
        with self.services.store.read() as work:
            user = work.accounts.user(name)
        assert user is not None
        return user


@pytest.fixture(scope="session")
def password_hash() -> str:
    """What `PASSWORD` fits."""
    return a_password_hash(PASSWORD)


@pytest.fixture
def desk(sqlite_store: SqlStore, clock: Clock, password_hash: str, tmp_path: Path) -> Desk:
    """The desk with an article and nothing to review."""
    services = Services(
        sqlite_store, KeywordScorer(), lease=timedelta(minutes=5), audit_rate=0.0, now=clock
    )
    site = a_site()
    made = a_desk(services, site, clock, password_hash, tmp_path)
    article = StoredArticle(
        site.id,
        "library",
        "Library to open on Sundays",
        "The council voted to open the library on Sundays.\nThe vote was close.",
        "https://example.org/library",
    )
    put_article(services, article)
    return made


def a_desk(services: Services, site: Site, clock: Clock, password_hash: str, var: Path) -> Desk:
    """The app over these services, with the site stored and everybody of `PEOPLE`."""
    with services.store.write() as work:
        work.sites.put(site)
        for name, role in PEOPLE.items():
            work.accounts.put_user(replace(a_user(name, role), password_hash=password_hash))
        work.commit()
    settings = Settings(var=str(var), secret_key="for tests " * 4, login_rate="999/minute")
    return Desk(create_app(settings, services), services, site, clock)


class _Handler(WSGIRequestHandler):
    timeout = 10
    """Seconds that a connection may be silent, so that none is waited for without end."""


def _read_before_it_is_sent(app: WSGIApplication) -> WSGIApplication:
    """The app with nothing left open: Werkzeug's server does not close the file of an answer
    whose receiver hangs up, as a browser does that has moved on to the next page.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return list(parts)

    return answer


@contextmanager
def serving(desk: Desk) -> Iterator[None]:
    """Have the desk answer on a free port, which its `url` names."""
    app = _read_before_it_is_sent(desk.app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    # Closing it waits for what is being answered: an interpreter that ends while a model is at
    # work for somebody crashes.
    server.daemon_threads = False
    # How often it looks whether it is to end, in seconds: each test waits for that.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def running_desk(desk: Desk) -> Iterator[Desk]:
    """The desk behind a real server on a free port."""
    with serving(desk):
        yield desk


def signed_in(desk: Desk, name: str) -> FlaskClient:
    """A client that has been through the sign-in form."""
    client = desk.app.test_client()
    form = {"login": f"{name}@example.org", "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/login", data=form).status_code == 303
    return client


def token(client: FlaskClient) -> str:
    """The CSRF token of the client's session, as its pages carry it."""
    page = client.get("/login", follow_redirects=True).get_data(as_text=True)
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def ada(desk: Desk, password_hash: str) -> FlaskClient:
    """The administrator, signed in."""
    with desk.services.store.write() as work:
        user = a_user("ada", Role.ADMINISTRATOR)
        work.accounts.put_user(replace(user, password_hash=password_hash))
        work.commit()
    return signed_in(desk, "ada")


def show(client: FlaskClient, path: str, status: int = 200) -> str:
    """The text of a page."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """What a form that is posted with its token is answered with."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert found
    return client.post(path, data=form | {"csrf_token": found[1]})


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips without one."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("NO CHROMIUM: install the package `chromium` to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


class Visitor:
    """Opens pages for people, each in a browser context of their own."""

    def __init__(self, browser: Browser, desk: Desk) -> None:
        self._browser = browser
        self._desk = desk
        self._contexts: list[BrowserContext] = []
        self.trouble: list[str] = []
        """Whatever a page complained of: script errors, refused content, dialogs; and whatever
        it asked of anybody but the service."""

    def __call__(self, name: str, at: str = "/review", **options: object) -> Page:
        """`name`, signed in, arrives `at` a page."""
        page = self.stranger(**options)
        self.enter(page, name, at)
        return page

    def enter(self, page: Page, name: str, at: str = "/review") -> None:
        """A stranger's page becomes that of `name`, signed in, and arrives `at` a page."""
        kept = signed_in(self._desk, name).get_cookie(COOKIE)
        assert kept is not None
        page.context.add_cookies([{"name": COOKIE, "value": kept.value, "url": self._desk.url}])
        page.goto(at)

    def stranger(self, **options: object) -> Page:
        """An empty page of somebody who has not signed in."""
        context = self._browser.new_context(base_url=self._desk.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", lambda dialog: self.trouble.append(dialog.message))
        page.on("console", self._listen)
        page.on("request", self._watch)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        # That an answer was a refusal is for the test to judge.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.trouble.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(f"{self._desk.url}/"):
            self.trouble.append(f"asked {request.url}")

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(chromium: Browser, running_desk: Desk) -> Iterator[Visitor]:
    """`visit("mona")` gives her page of the desk. No page may complain."""
    visitor = Visitor(chromium, running_desk)
    yield visitor
    visitor.close()
    assert visitor.trouble == []
