"""The one error shape, whatever went wrong::

    {"error": {"code": "...", "message": "...", "details": {...}, "request_id": "..."}}

`code` is for programs, `message` for people, `details` a JSON object; where a field is
at fault `details.field` names it by path and the message begins with it. Each section
below is one source of errors.
"""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from moderation.accounts import Permission
from moderation.errors import ModerationError
from moderation.storage import SqlStore
from moderation.web.auth import public, requires
from moderation.web.errors import STATUS
from moderation.web.limits import limiter
from tests.factories import KeywordScorer
from tests.web.conftest import (  # noqa: F401 - fixtures are found by their names
    Caller,
    anyone,
    app,
    daily,
    fault,
    keep_key,
    keep_user,
    person,
    program,
    web,
)

SECRET_TEXT = "a text that nobody else may see"

# Bodies that are no good, each with the path of the field at fault.


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(b"{}", "text", id="nothing required is there"),
        pytest.param(b"", "body", id="empty"),
        pytest.param(b"   ", "body", id="white space"),
        pytest.param(b"hello", "body", id="not JSON"),
        pytest.param(b'{"text": "a"} {}', "body", id="two values"),
        pytest.param(b'{"text": "a"', "body", id="cut off"),
        pytest.param(b"[]", "body", id="a list"),
        pytest.param(b"null", "body", id="null"),
        pytest.param(b"NaN", "body", id="NaN"),
        pytest.param(b'{"text": NaN}', "body", id="NaN inside"),
        pytest.param(b'{"text": ""}', "text", id="empty text"),
        pytest.param(b'{"text": " \\n\\t"}', "text", id="blank text"),
        pytest.param(b'{"text": null}', "text", id="null text"),
        pytest.param(b'{"text": 1}', "text", id="a number"),
        pytest.param(b'{"text": ["a"]}', "text", id="a list as text"),
        pytest.param(b'{"text": "a\\u0000b"}', "text", id="escaped NUL"),
        pytest.param(b'{"text": "a\x00b"}', "text", id="raw NUL"),
        pytest.param(b'{"text": "\\u001b[31m"}', "text", id="terminal escape"),
        pytest.param(b'{"text": "a\xffb"}', "text", id="invalid UTF-8"),
        pytest.param(b'{"text": "\xc3"}', "text", id="half a character"),
        pytest.param(b'{"text": "\xed\xa0\x80"}', "text", id="surrogate in UTF-8"),
        pytest.param(b'{"text": "\\ud800"}', "text", id="lone surrogate"),
        pytest.param(b'{"text": "x\\udc00 and more to come"}', "text", id="lone low surrogate"),
        pytest.param(b'{"text": "a", "article": {"title": "\xff"}}', "article.title", id="nested"),
        pytest.param(b'{"text": "a", "article": {"x": 1}}', "article.x", id="unknown, nested"),
        pytest.param(b'{"text": "a", "article": []}', "article", id="a list as article"),
        pytest.param(b'{"text": "a", "article": {"id": 5}}', "article.id", id="number as id"),
        pytest.param(b'{"text": "a", "article": {"id": ""}}', "article.id", id="empty id"),
        pytest.param(
            b'{"text": "a", "article": {"id": "b", "text": "c"}}', "article", id="id and text"
        ),
        pytest.param(b'{"text": "a", "parent": "b"}', "parent", id="a string as parent"),
        pytest.param(b'{"text": "a", "parent": {}}', "parent.text", id="a parent without text"),
        pytest.param(b'{"text": "a", "extra": 1}', "extra", id="unknown field"),
        pytest.param(b'{"text": "a", "explain": "yes"}', "explain", id="a string as flag"),
        pytest.param(b'{"text": "a", "mode": "slow"}', "mode", id="unknown mode"),
        pytest.param(b'{"text": "a", "language": "!"}', "language", id="no language"),
        pytest.param(b'{"text": ' + b"[" * 10_000 + b"}", "text", id="deep, not closed"),
        pytest.param(
            b'{"text": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "text", id="deep, closed"
        ),
        pytest.param(
            b'{"comments": [{"text": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}]}",
            "comments[0].text.a.a.a.a.a",
            id="deep in a batch",
        ),
        pytest.param('{"text": "a"}'.encode("utf-16"), "body", id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"text": "a"}', "body", id="byte order mark"),
    ],
)
def test_a_body_that_is_no_good_names_its_field(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    body: bytes,
    field: str,
) -> None:
    fault(program.raw("/v1/classify", body), 400, "invalid_input", field)
    assert scorer.heard == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x" * 1_000_000}, "text"),
        ({"text": "x", "article": {"text": "x" * 200_001}}, "article.text"),
        ({"text": "x", "article": {"title": "x" * 2_001}}, "article.title"),
        ({"text": "x", "article": {"id": "x" * 201}}, "article.id"),
        ({"text": "x", "parent": {"text": "x" * 20_001}}, "parent.text"),
    ],
)
def test_what_is_too_long_names_its_field(
    program: Caller,  # noqa: F811
    body: dict,
    field: str,
) -> None:
    fault(program.post("/v1/classify", body), 400, "too_large", field)


