"""Reaches one of the addresses of a host, and speaks HTTP over that very connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import urllib3

from moderation.outbound.deadline import Deadline
from moderation.web_addresses import Address, WebAddress

MOST_TRIED = 8
"""Addresses of one host that a call tries: a name with thousands must not have it knock at all."""

PATIENCE = 3.0
"""Seconds for an address that others can stand in for."""


def connect(
    addresses: Sequence[Address], port: int, deadline: Deadline, patience: float = PATIENCE
) -> socket.socket:
    """A connection to the first address that takes one; `addresses` are not empty.

    Nothing is sent, so the next one may be tried. Raises `OSError`, that of the last address.
    """
    *first, last = addresses[:MOST_TRIED]
    for address in first:
        try:
            return _connect(address, port, min(patience, deadline.left))
        except OSError:
            continue
    return _connect(last, port, deadline.left)


@contextmanager
def speaking(
    address: WebAddress, connected: socket.socket, deadline: Deadline
) -> Iterator[urllib3.HTTPConnectionPool]:
    """HTTP over a connection, which ends with it; the certificate must be one of the host's."""
    kind = urllib3.HTTPSConnectionPool if address.scheme == "https" else urllib3.HTTPConnectionPool
    with connected:
        deadline.watch(connected)
        connected.settimeout(deadline.left)
        with kind(address.host, address.port, timeout=urllib3.Timeout(deadline.left)) as pool:
            pool.ConnectionCls = _over(pool.ConnectionCls, connected)
            yield pool


def _connect(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((str(address), port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        made.close()
        raise
    return made


def _over(kind: Any, connected: socket.socket) -> Any:  # noqa: ANN401 - either kind of connection
    class Over(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            return connected

    return Over
