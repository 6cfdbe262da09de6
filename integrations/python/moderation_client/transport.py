"""One HTTP call with its time limit, and the tries after it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from moderation_client.errors import Unreachable, UnreadableAnswer, error_for

_NOT_TAKEN = frozenset({429})
_AGAIN = _NOT_TAKEN | {502, 503, 504}
"""After the last three nobody knows whether the call was heard: a proxy may have said so."""

_MAX_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True)
class Transport:
    """Sends JSON to one service under one key."""

    url: str
    key: str = field(repr=False)
    timeout: float
    """Seconds for each try, connection and answer each."""
    tries: int
    longest_wait: float
    """Seconds; where the service asks for more, the call fails at once and says so."""
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address must begin with http:// or https://")
        if self.tries < 1:
            raise ValueError("there must be at least one try")

    def call(
        self, method: str, path: str, body: object = None, *, repeatable: bool = True
    ) -> tuple[int, Any]:
        """The status and the parsed body, `None` for an empty one.

        429 is tried again after `Retry-After`, and so are 5xx that pass and a lost
        connection where the call is `repeatable`. Raises `ClientError`.
        """
        for left in reversed(range(self.tries)):
            try:
                status, headers, raw = self._send(method, path, body)
            except (OSError, HTTPException) as error:
                if not left or not repeatable:
                    raise Unreachable(f"{method} {path}: {type(error).__name__}") from error
                self.sleep(self._pause(left, None))
                continue
            wait = _seconds(headers.get("retry-after"))
            passing = _AGAIN if repeatable else _NOT_TAKEN
            if status in passing and left and (wait or 0) <= self.longest_wait:
                self.sleep(self._pause(left, wait))
                continue
            return status, _parsed(status, headers, raw, wait)
        raise AssertionError("the last try answers or raises")

    def _pause(self, left: int, asked: float | None) -> float:
        if asked is not None:
            return asked
        backoff = 0.25 * 2.0 ** (self.tries - 1 - left)
        return min(self.longest_wait, backoff * random.uniform(0.5, 1.5))

    def _send(self, method: str, path: str, body: object) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout)
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        headers["User-Agent"] = "moderation-client-python/0.1"
        sent = None
        if body is not None:
            sent = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, parts.path.rstrip("/") + path, sent, headers)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read(_MAX_ANSWER)
        finally:
            connection.close()


def _parsed(status: int, headers: Mapping[str, str], raw: bytes, wait: float | None) -> Any:
    request_id = headers.get("x-request-id", "")
    body: Any = None
    if raw:
        try:
            body = json.loads(raw)
        except ValueError:
            body = raw
    if status >= 400 and (isinstance(body, Mapping) or status not in (200, 204)):
        found = body if isinstance(body, Mapping) else {}
        raise error_for(status, found, request_id, wait)
    if isinstance(body, bytes) or not 200 <= status < 300:
        raise UnreadableAnswer(f"status {status} without JSON (request {request_id or 'unknown'})")
    return body


def _seconds(value: str | None) -> float | None:
    """`Retry-After` as the service writes it; a date from a proxy counts as nothing said."""
    try:
        return max(0.0, float(value)) if value is not None else None
    except ValueError:
        return None
