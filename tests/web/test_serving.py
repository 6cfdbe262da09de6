"""The real thing: gunicorn with its configuration file, the real app and a fitted model."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.accounts import KeyKind
from moderation.credentials import new_secret
from moderation.storage import open_store
from tests.scoring.conftest import write_deep_folder
from tests.scoring.tiny_encoder import section
from tests.training.small_model import fitted_arrays, write_folder
from tests.web.served import ROOT, Server, serving


@pytest.fixture
def server(tmp_path: Path, sqlite_url: str) -> Iterator[Server]:
    """A service over a fitted model without an encoder."""
    write_folder(fitted_arrays(), tmp_path / "models" / "2026.11.0", "2026.11.0")
    with serving(tmp_path, sqlite_url) as found:
        yield found


@pytest.fixture
def deep_server(tmp_path: Path, sqlite_url: str) -> Iterator[Server]:
    """A service over the tiny model with an encoder."""
    write_deep_folder(tmp_path / "models" / "2026.11.0", "2026.11.0")
    with serving(tmp_path, sqlite_url) as found:
        yield found


@pytest.mark.parametrize("from_there", ["--chdir", "--pythonpath"])
def test_the_configuration_is_read_from_any_folder(tmp_path: Path, from_there: str) -> None:
    config = str(ROOT / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--check-config", "--config", config]
    command += [from_there, str(ROOT), "wsgiref.simple_server:demo_app"]
    subprocess.run(command, cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("sent", "status", "code", "field"),
    [
        (b"GET /v1/comments/%s HTTP/1.1" % (b"z" * 9_000), 414, "too_large", "path"),
        (b"GET /v1/comments/\xff HTTP/1.1", 400, "bad_request", None),
        (b"GET /v1/model HTTP/1.1\r\nX: a\x00b", 400, "bad_request", None),
        (b"GET /v1/model HTTP/1.1\r\nX: %s" % (b"z" * 9_000), 431, "too_large", "headers"),
        (
            b"GET /v1/model HTTP/1.1\r\n%s" % b"\r\n".join([b"X: 1"] * 101),
            431,
            "too_large",
            "headers",
        ),
        (b"POST /v1/classify HTTP/1.1\r\nContent-Length: -3", 400, "bad_request", None),
        (
            b"POST /v1/classify HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
            *(400, "bad_request", None),
        ),
        (b"GET /v1/model HTTP/0.9", 400, "bad_request", None),
    ],
    ids=["address", "no ASCII", "NUL", "header", "headers", "length", "framings", "version"],
)
def test_what_never_reaches_the_app_is_refused_in_the_same_shape(
    server: Server, sent: bytes, status: int, code: str, field: str | None
) -> None:
    head, body = server.say(sent + b"\r\nHost: x\r\n\r\n")
    error = json.loads(body)["error"]
    assert (head.split()[1], error["code"]) == (str(status).encode(), code)
    assert list(error) == ["code", "message", "details", "request_id"]
    assert error["details"].get("field") == field
    assert f"X-Request-Id: {error['request_id']}".encode() in head
    assert b"Content-Type: application/json" in head
    assert b"zzzz" not in body
    assert f"| {status} | `{code}` |" in (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_service_answers_counts_over_its_workers_and_ends_in_order(
    server: Server, tmp_path: Path
) -> None:
    assert server.send("GET", "/readyz")[0] == 200
    asked = {"text": "you are an idiot"}
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: server.send("POST", "/v1/classify", asked), range(40)))
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1
    assert json.loads(answers[0][1])["model"] == "2026.11.0"
    counted = server.send("GET", "/metrics")[1].decode()
    line = 'moderation_http_requests_total{method="POST",route="/v1/classify",status="200"} 40.0'
    assert line in counted
    server.process.send_signal(signal.SIGTERM)
    _, logged = server.process.communicate(timeout=60)
    assert server.process.returncode == 0
    assert "idiot" not in logged
    assert '"route": "/v1/classify"' in logged
    for folder in (tmp_path, Path("/dev/shm")):
        assert not list(folder.glob(f"moderation-metrics-{server.process.pid}-*"))


def test_the_counts_of_a_killed_service_are_taken_away_by_the_next(
    server: Server, tmp_path: Path, sqlite_url: str
) -> None:
    def left() -> list[Path]:
        folders = (tmp_path, Path("/dev/shm"))
        pattern = f"moderation-metrics-{server.process.pid}-*"
        return [found for folder in folders for found in folder.glob(pattern)]

    assert len(left()) == 1
    server.process.kill()
    # Its workers hold the log, and the lock, until they have noticed.
    server.process.communicate(timeout=60)
    assert len(left()) == 1
    with serving(tmp_path, sqlite_url):
        assert left() == []


def test_a_key_has_its_rate_once_and_not_in_every_worker(server: Server, sqlite_url: str) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id="daily")
    store = open_store(sqlite_url)
    with store.write() as work:
        work.accounts.put_key(replace(key, rate="7 per day"))
        work.commit()
    store.dispose()
    hasty = Server(server.process, server.port, secret)
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: hasty.send("GET", "/v1/model"), range(30)))
    assert Counter(status for status, _ in answers) == {200: 7, 429: 23}


def test_what_was_acknowledged_outlives_a_killed_service(server: Server, sqlite_url: str) -> None:
    status, _ = server.send("POST", "/v1/comments", {"id": "c1", "text": "you are an idiot"})
    assert status == 201
    server.process.kill()
    server.process.wait(timeout=60)
    store = open_store(sqlite_url)
    with store.read() as work:
        kept = work.comments.get("daily", "c1")
        assert kept is not None
        assert work.queue.item_of(kept.key) is not None
    store.dispose()


@pytest.mark.parametrize("begin", ["%2F", "/"])
def test_ids_that_are_paths_are_reached_over_the_wire(server: Server, begin: str) -> None:
    id_ = "/2026/11/29/hello#c1"
    at = f"/v1/comments/{begin}2026/11/29/hello%23c1"
    article = {"title": "Bridge", "text": ""}
    assert server.send("PUT", f"/v1/articles/{begin}2026/hello", article)[0] == 200
    sent = {"id": id_, "text": "you are an idiot", "article_id": "/2026/hello"}
    assert server.send("POST", "/v1/comments", sent)[0] == 201
    status, body = server.send("GET", at)
    assert (status, json.loads(body)["id"]) == (200, id_)
    assert server.send("POST", f"{at}/reports", {"by": "u1"})[0] == 201
    assert server.send("DELETE", at)[0] == 204
    assert server.send("GET", at)[0] == 410


@pytest.mark.parametrize(
    ("mode", "used"), [(None, "deep"), ("fast", "fast"), ("auto", "deep"), ("deep", "deep")]
)
def test_every_worker_answers_alike_in_every_mode_and_says_what_answered(
    deep_server: Server, mode: str | None, used: str
) -> None:
    asked: dict[str, object] = {"text": "you are a weasel", "parent": {"text": "the town hall"}}
    if mode is not None:
        asked["mode"] = mode
    with ThreadPoolExecutor(8) as many:
        answers = list(
            many.map(lambda _: deep_server.send("POST", "/v1/classify", asked), range(24))
        )
    assert {status for status, _ in answers} == {200}
    [body] = {body for _, body in answers}
    assert json.loads(body)["mode"] == used
    batch = {"comments": [{"text": "?!"}, asked, asked | {"mode": "fast"}]}
    status, answered = deep_server.send("POST", "/v1/classify", batch)
    assert status == 200
    results = json.loads(answered)["results"]
    assert results[1] == json.loads(body)
    assert results[2]["mode"] == "fast"
    counted = deep_server.send("GET", "/metrics")[1].decode()
    assert f'mode="{used}",model="2026.11.0"' in counted


def test_the_service_says_which_modes_it_has(deep_server: Server) -> None:
    status, body = deep_server.send("GET", "/v1/model")
    found = json.loads(body)
    assert status == 200
    assert found["mode"] == "auto"
    assert list(found["modes"]) == ["fast", "auto", "deep"]
    assert found["modes"]["deep"]["cutoffs"] == section()["cutoffs"]["deep"]
    assert found["cutoffs"] == found["modes"]["auto"]["cutoffs"]
    status, body = deep_server.send("POST", "/v1/classify", {"text": "x", "mode": "slow"})
    assert status == 400
    assert json.loads(body)["error"]["details"] == {"field": "mode"}
