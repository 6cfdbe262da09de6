"""Names are looked up in time or not at all, and those that hang stay few."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from moderation.outbound import Outbound, Unreachable
from moderation.outbound.lookups import Lookups
from moderation.web_addresses import Address

FOUND: tuple[Address, ...] = (ip_address("93.184.216.34"),)
LONG, SHORT = 60.0, 0.05


class Servers:
    """Name servers of which those of `.slow` answer when they are let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = threading.Event()

    def resolve(self, name: str) -> tuple[Address, ...]:
        self.asked.append(name)
        if name.endswith(".slow"):
            assert self.let.wait(LONG)
        if name == "none.example":
            raise ConnectionError
        return FOUND


@pytest.fixture
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.let.set()


def test_a_name_that_hangs_is_a_failed_call_at_the_deadline(servers: Servers) -> None:
    outbound = Outbound(seconds=SHORT, lookups=Lookups(servers.resolve))
    with pytest.raises(Unreachable, match="too long"):
        outbound.call("GET", "https://a.slow/")
    with pytest.raises(Unreachable, match="too long"):
        outbound.judge("https://a.slow/")


def test_a_name_that_hangs_is_asked_for_once(servers: Servers) -> None:
    lookups = Lookups(servers.resolve)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            lookups.addresses("a.slow", SHORT)
    assert servers.asked == ["a.slow"]
    assert lookups.addresses("b.example", LONG) == FOUND


def test_no_more_than_so_many_are_looked_up_at_a_time(servers: Servers) -> None:
    lookups = Lookups(servers.resolve, most=2)
    for name in ("a.slow", "b.slow", "c.example", "d.example"):
        with pytest.raises(TimeoutError):
            lookups.addresses(name, SHORT)
    assert servers.asked == ["a.slow", "b.slow"]
    servers.let.set()
    assert lookups.addresses("c.example", LONG) == FOUND


def test_who_waits_for_room_has_their_turn(servers: Servers) -> None:
    lookups, found = Lookups(servers.resolve, most=1), list[tuple[Address, ...]]()
    with pytest.raises(TimeoutError):
        lookups.addresses("a.slow", SHORT)
    waiting = threading.Thread(target=lambda: found.append(lookups.addresses("b.example", LONG)))
    waiting.start()
    servers.let.set()
    waiting.join(LONG)
    assert found == [FOUND]


def test_a_name_that_is_not_known_is_asked_for_again(servers: Servers) -> None:
    lookups = Lookups(servers.resolve, most=1)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            lookups.addresses("none.example", LONG)
    assert servers.asked == ["none.example"] * 2
    with pytest.raises(Unreachable, match="not known"):
        Outbound(lookups=lookups).judge("https://none.example/")


def test_the_system_knows_this_machine() -> None:
    found = Lookups().addresses("localhost", LONG)
    assert found
    assert all(address.is_loopback for address in found)
    assert len(set(found)) == len(found)
