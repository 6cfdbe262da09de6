"""One HTTP call with its time limit, and the tries after it."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
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
    """Seconds for each try, from the connection to the last byte of the answer."""
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
        # What a file gave may end in a newline, and the library's own error would quote it all.
        object.__setattr__(self, "key", self.key.strip())
        if not self.key.isascii() or not self.key.isprintable():
            raise ValueError("the key holds what no key does: control characters, or no ASCII")

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
        ends_at = time.monotonic() + self.timeout
        with closing(connection):
            connection.connect()
            with _ending(connection.sock, ends_at):
                connection.request(method, parts.path.rstrip("/") + path, sent, headers)
                answer = connection.getresponse()
                told = {name.lower(): value for name, value in answer.getheaders()}
                return answer.status, told, answer.read(_MAX_ANSWER)


@contextmanager
def _ending(connected: socket.socket, ends_at: float) -> Iterator[None]:
    """Shut a connection down when its time is over (`time.monotonic()`).

    The library's own limit is one of each reading: what sends a byte now and then goes on for ever.
    Raises `TimeoutError` where that was why.
    """
    is_over = threading.Event()
    # The library lets go of the socket itself as soon as an answer is the last.
    with socket.fromfd(connected.fileno(), connected.family, connected.type) as copy:

        def end() -> None:
            is_over.set()
            with suppress(OSError):
                copy.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(0.0, ends_at - time.monotonic()), end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, HTTPException) as error:
            if is_over.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()
    if is_over.is_set():
        # An answer without a length ends where its connection does: by us, it is none.
        raise TimeoutError


def _parsed(status: int, headers: Mapping[str, str], raw: bytes, wait: float | None) -> Any:
    request_id = headers.get("x-request-id", "")
    body: Any = None
    if raw:
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
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
