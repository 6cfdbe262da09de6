"""The OpenAPI document says what is there, and the page of it shows all of that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation import errors
from moderation.checks import (
    BINARY,
    checked_id,
    checked_language,
    checked_line,
    checked_text,
    checked_url,
)
from moderation.errors import InvalidInput
from moderation.text.folding import is_blank
from moderation.web.auth import declared_access
from moderation.web.errors import STATUS
from moderation.web.operations import operation_of
from moderation.wire import fields, requests
from tests.web.conftest import Caller

NATIVE = "moderation.web.api."


@pytest.fixture
def document(anyone: FlaskClient) -> dict[str, Any]:
    answer = anyone.get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.json
    return found


def _native(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """Method, path and view of every route that the native modules have."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if view.__module__.startswith(NATIVE):
            path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method.lower(), path, view


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def test_every_native_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    there = {(method, path) for method, path, _ in _native(app)}
    assert ("post", "/v1/comments/{comment_id}/reports") in there
    assert {(method, path) for method, path, _ in _operations(document)} == there


def test_every_route_says_what_it_does_and_who_may_use_it(
    app: Flask, document: dict[str, Any]
) -> None:
    for method, path, view in _native(app):
        told = document["paths"][path][method]
        assert told["summary"].endswith((".", ":")), path
        needed = declared_access(view)
        assert bool(told["security"]) is bool(needed)
        for permission in needed or ():
            assert f"`{permission}`" in told["description"]


def test_every_route_tells_its_statuses(app: Flask, document: dict[str, Any]) -> None:
    for method, path, view in _native(app):
        told = document["paths"][path][method]
        statuses = set(told["responses"])
        operation = operation_of(view)
        assert operation is not None
        assert {str(int(status)) for status in operation.gives} <= statuses
        assert {"400", "408", "500"} <= statuses
        if declared_access(view):
            assert {"401", "403", "429", "503"} <= statuses
        if operation.takes is not None:
            assert {"413", "415"} <= statuses
        for kind in operation.faults:
            (status,) = [STATUS[base] for base in kind.__mro__ if base in STATUS][:1]
            assert f"`{kind.code}`" in told["responses"][str(int(status))]["description"]


def test_every_error_has_the_one_shape(document: dict[str, Any]) -> None:
    for _, path, told in _operations(document):
        for status, answer in told["responses"].items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/FaultReply"}, path


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert "FaultReply" in named
    assert named <= set(document["components"]["schemas"])