def test_limits_count_code_points(program: Caller) -> None:  # noqa: F811
    assert program.post("/v1/classify", {"text": "\U0001f642" * 20_000}).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": 5}, "id"),
        ({"id": ""}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\u0085b"}, "id"),
        ({"text": ""}, "text"),
        ({"parent_id": "c1"}, "parent_id"),
        ({"author": {"name": "Ann"}}, "author.id"),
        ({"author": {"id": 3}}, "author.id"),
        ({"author": {"id": "u1", "name": "a\x00"}}, "author.name"),
        ({"created_at": "2026-03-01T12:00:00"}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": 1}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+23:00"}, "created_at"),
        ({"created_at": "9999-12-31T23:59:59-23:00"}, "created_at"),
        ({"site": "daily"}, "site"),
    ],
)
def test_a_comment_that_is_no_good_leaves_nothing_behind(
    program: Caller,  # noqa: F811
    sqlite_store: SqlStore,
    change: dict,
    field: str,
) -> None:
    answer = program.post("/v1/comments", {"id": "c1", "text": SECRET_TEXT} | change)
    fault(answer, 400, "invalid_input", field)
    with sqlite_store.read() as work:
        assert work.comments.count() == 0


def test_an_unknown_article_is_named_and_leaves_nothing_behind(
    program: Caller,  # noqa: F811
    sqlite_store: SqlStore,
) -> None:
    answer = program.post("/v1/comments", {"id": "c1", "text": "Hi.", "article_id": "none"})
    fault(answer, 422, "unknown_reference", "article_id")
    with sqlite_store.read() as work:
        assert work.comments.count() == 0


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/plain", b'{"text": "a"}'),
        ("application/x-www-form-urlencoded", b"text=a"),
        ("application/json; charset=latin-1", b'{"text": "a"}'),
        (None, b'{"text": "a"}'),
    ],
)
def test_a_body_of_another_type_is_refused(
    program: Caller,  # noqa: F811
    content_type: str | None,
    data: bytes,
) -> None:
    answer = program.send("POST", "/v1/classify", data=data, content_type=content_type)
    fault(answer, 415, "unsupported_media_type", "Content-Type")


def test_a_repeated_key_is_harmless(program: Caller) -> None:  # noqa: F811
    answer = program.raw("/v1/classify", b'{"text": "You idiot.", "text": "Thank you."}')
    assert answer.json["decision"] == "allow"


def test_a_body_over_the_limit_is_not_read(app: Flask, program: Caller) -> None:  # noqa: F811
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    fault(program.raw("/v1/classify", b" " * 1_001), 413, "too_large", "body")


# Addresses and methods.


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere", "/v1/queue/", "/v1/classify/x"])
def test_an_address_that_is_none_is_not_found(
    anyone: FlaskClient,  # noqa: F811
    path: str,
) -> None:
    fault(anyone.get(path), 404, "not_found")


