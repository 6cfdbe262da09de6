"""Which of a host's addresses is reached, and as whom it has to show itself."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from moderation.outbound import AddressRefused, Outbound, Unreachable
from moderation.outbound.connecting import MOST_TRIED, connect
from moderation.outbound.deadline import Deadline
from moderation.outbound.lookups import Lookups

INSIDE = (ip_network("127.0.0.0/8"),)
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"
NAME = "xn--bcher-kva.example"


def having(*addresses: str, allowed: Sequence[str] = ("127.0.0.0/8",)) -> Outbound:
    """Calls hosts that have these addresses, whatever their names."""
    found = tuple(map(ip_address, addresses))
    return Outbound(tuple(map(ip_network, allowed)), lookups=Lookups(lambda _: found))


@contextmanager
def answering(
    listening: socket.socket, answer: bytes, wrap: Callable[[socket.socket], socket.socket]
) -> Iterator[list[bytes]]:
    """One that takes connections and gives each the same answer; the beginnings of requests."""
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            with closing(connected):
                try:
                    spoken = wrap(connected)
                    heard.append(spoken.recv(65_536))
                    spoken.sendall(answer)
                    spoken.close()
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    yield heard
    # Closing alone would leave it waiting.
    listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[int, list[bytes]]]]:
    """A server at an address of this machine; its port and what it heard."""
    with ExitStack() as stack:

        def serve(
            address: str,
            port: int = 0,
            answer: bytes = DONE,
            wrap: Callable[[socket.socket], socket.socket] = lambda plain: plain,
        ) -> tuple[int, list[bytes]]:
            listening = stack.enter_context(socket.create_server((address, port)))
            heard = stack.enter_context(answering(listening, answer, wrap))
            return int(listening.getsockname()[1]), heard

        yield serve


Serve = Callable[..., tuple[int, list[bytes]]]


def test_where_one_address_refuses_the_next_is_called(serve: Serve) -> None:
    port, heard = serve("127.0.0.1")
    outbound = having("127.0.0.3", "127.0.0.2", "127.0.0.1")
    assert outbound.call("GET", f"http://a.example:{port}/").body == b"done"
    assert len(heard) == 1


def test_where_one_address_keeps_silent_the_next_is_called(serve: Serve) -> None:
    port, _ = serve("127.0.0.1")
    deadline = Deadline(60)
    with ExitStack() as stack:
        stack.callback(deadline.forget)
        full = stack.enter_context(socket.create_server(("127.0.0.2", port), backlog=0))
        for _ in range(4):
            knocking = stack.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(full.getsockname())
        both = (ip_address("127.0.0.2"), ip_address("127.0.0.1"))
        connected = stack.enter_context(connect(both, port, deadline, patience=0.2))
        assert connected.getpeername() == ("127.0.0.1", port)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 20"])
def test_where_something_was_sent_no_other_is_called(serve: Serve, answer: bytes) -> None:
    port, first = serve("127.0.0.2", answer=answer)
    _, second = serve("127.0.0.1", port)
    with pytest.raises(Unreachable, match="broke"):
        having("127.0.0.2", "127.0.0.1").call("POST", f"http://a.example:{port}/", body=b"{}")
    assert (len(first), len(second)) == (1, 0)


def test_a_name_with_very_many_addresses_is_not_tried_at_all_of_them(serve: Serve) -> None:
    port, heard = serve("127.0.0.1")
    refusing = [f"127.0.1.{number}" for number in range(MOST_TRIED)]
    with pytest.raises(Unreachable, match="nothing listens"):
        having(*refusing, "127.0.0.1").call("GET", f"http://a.example:{port}/")
    assert heard == []
    having(*refusing[1:], "127.0.0.1").call("GET", f"http://a.example:{port}/")
    assert len(heard) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ("93.184.216.34", "127.0.0.1"),
        ("127.0.0.1", "93.184.216.34"),
        ("10.0.0.1", "192.168.0.1"),
        ("93.184.216.34", "::ffff:192.168.0.1"),
        ("10.0.0.1", "64:ff9b::7f00:1"),
        (),
    ],
)
def test_one_address_that_is_not_to_be_called_refuses_the_name(addresses: tuple[str, ...]) -> None:
    outbound = having(*addresses, allowed=["10.0.0.0/8"])
    for refuses in (outbound.judge, lambda url: outbound.call("GET", url)):
        with pytest.raises(AddressRefused):
            refuses("http://a.example/")


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of encryption, with a trusted certificate of `NAME`; `heard` has names."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    subject = ["-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        [openssl, "req", "-x509", *options, *subject, *files], check=True, capture_output=True
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize("host", ["bücher.example", "BÜCHER.example.", NAME])
def test_a_certificate_is_one_of_the_name_in_ascii(
    serve: Serve, certified: ssl.SSLContext, host: str
) -> None:
    asked: list[str | None] = []
    certified.sni_callback = lambda _, name, __: asked.append(name)
    port, heard = serve(
        "127.0.0.1", wrap=lambda plain: certified.wrap_socket(plain, server_side=True)
    )
    assert having("127.0.0.1").call("GET", f"https://{host}:{port}/").body == b"done"
    assert asked == [NAME]
    assert f"\r\nHost: {NAME}:{port}\r\n".encode() in heard[0]


@pytest.mark.parametrize("host", ["bucher.example", "www.bücher.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_not_to_be_trusted(
    serve: Serve, certified: ssl.SSLContext, host: str
) -> None:
    port, heard = serve(
        "127.0.0.1", wrap=lambda plain: certified.wrap_socket(plain, server_side=True)
    )
    with pytest.raises(Unreachable, match="certificate"):
        having("127.0.0.1").call("GET", f"https://{host}:{port}/")
    assert heard in ([], [b""])
