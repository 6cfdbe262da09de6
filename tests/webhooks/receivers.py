"""Receivers of webhooks over loopback: they check signatures as a CMS would, and keep what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

LOOPBACK = (ip_network("127.0.0.0/8"),)
PATIENCE = 60


@dataclass(frozen=True)
class Heard:
    """One call, as it arrived."""

    id: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What the body says."""
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Receiver:
    """Answers as it is told to; `secret` is what it checks signatures by."""

    answer: Callable[[Heard], int] = lambda _: 204
    secret: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every answer."""
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    unsigned: int = 0
    """Calls whose signature did not fit: answered 401."""

    def __post_init__(self) -> None:
        self._changed = threading.Condition()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status for a call."""
        if len(body) < int(headers.get("content-length", 0)):
            # Whoever sent it was killed meanwhile: nothing was said, and nobody hears the answer.
            return 400
        if self.secret:
            try:
                Webhook(self.secret).verify(body, headers)
            except WebhookVerificationError:
                self.unsigned += 1
                return 401
        came = Heard(headers.get("webhook-id", ""), headers, body)
        status = self.answer(came)
        with self._changed:
            self.heard.append(came)
            self._changed.notify_all()
        return status

    def wait_for(self, reached: Callable[[list[Heard]], bool], seconds: float = PATIENCE) -> None:
        """Wait until what came so far is enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: reached(self.heard), seconds), len(self.heard)


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Have it listen on a free port, which its `url` names."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take({k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
