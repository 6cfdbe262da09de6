"""gunicorn's worker with threads, which gives a thread only to a request that is all here.

Its own gives one to every connection as soon as a byte has come, and reads from it without a
limit of time: as many half-sent requests as there are threads, from anybody, and nothing is
answered any more. Here the loop that accepts connections also collects what they send, until
a request is whole or its time is up (`moderation.web.arrivals`), so a thread never waits for
a sender. Nor does the loop wait for whoever was answered to hang up.

It builds on inner parts of the pinned gunicorn; `tests/web/test_worker.py` names them.
What it does not know (TLS, HTTP/2, the PROXY protocol, all off unless set) it leaves to gunicorn.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from gunicorn import http, util
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from moderation.web.arrivals import HEAD_SECONDS, Arrival, Stage

MOST_WAITING: Final = 512
"""Connections of one worker that wait for their sender: below the files a process may have."""

SMALL: Final = 65_536
"""Bytes that any connection may hold."""

MOST_HELD: Final = 128 * 1024 * 1024
"""Bytes beyond that which all connections of one worker hold together: four of the longest
bodies, as many as its threads would read."""

HANGING_UP_SECONDS: Final = 2.0
WRITE_SECONDS: Final = 60.0
"""How long one piece of an answer may wait for its reader."""

_READ = 65_536
_PIECE = 1024 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_TOO_LONG = {
    Stage.HEAD_TOO_LONG: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    Stage.BODY_TOO_LONG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class Held(Unreader):
    """Gives gunicorn's parser what has arrived, and then an end: it never waits."""

    def __init__(self, held: bytearray) -> None:
        super().__init__()
        self.held = held

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes, at most as many as are wanted or some thousand."""
        size = max(8192, min(size_hint or 0, _PIECE))
        piece = bytes(self.held[:size])
        del self.held[:size]
        return piece

    def rest(self) -> bytes:
        """What came behind the request that was read."""
        return bytes(self.take_buffered()) + bytes(self.held)


class Connection(TConn):
    """A connection with the request that arrives on it."""

    initialized: bool
    parser: Any

    def __init__(self, cfg: Any, client: socket.socket, address: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(cfg, client, address, server)
        self.data_ready = True
        self.arrival = Arrival(0, 0.0)
        self.hanging_up = False
        self.told_to_go_on = False
        self.charged = 0

    def init(self) -> None:
        """Read with gunicorn's parser what is held; called in a thread, for each request."""
        if not self.initialized:
            self.initialized = True
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
            self.parser.unreader = Held(self.arrival.held)
        self.parser.unreader.held = self.arrival.held
        self.sock.settimeout(WRITE_SECONDS)

    def expect(self, arrival: Arrival) -> None:
        """Wait for another request."""
        self.arrival, self.told_to_go_on = arrival, False

    def dispensable(self) -> tuple[bool, bool, float]:
        """Sorts first whoever is missed least when there are too many."""
        return not self.hanging_up, self.arrival.stage is Stage.BODY, self.arrival.deadline


