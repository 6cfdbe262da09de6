"""Whole conversations, byte for byte: what a client sends, and what it has to hear.

Each file is a list of exchanges in order, over an empty site with the keyword scorer. A request is
its method, path, host and raw body; of an answer, status, type, every `X-akismet-` header,
`Retry-After` and the body.
"""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.workflow import Services
from tests.compat.akismet.conftest import Cms

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "wire" / "akismet"
FILES = sorted(FOLDER.glob("*.json"))


@pytest.fixture
def web(web: Services) -> Services:
    """An installation whose key never changes, since a guid has the e-mail's hash in it."""
    return replace(web, address_key=lambda: b"of all recordings")


def send(client: FlaskClient, request: dict[str, Any]) -> TestResponse:
    headers = {"User-Agent": "Example/1.0 | Akismet/1.0"} | request.get("headers", {})
    return client.open(
        request["path"],
        method=request.get("method", "POST"),
        base_url=f"http://{request.get('host', 'rest.akismet.com')}",
        data=request.get("body", "").encode(),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def heard(answer: TestResponse) -> dict[str, Any]:
    told = {
        name: value
        for name, value in answer.headers
        if name.lower().startswith("x-akismet-") or name == "Retry-After"
    }
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        told.pop("X-akismet-guid", None)  # of a refusal it is drawn
    return {
        "status": answer.status_code,
        "type": answer.headers["Content-Type"],
        "headers": told,
        "body": answer.get_data(as_text=True),
    }


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_conversation_goes_as_it_is_written(cms: Cms, file: Path) -> None:
    for exchange in json.loads(file.read_text(encoding="utf-8")):
        answer = heard(send(cms.client, exchange["request"]))
        assert answer == exchange["response"], exchange["request"]


def test_every_call_has_a_conversation() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in FILES)
    calls = "verify-key comment-check submit-spam submit-ham get-subscription get-stats test"
    for call in [*calls.split(), "key-sites", "usage-limit"]:
        assert f"/1.1/{call}" in written, call
        assert f"/1.2/{call}" in written, call
