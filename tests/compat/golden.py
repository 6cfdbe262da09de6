"""Requests and answers of a protocol as files, one a case, written for this project.

A case is `{"says", "request": {"method", "path", "headers"?, "json"? or "body"?}, "response":
{"status", "headers"?, "json"}}`. `KEY` in a path or a header stands for the key of a site.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

WIRE = Path(__file__).resolve().parents[1] / "fixtures" / "wire"

Case = dict[str, Any]


def cases(protocol: str) -> dict[str, Case]:
    """Every case of a protocol by its name."""
    found = sorted((WIRE / protocol).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


def sent(client: FlaskClient, case: Case, key: str) -> TestResponse:
    """The answer to the request of a case."""
    request = case["request"]
    headers = {
        name: value.replace("KEY", key) for name, value in request.get("headers", {}).items()
    }
    more = {"json": request["json"]} if "json" in request else {"data": request.get("body", "")}
    path = request["path"].replace("KEY", key)
    return client.open(path, method=request["method"], headers=headers, **more)


def check(answer: TestResponse, case: Case) -> None:
    """The answer is the one in the file: status, the headers that it names, and all of the JSON."""
    wanted = case["response"]
    assert (answer.status_code, answer.json) == (wanted["status"], wanted["json"])
    for name, value in wanted.get("headers", {}).items():
        assert answer.headers[name] == value
