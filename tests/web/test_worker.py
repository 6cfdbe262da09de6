"""Half-sent, slow and odd requests against the real thing."""

from __future__ import annotations

import inspect
import json
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from hashlib import sha256
from http.client import HTTPResponse, parse_headers
from pathlib import Path
from typing import BinaryIO

import pytest
from gunicorn.http.parser import Parser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from moderation.web import arrivals, worker
from tests.training.small_model import fitted_arrays, write_folder
from tests.web.served import ROOT, Server, serving

Serve = Callable[[str], AbstractContextManager[Server]]

PATIENT = "arrivals.HEAD_SECONDS = arrivals.BODY_SECONDS = 600.0"
BRIEF = "arrivals.HEAD_SECONDS, arrivals.BODY_SECONDS = 1.0, 4.0"

TEXT = json.dumps({"text": "you are an idiot"}).encode()
HALVES = (
    b"",
    b"GET /heal",
    b"GET /healthz HTTP/1.1\r\nX-a: b\r\n",
    b"GET /healthz HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf",
    b"POST /v1/classify HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n{",
    b"POST /login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\nlogin=",
    b"POST /v1/classify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf",
    b"POST /v1/classify HTTP/1.1\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
)
SAID_AT_ONCE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.fixture
def serve(tmp_path: Path, sqlite_url: str) -> Serve:
    """The service as it is configured, with some lines more."""
    write_folder(fitted_arrays(), tmp_path / "models" / "2026.11.0", "2026.11.0")

    def started(lines: str) -> AbstractContextManager[Server]:
        config = tmp_path / "gunicorn.conf.py"
        own = (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")
        config.write_text(f"{own}\nfrom moderation.web import arrivals\n{lines}\n")
        return serving(tmp_path, sqlite_url, config)

    return started


@contextmanager
def connections(server: Server, sent: list[bytes]) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        opened = []
        for data in sent:
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            opened.append(stack.enter_context(connection))
            connection.sendall(data)
        yield opened


def answer(connection: socket.socket) -> tuple[int, bytes]:
    found = HTTPResponse(connection)
    found.begin()
    return found.status, found.read()


def following(reading: BinaryIO, method: str = "GET") -> tuple[int, bytes]:
    """Status and body of the next answer on a connection; also of one that says to go on."""
    status = int(reading.readline().split()[1])
    headers = parse_headers(reading)
    length = 0 if method == "HEAD" else int(headers["Content-Length"])
    return status, reading.read(length)


def request(server: Server, method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}")
    kind = "Content-Type: application/json"
    return "\r\n".join((*lines, kind, *headers, "", "")).encode() + body


def test_half_sent_requests_of_every_kind_leave_the_service_answering(serve: Serve) -> None:
    with serve(PATIENT) as server, connections(server, [*HALVES] * 13) as opened:
        for _ in range(20):
            assert server.send("GET", "/healthz")[0] == 200
            assert server.send("POST", "/v1/classify", {"text": "you are an idiot"})[0] == 200
        for sent, connection in zip([*HALVES] * 13, opened, strict=True):
            connection.setblocking(False)
            if b"Expect" in sent:
                assert connection.recv(1000) == SAID_AT_ONCE
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_when_too_many_wait_those_that_sent_least_make_room(serve: Serve) -> None:
    few = f"{PATIENT}\nfrom moderation.web import worker\nworker.MOST_WAITING = 8"
    sent = [*[HALVES[3]] * 4, *[HALVES[2]] * 60]
    with serve(few) as server, connections(server, sent) as opened:
        for _ in range(20):
            assert server.send("GET", "/healthz")[0] == 200
        waiting = set(opened)
        # Which of the two workers takes a connection is nobody's choice.
        while len(waiting) > 2 * 8:
            ended = select.select(list(waiting), [], [], 60)[0]
            assert ended
            assert {connection.recv(1) for connection in ended} == {b""}
            waiting.difference_update(ended)
        assert waiting.issuperset(opened[:4])


def test_drips_of_every_kind_end_and_are_told_so(serve: Serve) -> None:
    with serve(BRIEF) as server, connections(server, [*HALVES[1:7]]) as opened:
        dripping = [*opened]
        while dripping:
            for told in select.select(dripping, [], [], 0.05)[0]:
                dripping.remove(told)
            for connection in dripping:
                connection.sendall(b"0")
        answers = [answer(connection) for connection in opened]
    assert {status for status, _ in answers} == {408}
    for _, body in answers:
        error = json.loads(body)["error"]
        assert error["code"] == "request_timeout"
        assert list(error) == ["code", "message", "details", "request_id"]


def test_a_connection_on_which_nothing_comes_is_closed_without_a_word(serve: Serve) -> None:
    with serve(BRIEF) as server, connections(server, [b""]) as [connection]:
        assert connection.recv(1) == b""


def test_a_slow_but_honest_body_is_read(serve: Serve) -> None:
    body = json.dumps({"comments": [{"text": "word " * 2_000}] * 40}).encode()
    with serve(BRIEF) as server:
        head = request(server, "POST", "/v1/classify", f"Content-Length: {len(body)}")
        with connections(server, [head]) as [connection]:
            for at in range(0, len(body), 8192):
                assert not select.select([connection], [], [], 0.1)[0]
                connection.sendall(body[at : at + 8192])
            status, answered = answer(connection)
    assert status == 200
    assert len(json.loads(answered)["results"]) == 40


def test_one_connection_takes_requests_of_every_form_one_behind_the_other(serve: Serve) -> None:
    with serve("") as server:
        sized = request(server, "POST", "/v1/classify", f"Content-Length: {len(TEXT)}", body=TEXT)
        chunks = b"5\r\n" + TEXT[:5] + b"\r\n%x\r\n" % (len(TEXT) - 5) + TEXT[5:] + b"\r\n0\r\n\r\n"
        chunked = request(server, "POST", "/v1/classify", "Transfer-Encoding: chunked", body=chunks)
        alive, head = request(server, "GET", "/healthz"), request(server, "HEAD", "/healthz")
        with connections(server, [alive]) as [connection]:
            reading = connection.makefile("rb")
            assert following(reading)[0] == 200
            connection.sendall(sized + chunked + head + sized)
            first, second = following(reading), following(reading)
            assert first == second
            assert first[0] == 200
            assert following(reading, "HEAD")[0] == 200
            assert following(reading) == first
            waits = request(
                server,
                "POST",
                "/v1/classify",
                f"Content-Length: {len(TEXT)}",
                "Expect: 100-continue",
            )
            connection.sendall(waits)
            assert following(reading, "HEAD") == (100, b"")
            connection.sendall(TEXT)
            assert following(reading) == first
            connection.sendall(waits + TEXT)
            assert following(reading) == first
            connection.sendall(alive.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            assert following(reading)[0] == 200
            assert reading.read() == b""


def test_bodies_that_are_too_long_are_refused_unread_and_held_bytes_are_bounded(
    serve: Serve,
) -> None:
    few = f"{PATIENT}\nfrom moderation.web import worker\nworker.MOST_HELD = 1_000_000"
    with serve(few) as server:
        long = request(server, "POST", "/v1/classify", "Content-Length: 33554433")
        endless = request(server, "POST", "/v1/classify", "Content-Length: 33554432")
        with connections(server, [long, endless]) as [refused, filling]:
            assert answer(refused)[0] == 413
            filling.sendall(b"x" * 2_000_000)
            status, body = answer(filling)
            assert (status, json.loads(body)["error"]["code"]) == (503, "unavailable")
        assert server.send("POST", "/v1/classify", {"text": "you are an idiot"})[0] == 200


def test_a_stop_waits_for_a_request_under_way_and_not_for_one_that_never_comes(
    serve: Serve,
) -> None:
    with serve("arrivals.HEAD_SECONDS = 3.0") as server:
        head = request(server, "POST", "/v1/classify", f"Content-Length: {len(TEXT)}")
        with connections(server, [HALVES[2], head + TEXT[:5]]) as [never, half]:
            assert server.send("GET", "/healthz")[0] == 200
            server.process.send_signal(signal.SIGTERM)
            assert answer(never)[0] == 408
            half.sendall(TEXT[5:])
            assert answer(half)[0] == 200
        server.process.communicate(timeout=60)
        assert server.process.returncode == 0


def test_a_socket_of_the_file_system_serves_as_well(serve: Serve, tmp_path: Path) -> None:
    where = tmp_path / "http"
    with serve(f"{PATIENT}\nbind = 'unix:{where}'"), ExitStack() as stack:
        for sent in [*HALVES] * 4 + [b"GET /healthz HTTP/1.1\r\n\r\n"]:
            connection = stack.enter_context(socket.socket(socket.AF_UNIX))
            connection.settimeout(60)
            connection.connect(str(where))
            connection.sendall(sent)
        assert answer(connection)[0] == 200


def test_the_parts_of_gunicorn_that_the_worker_builds_on_are_those_it_was_written_for() -> None:
    """Fails with another gunicorn: read what changed in these classes, try, then renew it."""
    parts = (ThreadWorker, TConn, Unreader, Parser)
    source = "".join(inspect.getsource(part) for part in parts)
    assert sha256(source.encode()).hexdigest()[:16] == "a162c66dc4034278"


def test_the_docs_say_how_long_a_sender_may_take_and_how_much_is_held() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for said in (
        f"has {arrivals.HEAD_SECONDS:.0f} s from the first byte",
        f"pause for {arrivals.BODY_SECONDS:.0f} s",
        f"under {arrivals.LEAST_RATE // 1024} kB/s",
        f"{worker.MOST_HELD // 2**20} MB of bodies longer than {worker.SMALL // 1024} kB",
        f"{worker.MOST_WAITING} connections",
        f"nobody takes for {worker.WRITE_SECONDS:.0f} s",
    ):
        assert said in " ".join(written.split()), said