class Worker(ThreadWorker):
    """Collects requests in its loop, and answers them in threads."""

    longest_body = 32 * 1024 * 1024
    """Set before it runs: what the app reads at most."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args, **named)
        self._waiting: dict[Connection, None] = {}
        self._held = 0
        cfg = self.cfg
        plain = not cfg.is_ssl and cfg.protocol == "http" and cfg.proxy_protocol == "off"
        self._collects = plain and cfg.http2_cleartext == "off"

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for what it sends; without a thread."""
        if not self._collects:
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except OSError as problem:
            if problem.errno in (errno.EMFILE, errno.ENFILE) and self._waiting:
                self._drop(min(self._waiting, key=Connection.dispensable))
            elif problem.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        conn = Connection(self.cfg, client, address, listener.getsockname())
        conn.expect(Arrival(self.longest_body, time.monotonic() + HEAD_SECONDS))
        # Many have sent all of it by now, and need not be waited for.
        self._receive(conn, client)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Wait for the next request on the connection, or for its end."""
        if not isinstance(conn, Connection):
            super().finish_request(conn, fs)
            return
        self._charge(conn, 0)
        if fs.cancelled() or fs.exception() or not fs.result():
            self._hang_up(conn)
            return
        seconds = self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
        now = time.monotonic()
        rest = conn.parser.unreader.rest()
        conn.expect(Arrival(self.longest_body, now + min(seconds, self.cfg.keepalive)))
        if rest:
            self._go_on(conn, rest, now)
        else:
            self._wait(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:  # noqa: ANN401 - gunicorn's
        """Answer; nothing may follow a request of which not all was read."""
        if isinstance(conn, Connection):
            req._expected_100_continue = False  # said already, where it was waited for
            if not conn.arrival.ends:
                req.force_close()
        return bool(super().handle_request(req, conn))

    def murder_keepalived(self, force: bool = False) -> None:
        """End what has waited too long; called at least every second."""
        super().murder_keepalived(force)
        now = time.monotonic()
        for conn in [conn for conn in self._waiting if force or conn.arrival.deadline <= now]:
            if force or conn.hanging_up or conn.arrival.stage is Stage.IDLE:
                self._drop(conn)
            else:
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self._waiting:
            if conn.arrival.stage is Stage.IDLE:
                conn.arrival.deadline = min(conn.arrival.deadline, deadline)

    def _wait(self, conn: Connection) -> None:
        if conn in self._waiting:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._drop(min(self._waiting, key=Connection.dispensable))
        if conn.sock.gettimeout() != 0.0:
            conn.sock.setblocking(False)
        self._waiting[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _leave(self, conn: Connection) -> None:
        if conn in self._waiting:
            self._waiting.pop(conn)
            self.poller.unregister(conn.sock)

    def _receive(self, conn: Connection, client: socket.socket) -> None:
        if client.fileno() < 0:  # dropped by an event before this one
            return
        try:
            data = client.recv(_READ)
        except (BlockingIOError, InterruptedError):
            self._wait(conn)
            return
        except OSError:
            self._drop(conn)
            return
        if conn.hanging_up:
            if not data:
                self._drop(conn)
        elif data:
            self._go_on(conn, data, time.monotonic())
        elif conn.arrival.held:
            # Half of a request and then an end: the parser says what is missing.
            self._answer(conn)
        else:
            self._drop(conn)

    def _go_on(self, conn: Connection, data: bytes, now: float) -> None:
        arrival = conn.arrival
        stage = arrival.take(data, now)
        self._charge(conn, len(arrival.held) - SMALL)
        if stage in _TOO_LONG:
            self._refuse(conn, _TOO_LONG[stage])
        elif stage is Stage.WHOLE:
            self._answer(conn)
        elif conn.charged and self._held > MOST_HELD:
            self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._wait(conn)
            if arrival.expects and stage is Stage.BODY and not conn.told_to_go_on:
                conn.told_to_go_on = True
                with suppress(OSError):
                    conn.sock.send(_CONTINUE)

    def _answer(self, conn: Connection) -> None:
        self._leave(conn)
        self.enqueue_req(conn)

    def _charge(self, conn: Connection, over: int) -> None:
        charged = max(0, over)
        self._held += charged - conn.charged
        conn.charged = charged

    def _refuse(self, conn: Connection, status: HTTPStatus) -> None:
        with suppress(OSError):
            util.write_error(conn.sock, status.value, status.phrase, "")
        self._hang_up(conn)

    def _hang_up(self, conn: Connection) -> None:
        """Say that nothing more is sent, and close when the other side has: what it still
        sends would else take the answer away from it (RFC 9112, 9.6)."""
        self._charge(conn, 0)
        conn.arrival = Arrival(0, time.monotonic() + HANGING_UP_SECONDS)
        conn.hanging_up = True
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self._wait(conn)
        except OSError:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._charge(conn, 0)
        self._leave(conn)
        self.nr_conns -= 1
        conn.close()
