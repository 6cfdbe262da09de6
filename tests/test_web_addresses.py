"""What an address of the web is, how its host is written, and what is refused by its form alone."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.web_addresses import AddressRefused, ascii_host, web_address

ENCODED = [
    ("example.org", "example.org"),
    ("EXAMPLE.org", "example.org"),
    ("bücher.example", "xn--bcher-kva.example"),
    ("BÜCHER.example", "xn--bcher-kva.example"),
    ("bu\u0308cher.example", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    # Where IDNA 2003 would call fass.de, which is somebody else.
    ("faß.de", "xn--fa-hia.de"),
    ("bücher\u3002example\uff0eorg", "xn--bcher-kva.example.org"),
    ("\uff25\uff38.org", "ex.org"),
    ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("xn--i-7iq.ws", "xn--i-7iq.ws"),
    ("a_b.müller.example", "a_b.xn--mller-kva.example"),
    ("cms", "cms"),
    ("example.org.", "example.org"),
    ("127.0.0.1", "127.0.0.1"),
    ("127.0.0.1.", "127.0.0.1"),
    ("①②⑦.0.0.1", "127.0.0.1"),
    ("0:0:0:0:0:0:0:1", "::1"),
    ("::FFFF:127.0.0.1", "::ffff:7f00:1"),
]
NO_HOST = [
    "i❤.ws",
    "a..example",
    ".example",
    "example.org..",
    ".",
    "",
    "\u00ad",
    "exa\u200dmple.org",
    "a" * 64 + ".example",
    "ü" * 64 + ".example",
    ".".join(["a" * 50] * 6),
    "exa%6dple.org",
    "a\\b",
    "a!b.example",
    "℀.example",
    "\ud800.example",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.01",
    "\uff11\uff12\uff17.1",
    "1.2.3.4.5",
    "256.0.0.1",
    "example.0x",
    "0",
    "fe80::1%eth0",
    "fe80::1%25eth0",
    "::1%1",
    "v1.abc:d",
    "1::2::3",
]
NO_URL = [
    "ftp://example.org/",
    "file:///etc/passwd",
    "example.org",
    "http://",
    "http://u:p@example.org/",
    "http://@example.org/",
    "http://example.org:99999/",
    "http://example.org:0/",
    "http://example.org:+80/",
    "http://exa mple.org/",
    "http://example.org/\n",
    "http://[::1].example.org/",
    "http://[::1/",
    "http://[::1]]/",
    "http://127.0.0.1\\@example.org/",
    "http://a.example\\.example.org/",
    "http://[fe80::1%eth0]/",
    "http://[127.0.0.1]/",
    "http://[v1.abc]/",
]


@pytest.mark.parametrize(("host", "encoded"), ENCODED)
def test_a_host_is_written_in_ascii(host: str, encoded: str) -> None:
    assert ascii_host(host) == encoded


@pytest.mark.parametrize("host", NO_HOST)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        ascii_host(host)


@pytest.mark.parametrize("url", NO_URL)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        web_address(url)


@pytest.mark.parametrize(
    ("url", "name", "authority", "target"),
    [
        ("http://a.example", "a.example", "a.example", "/"),
        ("https://a.example:443/b?c=d#e", "a.example", "a.example", "/b?c=d"),
        ("https://a.example:80?c", "a.example", "a.example:80", "/?c"),
        ("http://Faß.de.:8080/", "xn--fa-hia.de.", "xn--fa-hia.de:8080", "/"),
        ("http://a.example\u3002/", "a.example.", "a.example", "/"),
        ("http://[2606:4700::0001]:81/", "2606:4700::1", "[2606:4700::1]:81", "/"),
    ],
)
def test_a_last_dot_counts_for_the_look_up_alone(
    url: str, name: str, authority: str, target: str
) -> None:
    address = web_address(url)
    assert (address.name, address.authority, address.target) == (name, authority, target)
    assert address.host == name.removesuffix(".")


@given(st.text(max_size=40))
@example("ü")
@example("ﷺ.org")
def test_any_text_is_a_host_in_ascii_or_refused(text: str) -> None:
    try:
        host = ascii_host(text)
    except AddressRefused:
        return
    assert host.isascii()
    assert host == host.lower()
    assert ascii_host(host) == host


@given(st.from_regex(r"https?://[^/]{1,30}(/.{0,9})?", fullmatch=True))
def test_an_address_that_is_taken_is_taken_again_as_it_is_written(url: str) -> None:
    try:
        address = web_address(url)
    except AddressRefused:
        return
    again = web_address(f"{address.scheme}://{address.authority}{address.target}")
    assert (again.host, again.port) == (address.host, address.port)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """An IPv4 address as the C library may read it: one to four numbers to three bases."""
    number, parts = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 4))
    last = 8 * (5 - parts)
    numbers = [(number >> shift) & 0xFF for shift in (24, 16, 8)[: parts - 1]]
    numbers.append(number & ((1 << last) - 1))
    forms = ("{:d}", "0{:o}", "000{:o}", "0x{:x}", "0X0{:X}")
    return ".".join(draw(st.sampled_from(forms)).format(one) for one in numbers)


@given(spellings() | st.from_regex(r"[0-9a-fxX.]{1,15}", fullmatch=True))
def test_no_spelling_leads_elsewhere_than_it_was_judged_to(spelt: str) -> None:
    try:
        read = socket.inet_ntoa(socket.inet_aton(spelt))
    except OSError:
        return
    try:
        assert ascii_host(spelt) == read
    except AddressRefused:
        assert spelt != read


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_is_its_own_literal(address: IPv4Address) -> None:
    assert web_address(f"http://{address}/").literal == address


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_is_its_own_literal(address: IPv6Address) -> None:
    assert web_address(f"http://[{address.exploded}]:81/").literal == address
