"""HTTP to the outside: to public addresses alone, so that nobody makes the service look inside.

A name is resolved once, every address it has is judged, and the connection goes to one that was
judged: a name that points elsewhere a moment later changes nothing (OWASP, Server Side Request
Forgery Prevention). Redirects are not followed here.

A call ends at its deadline whatever the other side does: one that sends a byte now and then never
lets a single reading wait too long, so the connection itself is shut down.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import urllib3

from moderation.errors import ModerationError

Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 (RFC 4291, 2.4)."""

_DOCUMENTATION = (IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))

_CHUNK = 16 * 1024
_PORTS = {"http": 80, "https": 443}


class Unreachable(ModerationError):
    """Nothing was answered, or not in time; the message says why and names no address."""

    code = "unreachable"


class AddressRefused(ModerationError):
    """An address that this service does not call: none of the web, or one of the inside."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` ends where the limit was reached; `is_whole` says whether it did."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Outbound:
    """Calls other servers. `allowed` are networks of the inside that may be called all the same."""

    allowed: tuple[Network, ...] = ()
    seconds: float = 15.0
    """For a whole call, from the look-up of the name to the last byte that is read."""
    max_bytes: int = 64 * 1024
    """What is read of an answer at most."""
    https_outside: bool = False
    """Whether plain http is for the `allowed` networks alone."""

    def judge(self, url: str) -> None:
        """Look the name up and do no more. Raises as `call` does."""
        self._address(checked_url(url))

    def call(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request. Raises `AddressRefused`, and `Unreachable` where nothing answers."""
        parts = checked_url(url)
        deadline = _Deadline(self.seconds)
        try:
            address = self._address(parts)
            with _connected(parts, address, self.seconds, deadline) as pool:
                answer = pool.urlopen(
                    method,
                    f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
                    body=body,
                    headers={
                        "Host": _host(parts),
                        "Accept-Encoding": "identity",
                        **(headers or {}),
                    },
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                return self._read(cast("urllib3.HTTPResponse", answer), deadline)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            why = "it took too long" if deadline.is_over else _why(error)
            raise Unreachable(f"No answer: {why}.") from None
        finally:
            deadline.forget()

    def _address(self, parts: SplitResult) -> str:
        """An address of the name's that may be called; all of them must be such."""
        port = parts.port or _PORTS[parts.scheme]
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable("No answer: the name is not known.") from None
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not addresses or not all(self._may_call(one) for one in addresses):
            raise AddressRefused("This address lies inside a network, not in the public internet.")
        is_plain = self.https_outside and parts.scheme != "https"
        if is_plain and not all(self._is_allowed(one) for one in addresses):
            raise AddressRefused("An address outside must be one of https.")
        return str(addresses[0])

    def _may_call(self, address: IPv4Address | IPv6Address) -> bool:
        return self._is_allowed(address) or _is_public(_meant(address))

    def _is_allowed(self, address: IPv4Address | IPv6Address) -> bool:
        return any(_meant(address) in network for network in self.allowed)

    def _read(self, answer: urllib3.HTTPResponse, deadline: _Deadline) -> Answer:
        body = b""
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                break
        # An answer without a length ends where the connection does: by us, it is none.
        if deadline.is_over:
            raise Unreachable("No answer: it took too long.")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        whole = len(body) <= self.max_bytes
        return Answer(answer.status, headers, body[: self.max_bytes], whole)


class _Deadline:
    """Shuts a connection down when its time is over."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connected: socket.socket) -> None:
        """Have an eye on this connection. Raises `TimeoutError` where it is too late."""
        with self._lock:
            if self.is_over:
                connected.close()
                raise TimeoutError
            # Encryption takes the socket itself over; this one is of the same connection.
            self._socket = connected.dup()

    def forget(self) -> None:
        """The call is over."""
        self._timer.cancel()
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


def checked_url(url: str) -> SplitResult:
    """The parts of an address of the web. Raises `AddressRefused` for any other."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    if parts.scheme not in _PORTS or not parts.hostname or not port_fits:
        raise AddressRefused("This is no address of the web.")
    if parts.username is not None or any(mark.isspace() or not mark.isprintable() for mark in url):
        raise AddressRefused("An address must hold no login and no blanks.")
    return parts


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is an address of one machine in the public internet."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        # What is not given out to anybody may lead to the inside: site-local, local NAT64.
        return False
    in_books = any(address in network for network in _DOCUMENTATION)
    return address.is_global and not address.is_multicast and not in_books


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for: mapped, or behind 6to4 or NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address.packed[:12] == bytes.fromhex("0064ff9b") + bytes(8):
        return IPv4Address(address.packed[12:])
    return address.ipv4_mapped or address.sixtofour or address


def _host(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


@contextmanager
def _connected(
    parts: SplitResult, address: str, seconds: float, deadline: _Deadline
) -> Iterator[urllib3.HTTPConnectionPool]:
    """Connections to that very address, with the name for the certificate."""
    port, timeout = parts.port or _PORTS[parts.scheme], urllib3.Timeout(seconds)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            assert_hostname=parts.hostname,
            server_hostname=parts.hostname,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    pool.ConnectionCls = _watched(pool.ConnectionCls, deadline)
    try:
        yield pool
    finally:
        pool.close()


def _watched(kind: Any, deadline: _Deadline) -> Any:  # noqa: ANN401 - either kind of connection
    class Watched(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            deadline.watch(connected)
            return connected

    return Watched


def _why(error: Exception) -> str:
    kinds = (
        (urllib3.exceptions.TimeoutError, "it took too long"),
        (urllib3.exceptions.SSLError, "its certificate is not to be trusted"),
        (urllib3.exceptions.NewConnectionError, "nothing listens there"),
        (urllib3.exceptions.ProtocolError, "the connection broke"),
    )
    return next((why for kind, why in kinds if isinstance(error, kind)), "the connection failed")
