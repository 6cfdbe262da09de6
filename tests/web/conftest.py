"""The app over a SQLite store and the keyword scorer, with callers of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask, Response, current_app, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.accounts import Key, KeyKind, Role, User
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.web.openapi_answers import HEADERS, answers_of
from moderation.workflow import Services
from tests.factories import Clock, KeywordScorer, a_password_hash, a_site, a_user

PASSWORD = "correct horse battery"
PASSWORD_HASH = a_password_hash(PASSWORD)


@dataclass
class Caller:
    """A client that sends one key with everything."""

    client: FlaskClient
    secret: str

    def send(self, method: str, path: str, json: object = None, **options: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}"}
        if json is not None:
            options["json"] = json
        return self.client.open(path, method=method, headers=headers, **options)  # type: ignore[arg-type]

    def get(self, path: str) -> TestResponse:
        return self.send("GET", path)

    def post(self, path: str, json: object = None, **options: object) -> TestResponse:
        return self.send("POST", path, json, **options)

    def raw(self, path: str, data: bytes, method: str = "POST") -> TestResponse:
        return self.send(method, path, data=data, content_type="application/json")


@pytest.fixture
def web(sqlite_store: SqlStore, scorer: KeywordScorer, clock: Clock) -> Services:
    """The use cases' collaborators below the app; nothing is drawn for audit."""
    return Services(sqlite_store, scorer, audit_rate=0.0, now=clock)


@pytest.fixture
def app(web: Services) -> Flask:
    """The whole app."""
    values = Settings(
        secret_key="only for tests", login_rate="1000 per minute", coral_budget_ms=60_000
    )
    made = create_app(values, web)
    made.testing = True
    # In front, so that it is called last, and sees what the others add.
    made.after_request_funcs[None].insert(0, as_described)
    return made


def as_described(response: Response) -> Response:
    """Hold every answer of a native route, in whatever test, against what the document tells."""
    rule = request.url_rule
    if rule is None or request.method == "OPTIONS":
        return response
    told = answers_of(rule, current_app.view_functions[rule.endpoint])
    if told is not None:
        assert response.status_code in told, f"{request.method} {rule.rule}"
        headers = {name for name in HEADERS if name in response.headers}
        required = {name for name in told[response.status_code] if HEADERS[name].get("required")}
        assert required <= headers <= told[response.status_code], f"{request.method} {rule.rule}"
    return response


@pytest.fixture
def anyone(app: Flask) -> FlaskClient:
    """Somebody without credentials."""
    return app.test_client()


@pytest.fixture
def daily(sqlite_store: SqlStore) -> Site:
    """A stored site."""
    return _store_site(sqlite_store, a_site())


@pytest.fixture
def keep_key(sqlite_store: SqlStore) -> Callable[[Key], None]:
    """Stores a key."""

    def keep(key: Key) -> None:
        with sqlite_store.write() as work:
            work.accounts.put_key(key)
            work.commit()

    return keep


@pytest.fixture
def keep_user(sqlite_store: SqlStore) -> Callable[[User], User]:
    """Stores a user under `PASSWORD`."""

    def keep(user: User) -> User:
        user = replace(user, password_hash=PASSWORD_HASH)
        with sqlite_store.write() as work:
            work.accounts.put_user(user)
            work.commit()
        return user

    return keep


@pytest.fixture
def program(app: Flask, daily: Site, keep_key: Callable[[Key], None]) -> Caller:
    """The program of the daily site."""
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(key)
    return Caller(app.test_client(), secret)


@pytest.fixture
def other_program(app: Flask, sqlite_store: SqlStore, keep_key: Callable[[Key], None]) -> Caller:
    """The program of another site."""
    other = _store_site(sqlite_store, a_site("weekly"))
    secret, key = new_secret(KeyKind.SITE, site_id=other.id)
    keep_key(key)
    return Caller(app.test_client(), secret)


@pytest.fixture
def person(
    app: Flask, keep_key: Callable[[Key], None], keep_user: Callable[[User], User]
) -> Callable[..., Caller]:
    """Makes a person with a personal token."""

    def make(id: str = "mona", role: Role = Role.MODERATOR) -> Caller:
        user = keep_user(a_user(id, role))
        secret, key = new_secret(KeyKind.PERSONAL, user_id=user.id)
        keep_key(key)
        return Caller(app.test_client(), secret)

    return make


def fault(response: TestResponse, status: int, code: str, field: str | None = None) -> dict:
    """The error of an answer, checked to be of the one shape."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert list(response.json) == ["error"]
    error = response.json["error"]
    assert list(error) == ["code", "message", "details", "request_id"]
    assert error["code"] == code
    assert error["message"]
    assert error["request_id"] == response.headers["X-Request-Id"]
    if field is not None:
        assert error["details"]["field"] == field
        assert error["message"].startswith(field)
    return error


def _store_site(store: SqlStore, site: Site) -> Site:
    with store.write() as work:
        work.sites.put(site)
        work.commit()
    return site
