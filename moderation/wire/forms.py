"""Forms as other programs send them: the fields that are wanted, and nothing else.

A form may hold cookies, addresses of servers and passwords of visitors. What is not asked for is
neither decoded nor kept, not even for the length of the request.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote_to_bytes

from moderation.errors import InvalidInput, TooLarge

MOST_FIELDS = 10_000
MAX_NAME_LENGTH = 200
"""What is looked at of a name, in bytes as sent."""

_PAIR = re.compile(rb"[^&]+")
_ELEMENT = re.compile(r"(.*?)\[.*", re.DOTALL)
_UNWANTED = {mark: None for mark in range(0x20) if mark not in (0x09, 0x0A, 0x0D)}
_UNWANTED |= {mark: None for mark in range(0x7F, 0xA0) if mark != 0x85}
CHARSET_FIELDS = ("blog_charset", "charset")
"""Fields that name the charset of the others, the first that is there."""
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Codecs that Python has for other things."""


def read_form(
    raw: bytes, wanted: Collection[str], charset: str = "", whole: Collection[str] = ()
) -> dict[str, str]:
    """The wanted fields of an `application/x-www-form-urlencoded` body.

    Of a name that comes twice the last counts; the elements of `name[0]`, `name[1]` are lines.
    Text is UTF-8, or else in the charset that the form names (`blog_charset`) or that is given;
    what fits neither shows as U+FFFD. Control characters are left out. A field that is to be read
    `whole` has every piece of it as a line, and has to fit. Raises `InvalidInput`, `TooLarge`.
    """
    single: dict[str, bytes] = {}
    listed: dict[str, list[bytes]] = {}
    for name, value in _pairs(raw):
        base = _ELEMENT.fullmatch(name)
        if name in whole:
            listed.setdefault(name, []).append(value)
        elif base and base[1] in wanted:
            listed.setdefault(base[1], []).append(value)
        elif name in wanted or name in CHARSET_FIELDS:
            single[name] = value
    fields: Mapping[str, bytes] = {
        **single,
        **{name: b"%0A".join(values) for name, values in listed.items()},
    }
    told = next((single[name] for name in CHARSET_FIELDS if name in single), b"")
    codec = _codec(unquote_to_bytes(told).decode("ascii", "replace")) or _codec(charset)
    return {
        name: _text(value, codec, name if name in whole else "")
        for name, value in fields.items()
        if name in wanted
    }


def _pairs(raw: bytes) -> Iterator[tuple[str, bytes]]:
    for number, found in enumerate(_PAIR.finditer(raw)):
        if number >= MOST_FIELDS:
            raise TooLarge("body", f"must hold at most {MOST_FIELDS:,} fields")
        name, _, value = found[0].partition(b"=")
        shown = name[:MAX_NAME_LENGTH].replace(b"+", b" ")
        yield unquote_to_bytes(shown).decode("utf-8", "replace"), value


def _text(value: bytes, codec: str | None, whole: str = "") -> str:
    raw = unquote_to_bytes(value.replace(b"+", b" "))
    text = _decoded(raw, codec)
    if whole and text.count("\ufffd") > raw.count("\ufffd".encode()):
        raise InvalidInput(whole, "is not in UTF-8; name its charset in `blog_charset`")
    # A codec may give halves of surrogate pairs, which no database keeps.
    return text.encode("utf-8", "replace").decode("utf-8").translate(_UNWANTED)


def _decoded(raw: bytes, codec: str | None) -> str:
    try:
        # Most programs send UTF-8 whatever they claim; codes that switch by ESC only look like it.
        if codec is None or b"\x1b" not in raw:
            return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(codec or "utf-8", "replace")
    except (UnicodeError, ValueError):
        # Some codecs refuse what they cannot read whatever they are told.
        return raw.decode("utf-8", "replace")


def _codec(name: str) -> str | None:
    """The name of the codec of texts for a charset, `None` where there is none."""
    try:
        found = codecs.lookup(name.strip()) if name.isascii() and name.strip() else None
    except (LookupError, ValueError):
        return None
    if found is None or not found._is_text_encoding:
        return None
    if found.name.replace("_", "-") in _NO_CHARSETS:
        return None
    return found.name
