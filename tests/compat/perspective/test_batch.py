"""HTTP batches: up to 100 calls in one multipart body, each answered as if it came alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.parser import BytesParser
from http.client import parse_headers
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.accounts import Key, KeyKind, Role
from moderation.comments import Site
from moderation.credentials import new_secret
from tests.factories import KeywordScorer
from tests.web.conftest import Caller

Answer = tuple[str | None, int, dict]
ANALYZE = "/v1alpha1/comments:analyze"


def call(path: str, body: object, id: str = "", line: str = "\r\n", **headers: str) -> bytes:
    """One part, as Google's clients write it."""
    sent = json.dumps(body)
    lines = [
        "Content-Type: application/http",
        *([f"Content-ID: {id}"] if id else []),
        "",
        f"POST {path} HTTP/1.1",
        "Content-Type: application/json",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "",
        sent,
    ]
    return line.join(lines).encode()


def send(
    client: FlaskClient, parts: Sequence[bytes], path: str = "/batch", **headers: str
) -> TestResponse:
    body = b"".join(b"--==b==\r\n" + part + b"\r\n" for part in parts) + b"--==b==--\r\n"
    content_type = 'multipart/mixed; boundary="==b=="'
    return client.post(path, data=body, content_type=content_type, headers=headers)


def answers(response: TestResponse) -> list[Answer]:
    assert response.status_code == 200, response.text
    head = f"Content-Type: {response.content_type}\r\n\r\n".encode()
    found = []
    for part in BytesParser().parsebytes(head + response.data).get_payload():
        raw = BytesIO(part.get_payload(decode=True))
        status = int(raw.readline().split()[1])
        parse_headers(raw)
        found.append((part["Content-ID"], status, json.loads(raw.read())))
    return found


def comment(text: str, **more: object) -> dict[str, object]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **more}


@pytest.mark.parametrize("path", ["/batch", "/batch/commentanalyzer/v1alpha1"])
@pytest.mark.parametrize("line", ["\r\n", "\n"])
def test_each_part_is_answered_in_order_under_its_id(program: Caller, path: str, line: str) -> None:
    key = f"{ANALYZE}?key={program.secret}&alt=json"
    parts = [
        call(key, comment("You silly goose."), "<one + 1>", line),
        call(key, comment("Good day.", clientToken="t"), "<two + 2>", line),
    ]
    first, second = answers(send(program.client, parts, path))
    assert (first[0], second[0]) == ("<response-one + 1>", "<response-two + 2>")
    alone = program.post(ANALYZE, comment("You silly goose."))
    assert first[1:] == (200, alone.json)
    assert second[2]["clientToken"] == "t"


def test_an_error_is_that_of_its_part_alone(program: Caller, scorer: KeywordScorer) -> None:
    key = f"?key={program.secret}"
    parts = [
        call(f"{ANALYZE}{key}", comment("")),
        call(f"{ANALYZE}?key=nonsense", comment("Hello.")),
        call(ANALYZE, comment("Hello.")),
        call(f"/v1/classify{key}", {"text": "Hello."}),
        b"Content-Type: application/http\r\n\r\nnot a request",
        b"",
        call(f"{ANALYZE}{key}", comment("Hello.")),
    ]
    found = answers(send(program.client, parts))
    assert [status for _, status, _ in found] == [400, 400, 403, 404, 404, 404, 200]
    assert found[0][2]["error"]["details"][0]["errorType"] == "COMMENT_EMPTY"
    assert found[1][2]["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert len(scorer.heard) == 1


def test_a_part_without_a_key_has_that_of_the_batch(program: Caller, anyone: FlaskClient) -> None:
    parts = [call(ANALYZE, comment("Hello.")), call(f"{ANALYZE}?key=nonsense", comment("Hello."))]
    for sent in ({"Authorization": f"Bearer {program.secret}"}, {"X-Goog-Api-Key": program.secret}):
        assert [one[1] for one in answers(send(anyone, parts, **sent))] == [200, 400]
    found = answers(send(anyone, parts, f"/batch?key={program.secret}"))
    assert [one[1] for one in found] == [200, 400]


def test_a_part_may_send_its_key_as_a_header(program: Caller, anyone: FlaskClient) -> None:
    part = call(ANALYZE, comment("Hello."), authorization=f"Bearer {program.secret}")
    assert answers(send(anyone, [part]))[0][1] == 200


def test_suggestions_may_come_in_batches(program: Caller) -> None:
    body = {
        "comment": {"text": "Hello."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "clientToken": "comment:c1",
    }
    part = call(f"/v1alpha1/comments:suggestscore?key={program.secret}", body)
    assert answers(send(program.client, [part]))[0][1:] == (
        200,
        {"clientToken": "comment:c1", "detectedLanguages": ["en"]},
    )


def test_whoever_may_not_score_may_not_in_a_batch(
    person: Callable[..., Caller], anyone: FlaskClient
) -> None:
    part = call(ANALYZE, comment("Hello."))
    for role, status in ((Role.MODERATOR, 403), (Role.SCIENTIST, 200)):
        key = person(role.value, role).secret
        assert answers(send(anyone, [part], f"/batch?key={key}"))[0][1] == status


def test_a_part_that_is_not_allowed_counts_like_any_other(
    app: Flask, daily: Site, keep_key: Callable[[Key], None], anyone: FlaskClient
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(replace(key, scopes=("submit",), rate="2 per minute"))
    part = call(f"{ANALYZE}?key={secret}", comment("Hello."))
    assert [one[1] for one in answers(send(anyone, [part] * 3))] == [403, 403, 429]


def test_a_hundred_parts_are_taken_and_no_more(program: Caller) -> None:
    part = call(f"{ANALYZE}?key={program.secret}", comment("Hello."))
    assert [one[1] for one in answers(send(program.client, [part] * 100))] == [200] * 100
    refused = send(program.client, [part] * 101)
    assert refused.status_code == 400
    assert refused.json["error"]["message"] == "A batch has at most 100 calls."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"--b--", "multipart/mixed"),
        (b"", "multipart/mixed; boundary=b"),
        (b"--b--\r\n", "multipart/mixed; boundary=b"),
        (b"--b\r\ncut off", "multipart/mixed; boundary=b"),
        (b"--bc\r\n\r\n--bc--\r\n", "multipart/mixed; boundary=b"),
    ],
)
def test_what_is_no_batch_is_refused_in_the_envelope(
    anyone: FlaskClient, body: bytes, content_type: str
) -> None:
    answer = anyone.post("/batch", data=body, content_type=content_type)
    assert answer.status_code == 400
    assert answer.json["error"]["status"] == "INVALID_ARGUMENT"
    assert answer.json["error"]["details"]


def test_an_id_slips_no_header_into_the_answer(program: Caller) -> None:
    part = call(ANALYZE, comment("Hello."), "<a\r\n X-Evil: 1>")
    assert "X-Evil" not in send(program.client, [part]).text
