"""JSON as Google's front end takes it, spelt as the standard has it.

The first example in Perspective's guide was `{comment: {text: "..."}, requestedAttributes:
{TOXICITY: {}}}`, and much of what calls it pastes a comment into those words. So names may go
without quotation marks, strings have single ones, a comma may stand before a closing bracket, a
string may hold line breaks as they are, and a backslash before any mark.
"""

from __future__ import annotations

import json
import re
from typing import Final

LONGEST: Final = 300_000
"""Bytes of a body that is respelt: several times the longest comment with its escapes."""

_TOKEN: Final = re.compile(
    r"""(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+')"""
    # What never ends is taken whole and left, so that no part of it is read again.
    r"""|["'].*"""
    r"""|(?P<name>(?<![\w$])[A-Za-z_$][\w$]*+)(?=\s*:)"""
    r"""|(?P<spare>,)(?=\s*[}\]])""",
    re.DOTALL | re.ASCII,
)
_MARK: Final = re.compile(r"""\\(?:u[0-9a-fA-F]{4}|(?P<escaped>.))|["\x00-\x1f]""", re.DOTALL)


def respelt(raw: bytes) -> bytes | None:
    """The same JSON by the standard; `None` where there is nothing to be spelt otherwise."""
    if len(raw) > LONGEST:
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    spelt = _TOKEN.sub(_token, text)
    return None if spelt == text else spelt.encode()


def _token(found: re.Match[str]) -> str:
    if found["string"]:
        return f'"{_MARK.sub(_mark, found["string"][1:-1])}"'
    if found["name"]:
        return f'"{found["name"]}"'
    return "" if found["spare"] else found[0]


def _mark(found: re.Match[str]) -> str:
    escaped: str | None = found["escaped"]
    if found[0].startswith("\\") and (escaped is None or escaped in '"\\/bfnrt'):
        return found[0]
    return json.dumps(escaped or found[0])[1:-1]