def _schemas_within(told: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    if isinstance(told, dict):
        yield told
        for part in told.values():
            yield from _schemas_within(part)
    elif isinstance(told, list):
        for part in told:
            yield from _schemas_within(part)


def test_generators_of_clients_can_read_every_schema(document: dict[str, Any]) -> None:
    # openapi-python-client leaves out routes with a list of nothing; it and openapi-generator lose
    # the fields of an object that has alternatives beside them, or fail; openapi-typescript takes
    # a default for a field that must be there.
    for schema in _schemas_within(document["components"]["schemas"]):
        assert schema.get("type") != "array" or "items" in schema
        assert not ("properties" in schema and {"anyOf", "oneOf", "allOf"} & set(schema))
        assert schema.get("default", ...) is not None


def test_every_example_can_be_sent(app: Flask, program: Caller) -> None:
    sent = 0
    for method, path, view in _native(app):
        operation = operation_of(view)
        if operation is not None and operation.example is not None:
            msgspec.convert(operation.example, operation.takes)
            if not path.startswith("/v1/queue"):
                program.post("/v1/comments", {"id": "c1", "text": "Hello."})
                at = path.replace("{comment_id}", "c1").replace("{article_id}", "a1")
                answer = program.send(method.upper(), at, dict(operation.example))
                assert answer.status_code in (200, 201), path
                sent += 1
    assert sent >= 5


def test_what_shows_nothing_is_what_the_document_says() -> None:
    pattern = re.compile(fields._SHOWN)
    for point in range(0x110000):
        if not 0xD800 <= point <= 0xDFFF:
            mark = chr(point)
            fits = bool(pattern.match(mark)) and not BINARY.search(mark)
            assert fits is not is_blank(mark), hex(point)


def _takes(check: Any, value: str) -> bool:  # noqa: ANN401
    try:
        check(value)
    except InvalidInput:
        return False
    return True


@pytest.mark.parametrize(
    ("field", "check"),
    [
        (fields.Id, lambda value: checked_id("id", value)),
        (fields.Name, lambda value: checked_line("name", value, 200)),
        (fields.Language, lambda value: checked_language("language", value)),
        (fields.Url, lambda value: checked_url("url", value)),
        (fields.Text, lambda value: requests._required_text("text", value)),
        (fields.Title, lambda value: checked_text("title", value, 2_000)),
        (fields.RepeatKey, requests.repeat_key),
    ],
)
def test_a_field_is_checked_as_the_document_says(field: Any, check: Any) -> None:  # noqa: ANN401
    schema = msgspec.json.schema(field)
    tried = [
        "",
        " ",
        "a",
        "a b",
        "\u00a0",
        "\x00",
        "a\x00",
        "\n",
        "a\nb",
        "\x7f",
        "\x85",
        "é",
        "\u200b",
    ]
    tried += ["x" * size for size in (200, 201, 255, 256, 2_000, 2_001, 20_000, 20_001)]
    tried += ["en", "pt-BR", "e", "en-", "toolong-x", "http://a.test/x?y#z", "https://a", "ftp://a"]
    tried += ['"', '""', '"a"']
    tried += ["http://", "https://[bad", "javascript:1", "http://a b"]
    for value in tried:
        fits = (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            and re.search(schema["pattern"].removesuffix("$") + r"\Z", value) is not None
        )
        if field is fields.Url and fits is False:
            continue  # the document says a little less than what a URL may be
        assert _takes(check, value) is fits, repr(value[:30])


def test_the_limits_stand_in_the_document(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    comment = schemas["CommentRequest"]["properties"]
    assert comment["text"]["maxLength"] == 20_000
    assert comment["id"]["maxLength"] == 200
    assert schemas["ArticleRequest"]["properties"]["text"]["maxLength"] == 200_000
    assert schemas["ClassifyRequest"]["properties"]["comments"]["anyOf"][0]["maxItems"] == 1_000
    (limit,) = [
        one for one in document["paths"]["/v1/queue"]["get"]["parameters"] if one["name"] == "limit"
    ]
    assert limit["schema"]["maximum"] == 200


def test_the_page_shows_every_route_with_a_command_and_runs_nothing(
    anyone: FlaskClient, document: dict[str, Any]
) -> None:
    answer = anyone.get("/docs")
    assert answer.status_code == 200
    page = answer.text
    for method, path, told in _operations(document):
        assert f'id="{told["operationId"]}"' in page
        assert path in page, method
    assert page.count("<pre>") == len(list(_operations(document)))
    assert "<script" not in page
    assert " style=" not in page
    assert not re.search(r'(?:src|href)="(?!/|#)', page)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_says_first_how_to_call_and_what_can_go_wrong(anyone: FlaskClient) -> None:
    first = anyone.get("/docs").text.partition('id="classify"')[0]
    for told in ("Bearer KEY", "X-API-Key", "keys add", "FaultReply", "not_scored", "Retry-After"):
        assert told in first


def test_the_page_tells_every_status_of_every_route_with_its_words(
    anyone: FlaskClient, document: dict[str, Any]
) -> None:
    page = re.sub(r"</?code>", "`", anyone.get("/docs").text)
    first, *articles = page.split('<article class="card route"')
    for _, _, told in _operations(document):
        (route,) = [one for one in articles if one.startswith(f' id="{told["operationId"]}"')]
        for status, answer in told["responses"].items():
            row = f"<dt>{status}</dt><dd>{answer['description']}"
            by_number = re.search(rf"<dt>Errors</dt><dd>[\d, ]*\b{status}\b", route)
            assert row in route or (by_number and row in first), (told["operationId"], status)


def test_the_document_tells_the_headers_of_every_answer(document: dict[str, Any]) -> None:
    comments = document["paths"]["/v1/comments"]["post"]["responses"]
    assert set(comments["202"]["headers"]) == {
        "X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After",
    }  # fmt: skip
    assert "Retry-After" not in comments["201"]["headers"]
    for _, path, told in _operations(document):
        for status, answer in told["responses"].items():
            headers = set(answer["headers"])
            assert "X-Request-Id" in headers
            assert ("Allow" in headers) is (status == "405"), path
            assert ("WWW-Authenticate" in headers) is (status == "401"), path
            counted = bool(told["security"]) and status not in ("401", "405", "408", "414")
            assert ("RateLimit" in headers) is counted, path
            assert status not in ("429", "503") or "Retry-After" in headers, path


def test_every_status_of_a_domain_error_is_one_that_routes_tell(document: dict[str, Any]) -> None:
    told = {status for _, _, one in _operations(document) for status in one["responses"]}
    native = set(STATUS) - {errors.ImportRefused}
    assert {str(int(STATUS[kind])) for kind in native} <= told
