"""Coral over real sockets: gunicorn with the shipped model, and the decisions of `/v1/classify`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.comments import comments
from benchmarks.served import served
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.compat.coral.imitation import Coral, Send
from tests.web.conftest import Caller

ROOT = Path(__file__).resolve().parents[3]
DECISIONS = {"NONE": "allow", "SYSTEM_WITHHELD": "review", "REJECTED": "block"}


def over_http(port: int) -> Send:
    def send(raw: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/coral/phase", raw, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    return send


def test_coral_asks_a_running_service() -> None:
    with served(ROOT / "models") as service:
        var = Path(service.database.removeprefix("sqlite:///")).parent
        secret = json.loads((var / "first-run.json").read_text(encoding="utf-8"))["coral_secret"]
        coral = Coral(over_http(service.port), [secret])
        assert coral.status_of("<p>Thank you, that was a helpful answer.</p>") == "NONE"
        insult = "<p>You are a <b>stupid</b> idiot and nobody wants you here.</p>"
        assert coral.status_of(insult) == "SYSTEM_WITHHELD"
        first = coral.last

        def again(_: int) -> tuple[int, bytes]:
            same = Coral(over_http(service.port), [secret])
            same.post(insult)
            return same.last

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(again, range(24))) == {first}
        store = open_store(service.database)
        with store.read() as work:
            assert len([one for one in work.comments.page("default") if "idiot" in one.text]) == 1
        store.dispose()
        stranger = Coral(over_http(service.port), ["empsec_of-somebody-else-altogether"])
        stranger.post("Hello.")
        assert stranger.last[0] == 401


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """500 comments without context, made ones and cases of the functional suite."""
    with (ROOT / "training/suites/functional.csv").open(encoding="utf-8", newline="") as file:
        cases = list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))
    return comments(250, 80) + cases[:: len(cases) // 250][:250]


@pytest.fixture
def app(sqlite_store: SqlStore) -> Flask:
    """The app over the shipped model; the encoder has the time it needs, however busy it is."""
    scorers = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none"))
    services = Services(sqlite_store, scorers, audit_rate=0.0)
    return create_app(Settings(secret_key="only for tests"), services)


def test_a_site_that_comes_over_gets_the_decisions_of_the_native_interface(
    coral: Coral, program: Caller, texts: list[str], escaped: Callable[[str], str]
) -> None:
    answer = program.post("/v1/classify", {"comments": [{"text": text} for text in texts]})
    native = [one["decision"] for one in answer.json["results"]]
    assert len(set(native)) > 1
    for text, decision in zip(texts, native, strict=True):
        assert DECISIONS[coral.status_of(escaped(text), story="")] == decision, text


@pytest.fixture(params=["HTML", "PLAIN_TEXT"])
def escaped(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """How a comment's text comes, by the format that is set for the phase."""
    if request.param == "PLAIN_TEXT":
        return str

    def as_html(text: str) -> str:
        for mark, reference in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(mark, reference)
        return f"<div>{text}</div>"

    return as_html
