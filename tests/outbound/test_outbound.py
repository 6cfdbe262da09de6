"""Which addresses are called and how much of an answer is read, over real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from moderation.outbound import AddressRefused, Outbound, Unreachable

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server on loopback that answers as it is told; its address."""
    servers = []

    def serve(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer(self)

            do_GET = do_POST  # noqa: N815 - as the base class calls it

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def say(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
        "http://[fec0::1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[5f00::1]/",
        "http://[3fff::1]/",
        "http://[2001:db8::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_an_address_of_the_inside_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Outbound().call("GET", url)


def test_an_allowed_network_is_called_and_the_answer_comes_back(serve: Serve) -> None:
    url = serve(say(201, b"done", X_Told="yes"))
    answer = Outbound(LOOPBACK).call("POST", f"{url}/in?a=b", body=b"{}", headers={"X-A": "b"})
    assert (answer.status, answer.body, answer.is_whole) == (201, b"done", True)
    assert answer.headers["x-told"] == "yes"


def test_the_name_goes_with_the_request_though_the_address_is_called(serve: Serve) -> None:
    heard: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.headers["Host"])
        say(200, b"")(handler)

    port = serve(answer).rpartition(":")[2]
    Outbound(LOOPBACK).call("GET", f"http://localhost:{port}/")
    assert heard == [f"localhost:{port}"]


def test_a_redirect_is_an_answer_and_not_a_way(serve: Serve) -> None:
    url = serve(say(302, b"", Location="http://127.0.0.1:1/"))
    assert Outbound(LOOPBACK).call("GET", url).status == 302


def test_no_more_than_the_limit_is_read(serve: Serve) -> None:
    answer = Outbound(LOOPBACK, max_bytes=1_000).call("GET", serve(say(200, b"x" * 100_000)))
    assert (len(answer.body), answer.is_whole) == (1_000, False)


def test_who_drips_is_left_after_the_deadline(serve: Serve) -> None:
    gone = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            while not gone.wait(0.05):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass

    url = serve(drip)
    with pytest.raises(Unreachable, match="too long"):
        Outbound(LOOPBACK, seconds=0.3).call("GET", url)
    gone.set()


def test_where_nothing_listens_it_is_said_without_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        Outbound(LOOPBACK).call("GET", f"http://127.0.0.1:{port}/")
    assert "127.0.0.1" not in caught.value.message


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_who_drips_its_headers_or_a_body_without_an_end_is_left_as_well(beginning: bytes) -> None:
    gone = threading.Event()

    def drip(listening: socket.socket) -> None:
        connected, _ = listening.accept()
        with connected:
            try:
                connected.sendall(beginning)
                while not gone.wait(0.05):
                    connected.sendall(b"x")
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=(listening,))
        dripping.start()
        with pytest.raises(Unreachable, match="too long"):
            Outbound(LOOPBACK, seconds=0.3).call("GET", f"http://127.0.0.1:{_port(listening)}/")
        gone.set()
        dripping.join()


def test_who_says_nothing_to_an_encrypted_greeting_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(Unreachable):
        Outbound(LOOPBACK, seconds=0.3).call("GET", f"https://127.0.0.1:{_port(listening)}/")


def test_plain_http_can_be_kept_inside(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    url = serve(say(200, b""))
    outbound = Outbound(LOOPBACK, https_outside=True)
    assert outbound.call("GET", url).status == 200
    outbound.judge(url)
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    public = [(*kind, ("93.184.216.34", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public)
    outbound.judge("https://public.example/")
    for refuses in (outbound.judge, lambda url: outbound.call("GET", url)):
        with pytest.raises(AddressRefused, match="https"):
            refuses("http://public.example/")


def _port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])
