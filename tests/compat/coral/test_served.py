"""Coral over real sockets: gunicorn with the shipped model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.served import served
from moderation.storage import open_store
from moderation.web.compat.coral import MAX_BODY
from tests.compat.coral.imitation import Coral, Send

ROOT = Path(__file__).resolve().parents[3]


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
    with served(ROOT / "models", {"MODERATION_CORAL_BUDGET_MS": "60000"}) as service:
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
        assert coral.status_of("x" * (2 * MAX_BODY)) == "PREMOD"
        stranger = Coral(over_http(service.port), ["empsec_of-somebody-else-altogether"])
        stranger.post("Hello.")
        assert stranger.last[0] == 401