def test_another_method_is_told_which_there_are(anyone: FlaskClient) -> None:  # noqa: F811
    answer = anyone.get("/v1/classify")
    fault(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_path_that_is_not_utf8_is_named(anyone: FlaskClient) -> None:  # noqa: F811
    answer = anyone.get("/healthz", environ_overrides={"PATH_INFO": "/v1/articles/\xff"})
    fault(answer, 400, "invalid_input", "path")


def test_an_address_in_a_browser_is_answered_with_a_page(
    anyone: FlaskClient,  # noqa: F811
) -> None:
    answer = anyone.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert answer.headers["X-Request-Id"] in answer.text


# Credentials.


def test_without_credentials(anyone: FlaskClient) -> None:  # noqa: F811
    answer = anyone.post("/v1/classify", json={"text": "a"})
    fault(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_permission(program: Caller) -> None:  # noqa: F811
    fault(program.post("/v1/queue/claim"), 403, "forbidden")


# Faults of our own: they say nothing of what was sent.


@pytest.fixture
def broken(app: Flask) -> Flask:  # noqa: F811
    """The app with routes that fail in every way."""

    def crash() -> str:
        raise RuntimeError(SECRET_TEXT)

    def lose_database() -> str:
        raise OperationalError("SELECT 1", {"text": SECRET_TEXT}, Exception(SECRET_TEXT))

    def lose_connection() -> str:
        raise ConnectionError(SECRET_TEXT)

    for view in (crash, lose_database, lose_connection):
        app.add_url_rule(f"/v1/test/{view.__name__}", view_func=public(view))
    return app


def test_a_crash_tells_nothing(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = broken.test_client().get("/v1/test/crash")
    fault(answer, 500, "internal")
    assert SECRET_TEXT not in answer.text + caplog.text
    (record,) = (record for record in caplog.records if record.name == "moderation.errors")
    assert record.__dict__["error"] == "RuntimeError"
    assert any("crash" in frame for frame in record.__dict__["where"])


@pytest.mark.parametrize("route", ["lose_database", "lose_connection"])
def test_an_outage_asks_to_try_again(
    broken: Flask, caplog: pytest.LogCaptureFixture, route: str
) -> None:
    answer = broken.test_client().get(f"/v1/test/{route}")
    error = fault(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == str(error["details"]["retry_after"])
    assert SECRET_TEXT not in answer.text + caplog.text


def test_a_route_that_declares_nothing_is_closed(
    app: Flask,  # noqa: F811
    program: Caller,  # noqa: F811
) -> None:
    app.add_url_rule("/v1/test/silent", view_func=lambda: "open")
    fault(program.get("/v1/test/silent"), 403, "forbidden")


def test_a_route_of_another_role_is_closed(
    app: Flask,  # noqa: F811
    program: Caller,  # noqa: F811
) -> None:
    app.add_url_rule("/v1/test/admin", view_func=requires(Permission.ADMINISTER)(lambda: "open"))
    error = fault(program.get("/v1/test/admin"), 403, "forbidden")
    assert error["details"] == {"needs": ["administer"]}


def test_too_many_attempts(app: Flask, anyone: FlaskClient) -> None:  # noqa: F811
    def limited() -> str:
        return "ok"

    view = public(limiter.limit("2 per minute")(limited))
    app.add_url_rule("/v1/test/limited", view_func=view)
    answers = [anyone.get("/v1/test/limited") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    fault(answers[2], 429, "rate_limited")
    assert int(answers[2].headers["Retry-After"]) > 0


def test_every_domain_error_that_can_be_answered_has_a_status() -> None:
    def family(kind: type[ModerationError]) -> set[type[ModerationError]]:
        return {kind}.union(*(family(child) for child in kind.__subclasses__()))

    for kind in family(ModerationError):
        assert any(base in STATUS for base in kind.__mro__[:-3]), kind
