"""HTTP to the outside: to public addresses alone, so that nobody makes the service look inside.

A name is resolved once, every address it has is judged, and the connection goes to one that was
judged: a name that points elsewhere a moment later changes nothing (OWASP, Server Side Request
Forgery Prevention). Redirects are not followed here.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import cast
from urllib.parse import SplitResult, urlsplit

import urllib3

from moderation.errors import ModerationError

Network = IPv4Network | IPv6Network

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
        deadline = time.monotonic() + self.seconds
        address = self._address(parts)
        try:
            with _connected(parts, address, self.seconds) as pool:
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
            raise Unreachable(f"No answer: {_why(error)}.") from None

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
        return str(addresses[0])

    def _may_call(self, address: IPv4Address | IPv6Address) -> bool:
        meant = _meant(address)
        if any(meant in network for network in self.allowed):
            return True
        return meant.is_global and not meant.is_multicast

    def _read(self, answer: urllib3.HTTPResponse, deadline: float) -> Answer:
        body = b""
        # As it comes: whoever sends a byte a second must not keep us beyond the deadline.
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                break
            if time.monotonic() > deadline:
                raise Unreachable("No answer: it took too long.")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        whole = len(body) <= self.max_bytes
        return Answer(answer.status, headers, body[: self.max_bytes], whole)


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
    parts: SplitResult, address: str, seconds: float
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
    try:
        yield pool
    finally:
        pool.close()


def _why(error: Exception) -> str:
    kinds = (
        (urllib3.exceptions.TimeoutError, "it took too long"),
        (urllib3.exceptions.SSLError, "its certificate is not to be trusted"),
        (urllib3.exceptions.NewConnectionError, "nothing listens there"),
        (urllib3.exceptions.ProtocolError, "the connection broke"),
    )
    return next((why for kind, why in kinds if isinstance(error, kind)), "the connection failed")
