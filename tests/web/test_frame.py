"""What holds for every route: access, documents, headers, ids, logs, and any bytes at all."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from moderation.errors import NotScored
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.web.app import create_app
from moderation.web.auth import declared_access, keyed_its_own_way
from moderation.web.logs import JsonFormatter
from moderation.workflow import Services
from moderation.workflow.services import utc_now
from tests.factories import KeywordScorer
from tests.web.conftest import Caller, fault

DOCS = Path(__file__).parents[2] / "docs"
API_PAGE = DOCS / "api.md"

PUBLIC = {"static", "health.alive", "health.ready", "health.metrics", "review.login"}
PUBLIC |= {"review.logout", "review.home"}
PUBLIC |= {"perspective.discover", "perspective.answer_batch", "akismet.test"}
PUBLIC |= {"reference.page", "reference.openapi"}


def rules_of(app: Flask) -> list[Rule]:
    """Every route, and not only that of the static files."""
    found = list(app.url_map.iter_rules())
    assert {"/v1/classify", "/review/<item_id>"} <= {rule.rule for rule in found}
    return found


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    for rule in rules_of(app):
        declared = declared_access(app.view_functions[rule.endpoint])
        assert declared is not None, f"{rule.endpoint} declares nothing"
        assert (not declared) is (rule.endpoint in PUBLIC), rule.endpoint


def test_every_route_that_is_not_public_asks_for_credentials(
    app: Flask, anyone: FlaskClient
) -> None:
    for rule in rules_of(app):
        view = app.view_functions[rule.endpoint]
        # Another protocol refuses in its own words; its own tests have them.
        if rule.endpoint in PUBLIC or keyed_its_own_way(view):
            continue
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = anyone.open(path, method=method, headers={"Accept": "application/json"})
            fault(answer, 401, "not_authenticated")


def test_every_route_of_a_protocol_is_in_a_document(app: Flask) -> None:
    page = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md")))
    for rule in rules_of(app):
        if rule.endpoint.startswith(("review.", "admin.")) or rule.endpoint == "static":
            continue
        shown = re.sub(r"<[^>]+>", "{id}", rule.rule)
        if shown.startswith(("/1.1/", "/1.2/")) and "{" not in shown:
            assert f"`{shown}`" in page, f"{shown} is not documented"
        if shown.startswith(("/1.1/", "/1.2/")):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert f"`{method} {shown}`" in page, f"{method} {shown} is not documented"


def test_the_examples_of_the_document_are_json() -> None:
    page = API_PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert len(examples) > 10
    for example in examples:
        json.loads(example)


def test_every_answer_carries_the_security_headers(anyone: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere", "/login", "/static/review.css", "/v1/model"):
        with anyone.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers.get("Cache-Control") == "no-store" or "static" in path


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1.2_3", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ("é", False)],
)
def test_a_sane_request_id_is_kept(anyone: FlaskClient, sent: str, kept: bool) -> None:
    answer = anyone.get("/healthz", headers={"X-Request-Id": sent})
    assert (answer.headers["X-Request-Id"] == sent) is kept
    assert re.fullmatch(r"[\w.-]{1,64}", answer.headers["X-Request-Id"])


def test_the_log_knows_the_route_and_neither_text_nor_key_nor_query(
    program: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        program.post("/v1/comments", {"id": "secret-id", "text": "secret words"})
        program.get("/v1/comments/secret-id")
        program.get("/v1/queue?cursor=secret")
        program.raw("/v1/classify", b'{"text": "secret words", "secret": 1')
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert "secret" not in "\n".join(lines)
    assert program.secret not in "\n".join(lines)
    entries = [json.loads(line) for line in lines]
    access = [entry for entry in entries if entry["logger"] == "moderation.access"]
    assert [(entry["route"], entry["status"]) for entry in access] == [
        ("/v1/comments", 201),
        ("/v1/comments/<id:comment_id>", 200),
        ("/v1/queue", 400),
        ("/v1/classify", 400),
    ]
    assert access[0]["site"] == "daily"


def test_alive_and_ready(anyone: FlaskClient) -> None:
    assert anyone.get("/healthz").json == {"status": "ok"}
    ready = anyone.get("/readyz")
    assert ready.json == {"status": "ok", "checks": {"database": "ok", "model": "ok"}}


def test_without_a_model_it_is_alive_and_not_ready(
    anyone: FlaskClient, scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> KeywordScorer:
        raise NotScored("no valid model is loaded", retry_after=30)

    monkeypatch.setattr(scorer, "current", nothing)
    assert anyone.get("/healthz").status_code == 200
    error = fault(anyone.get("/readyz"), 503, "not_ready")
    assert error["details"]["checks"] == {"database": "ok", "model": "not_scored"}


def test_without_a_database_it_is_alive_and_answers_unavailable(
    tmp_path: Path, scorer: KeywordScorer
) -> None:
    (tmp_path / "folder").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'folder'}")
    client = _client(store, scorer)
    assert client.get("/healthz").status_code == 200
    error = fault(client.get("/readyz"), 503, "not_ready")
    assert error["details"]["checks"]["database"] == "cannot be reached"
    answer = client.post("/v1/classify", json={"text": "a"}, headers={"X-API-Key": "k"})
    fault(answer, 503, "unavailable")
    assert answer.headers["Retry-After"]
    told = client.get("/metrics")
    assert told.status_code == 200
    assert "moderation_http_requests_total" in told.text
    assert "_waiting" not in told.text
    with client.session_transaction() as session:
        session.update(_user_id="mona:0", signed_in_at=utc_now().timestamp())
    page = client.get("/review", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "cannot be reached" in page.text
    store.dispose()


def test_without_migrations_it_is_not_ready(tmp_path: Path, scorer: KeywordScorer) -> None:
    (tmp_path / "empty.sqlite3").touch()
    store = open_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    error = fault(_client(store, scorer).get("/readyz"), 503, "not_ready")
    assert error["details"]["checks"]["database"] == "its migrations are not current"
    store.dispose()


def test_the_model_is_described(program: Caller, scorer: KeywordScorer) -> None:
    made = "2026-11-20T10:00:00Z"
    measured = {"insult": {"auc": 0.9}}
    scorer.manifest = {"base_rates": {"insult": 0.05}, "metrics": measured, "created": made}
    answer = program.get("/v1/model").json
    assert answer["version"] == "keywords-1"
    assert answer["cutoffs"]["insult"] == {"review": 0.5, "block": 0.9}
    assert answer["mode"] == "fast"
    assert answer["modes"]["deep"]["cutoffs"] == answer["cutoffs"]
    assert answer["base_rates"] == {"insult": 0.05}
    assert answer["metrics"] == measured
    assert answer["created_at"] == made


_KEYS = st.sampled_from(
    ["text", "article", "parent", "language", "explain", "mode", "comments", "id", "title"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner),
    max_leaves=12,
)
_POSTS = st.sampled_from(["/v1/classify", "/v1/comments", "/v1/comments/c1/reports"])
_QUICK = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@_QUICK
@given(path=_POSTS, body=st.binary(max_size=200))
def test_no_bytes_are_a_fault_of_ours(program: Caller, path: str, body: bytes) -> None:
    assert program.raw(path, body).status_code < 500


@_QUICK
@given(path=_POSTS, body=_JSON)
def test_no_json_is_a_fault_of_ours(program: Caller, path: str, body: object) -> None:
    answer = program.raw(path, json.dumps(body).encode())
    assert answer.status_code < 500
    if answer.status_code >= 400:
        fault(answer, answer.status_code, answer.json["error"]["code"])


@_QUICK
@given(
    body=st.lists(
        st.sampled_from(
            [b'{"text":', b'"', b"\\", b"\\u", b"d800", b"[", b"]", b"{", b"}", b",", b"\xff", b"a"]
        )
    ).map(b"".join)
)
def test_no_broken_json_is_a_fault_of_ours(program: Caller, body: bytes) -> None:
    assert program.raw("/v1/classify", body).status_code < 500


def _client(store: SqlStore, scorer: KeywordScorer) -> FlaskClient:
    return create_app(Settings(secret_key="only for tests"), Services(store, scorer)).test_client()
