"""Which addresses are public, in every form in which they can be given."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.outbound.judging import is_public, is_within

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "2606:4700::1",
    "2a00::1",
    "::ffff:93.184.216.34",
    "2002:5db8:d822::1",
    "64:ff9b::5db8:d822",
]
INSIDE = [
    # IANA, IPv4 Special-Purpose Address Registry
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    # IANA, IPv6 Special-Purpose Address Registry
    *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20"),
    *("5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "::ffff:0:0:0/96"),
    # What they are behind
    *("::ffff:10.0.0.0/104", "::ffff:127.0.0.0/104", "::ffff:169.254.0.0/112"),
    *("64:ff9b::10.0.0.0/104", "64:ff9b::127.0.0.0/104", "2002:a00::/24", "2002:7f00::/24"),
]
NETWORKS = [ip_network(network) for network in INSIDE]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_an_address_of_the_inside_from_the_first_to_the_last(network: object) -> None:
    assert not is_public(network[0])  # type: ignore[index]
    assert not is_public(network[-1])  # type: ignore[index]


@given(st.sampled_from(NETWORKS).flatmap(lambda network: st.ip_addresses(network=network)))
def test_any_address_of_the_inside(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_wrapped(address: IPv4Address) -> None:
    number = int(address)
    mapped = IPv6Address((0xFFFF << 32) | number)
    sixtofour = IPv6Address((0x2002 << 112) | (number << 80) | 1)
    nat64 = IPv6Address((0x64FF9B << 96) | number)
    judged = [is_public(one) for one in (address, mapped, sixtofour, nat64)]
    assert len(set(judged)) == 1
    allowed = (ip_network("10.0.0.0/8"), ip_network(address))
    assert all(is_within(one, allowed) for one in (mapped, sixtofour, nat64))
