"""Which addresses are those of a machine in the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from moderation.web_addresses import Address

Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 (RFC 4291, 2.4)."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix of translators (RFC 6052)."""

_SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.88.99.0/24",  # any relay of 6to4 that answers (RFC 7526)
            "2001::/23",  # protocol assignments, Teredo among them (RFC 2928)
            "2001:db8::/32",  # documentation
            "3fff::/20",
        ),
    )
)
"""What not every version of Python knows not to be public."""


def is_public(address: Address) -> bool:
    """Whether it is an address of one machine in the public internet."""
    meant = _meant(address)
    if isinstance(meant, IPv6Address) and meant not in _GLOBAL_UNICAST:
        # What is not given out to anybody may lead to the inside: site-local, local NAT64.
        return False
    return meant.is_global and not meant.is_multicast and not is_within(meant, _SPECIAL)


def is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether what an address leads to lies in one of the networks."""
    return any(_meant(address) in network for network in networks)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, or behind 6to4 or NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[12:])
    return address.ipv4_mapped or address.sixtofour or address
