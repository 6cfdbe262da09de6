"""When a model, the database or a limit is in the way: never a score, always an honest error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.errors import NotScored
from moderation.storage import SqlStore
from tests.factories import Clock, KeywordScorer
from tests.web.conftest import (  # noqa: F401 - fixtures are found by their names
    Caller,
    app,
    daily,
    keep_key,
    program,
    web,
)

ANALYZE = "/v1alpha1/comments:analyze"
BODIES: Mapping[str, Mapping[str, object]] = {
    ANALYZE: {"comment": {"text": "You goose."}, "requestedAttributes": {"TOXICITY": {}}},
    "/v1alpha1/comments:suggestscore": {
        "comment": {"text": "You goose."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
    },
    "/v1/moderations": {"input": "You goose."},
}
SCORING = [path for path in BODIES if not path.endswith("suggestscore")]


def _raise(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def _check_unavailable(program: Caller, path: str) -> None:  # noqa: F811
    answer = program.post(path, BODIES[path])
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    error = answer.json["error"]
    if path == "/v1/moderations":
        assert (error["type"], error["param"]) == ("server_error", None)
    else:
        assert (error["code"], error["status"]) == (503, "UNAVAILABLE")
        assert error["details"]


@pytest.mark.parametrize("path", SCORING)
def test_a_missing_model_is_told(
    program: Caller,  # noqa: F811
    scorer: KeywordScorer,
    path: str,
) -> None:
    scorer.current = _raise(NotScored("There is no model.", retry_after=30))  # type: ignore
    _check_unavailable(program, path)


@pytest.mark.parametrize("path", SCORING)
def test_so_is_one_that_breaks(program: Caller, scorer: KeywordScorer, path: str) -> None:  # noqa: F811
    scorer.assess = _raise(ZeroDivisionError())  # type: ignore[method-assign]
    _check_unavailable(program, path)


@pytest.mark.parametrize("path", BODIES)
def test_a_database_that_is_away_is_told(
    program: Caller,  # noqa: F811
    sqlite_store: SqlStore,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    away = _raise(OperationalError("SELECT 1", {}, Exception("gone")))
    monkeypatch.setattr(SqlStore, "read", away)
    _check_unavailable(program, path)


def test_in_a_batch_each_part_is_told(program: Caller, scorer: KeywordScorer) -> None:  # noqa: F811
    scorer.assess = _raise(ZeroDivisionError())  # type: ignore[method-assign]
    part = (
        f"--b\r\n\r\nPOST {ANALYZE}?key={program.secret}\r\n\r\n"
        '{"comment": {"text": "You."}, "requestedAttributes": {"TOXICITY": {}}}\r\n--b--\r\n'
    )
    answer = program.client.post("/batch", data=part, content_type="multipart/mixed; boundary=b")
    assert "HTTP/1.1 503 Service Unavailable" in answer.text
    assert "Retry-After: 30" in answer.text
    assert "attributeScores" not in answer.text


@pytest.mark.parametrize("path", BODIES)
def test_the_rate_of_a_key_is_told_in_the_words_of_the_protocol(
    app: Flask,  # noqa: F811
    daily: Site,  # noqa: F811
    keep_key: Callable[[Key], None],  # noqa: F811
    clock: Clock,
    path: str,
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(replace(key, rate="1 per minute"))
    program = Caller(app.test_client(), secret)  # noqa: F811
    clock.advance(seconds=53)
    assert program.post(path, BODIES[path]).status_code == 200
    answer = program.post(path, BODIES[path])
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.headers["RateLimit"] == '"key";r=0;t=7'
    error = answer.json["error"]
    if path == "/v1/moderations":
        assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
    else:
        assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert error["message"].startswith("Quota exceeded for quota metric '")
        assert [detail["@type"].rpartition(".")[2] for detail in error["details"]] == [
            "ErrorInfo",
            "Help",
        ]
        assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"


@pytest.mark.parametrize("in_batch", [False, True])
@pytest.mark.parametrize(
    ("path", "rate", "name", "limit"),
    [
        (ANALYZE, "1 per minute", "Analysis requests (AnalyzeComment)", "AnalyzeRequestsPerMinute"),
        (
            "/v1alpha1/comments:suggestscore",
            "1 per 15 minutes",
            "Suggestion requests (SuggestCommentScore)",
            "SuggestRequestsPer15Minutes",
        ),
    ],
)
def test_whose_quota_of_which_calls_is_used_up_is_told(
    app: Flask,  # noqa: F811
    daily: Site,  # noqa: F811
    keep_key: Callable[[Key], None],  # noqa: F811
    path: str,
    rate: str,
    name: str,
    limit: str,
    in_batch: bool,
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(replace(key, rate=rate))
    client, kind = app.test_client(), "application/json"
    to, body = f"{path}?key={secret}", "{}"
    if in_batch:
        kind = "multipart/mixed; boundary=b"
        to, body = "/batch", f"--b\r\n\r\nPOST {to}\r\n\r\n{{}}\r\n--b--\r\n"
    client.post(to, data=body, content_type=kind)
    answer = client.post(to, data=body, content_type=kind)
    error = json.loads(answer.text[answer.text.index("{") : answer.text.rindex("}") + 1])["error"]
    assert error["code"] == 429
    window = rate.removeprefix("1 ")
    assert error["message"].startswith(
        f"Quota exceeded for quota metric '{name}' and limit '{name} {window}' of this key."
    )
    told = error["details"][0]["metadata"]
    assert told.pop("quota_metric").startswith("commentanalyzer.googleapis.com/")
    assert told == {
        "service": "commentanalyzer.googleapis.com",
        "quota_limit": f"{limit}PerProject",
        "quota_limit_value": "1",
        "consumer": f"projects/{daily.id}",
    }


@pytest.mark.parametrize("path", BODIES)
def test_a_body_beyond_all_limits_is_refused_in_the_protocol_s_shape(
    app: Flask,  # noqa: F811
    program: Caller,  # noqa: F811
    path: str,
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = program.raw(path, b" " * 101)
    assert answer.status_code == 413
    error = answer.json["error"]
    assert error["code"] == 413 or error["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", BODIES)
def test_a_session_opens_none_of_them(app: Flask, path: str) -> None:  # noqa: F811
    client = app.test_client()
    client.set_cookie("moderation_session", "anything")
    assert client.post(path, json=BODIES[path]).status_code in (401, 403)
