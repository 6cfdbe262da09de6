"""Addresses of the web as they are called: parted, the host in the form that it is sent in.

Names are brought into ASCII by IDNA 2008 after the mapping of UTS #46, as browsers do but for the
few names that the two standards write differently. What is ASCII already stays as it is, so that
names with an underscore can be called as well. IPv4 addresses are four decimal numbers: what else
a resolver may read as one (`0x7f.1`, `2130706433`) is read differently by the next, and refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

import idna

from moderation.errors import ModerationError

Address = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
_MAX_NAME = 253
"""Characters of a name without its last dot (RFC 1035, 2.3.4, less the lengths' own bytes)."""

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes the host an IPv4 address (WHATWG URL, 3.5): no such domain is there."""


class AddressRefused(ModerationError):
    """An address that this service does not call: none of the web, or one of the inside."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a request goes."""

    scheme: str
    """`http` or `https`."""
    host: str
    """As `ascii_host` gives it: for the certificate too."""
    port: int
    target: str
    """Path and query."""
    is_whole: bool = False
    """Whether the name ended in a dot: nothing is to be appended when it is looked up."""

    @property
    def literal(self) -> Address | None:
        """The address that stands in the place of a name."""
        return _literal(self.host)

    @property
    def name(self) -> str:
        """What is looked up."""
        return f"{self.host}." if self.is_whole else self.host

    @property
    def authority(self) -> str:
        """The host in brackets where it must be, and the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def web_address(url: str) -> WebAddress:
    """The parts of an address that may be called by its form. Raises `AddressRefused`."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    if parts.scheme not in _PORTS or not parts.hostname or not port_fits:
        raise AddressRefused("This is no address of the web.")
    if parts.username is not None or any(mark.isspace() or not mark.isprintable() for mark in url):
        raise AddressRefused("An address must hold no login and no blanks.")
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    port = parts.port or _PORTS[parts.scheme]
    host = _host_of(parts)
    return WebAddress(parts.scheme, ascii_host(host), port, target, _mapped(host).endswith("."))


def ascii_host(host: str) -> str:
    """A host as it is looked up, sent and certified: in ASCII and lower case, without a last dot.

    An address of IPv6, without brackets, is given in its shortest form. Raises `AddressRefused`
    for a name that cannot be brought into ASCII, and for an address in an odd spelling.
    """
    if ":" in host:
        return _ipv6(host)
    name = _mapped(host).removesuffix(".")
    try:
        labels = [
            label if label.isascii() else idna.alabel(label).decode("ascii")
            for label in name.split(".")
        ]
    except UnicodeError:
        raise AddressRefused("This host name is none of the internet.") from None
    encoded = ".".join(labels)
    if len(encoded) > _MAX_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise AddressRefused("This host name is none of the internet.")
    if _NUMBER.fullmatch(labels[-1]) and _literal(encoded) is None:
        raise AddressRefused("An IPv4 address must be written as four decimal numbers.")
    return encoded


def _host_of(parts: SplitResult) -> str:
    """The host; the parser keeps neither the brackets nor what stands between them and the port."""
    host = parts.hostname or ""
    _, bracket, behind = parts.netloc.partition("]")
    if bracket and (":" not in host or behind.partition(":")[0]):
        raise AddressRefused("This is no address of the web.")
    return host


def _mapped(host: str) -> str:
    # Names that are longer cannot become shorter, and what has no end need not be read.
    if len(host) > _MAX_NAME + 1:
        raise AddressRefused("This host name is none of the internet.")
    try:
        return idna.uts46_remap(host, std3_rules=False)
    except UnicodeError:
        raise AddressRefused("This host name is none of the internet.") from None


def _ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    if address.scope_id is not None:
        raise AddressRefused("An address must name no zone: that is one of a single machine.")
    return str(address)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
