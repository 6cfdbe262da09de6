"""JSON as it comes from callers who publish whatever is refused: what can be read is read.

Half of a surrogate pair, which JSON can spell and no text can hold, becomes U+FFFD: one UTF-16
code unit for another, so that no offset moves. A byte order mark is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec

from moderation.errors import InvalidInput
from moderation.wire.decoding import decode

_T = TypeVar("_T")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
HALF_PAIR: Final = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
"""For `str.translate`."""


def decode_mended(
    raw: bytes | msgspec.Raw,
    kind: type[_T],
    at: str = "",
    whole: str = "body",
    *,
    names: Mapping[str, str] = _NONE,
    strict: bool = True,
) -> _T:
    """As `decode`, which goes first. `names` are other names of fields, each with its own.

    How `strict` the second reading is, the caller says; the first always is.
    Raises `InvalidInput` that names the field.
    """
    try:
        return decode(raw, kind, at, whole)
    except InvalidInput:
        mended = _mended(bytes(raw), names)
        if mended is None:
            raise
    return decode(mended, kind, at, whole, strict=strict)


def _mended(raw: bytes, names: Mapping[str, str]) -> bytes | None:
    """The same JSON without what was wrong with it; `None` for what is none."""

    def renamed(found: dict[str, Any]) -> dict[str, Any]:
        # A field that comes under both of its names stays an error.
        return {
            key if names.get(key, key) in found else names[key]: value
            for key, value in found.items()
        }

    try:
        found = json.loads(raw.decode("utf-8-sig"), object_hook=renamed if names else None)
        text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return text.translate(HALF_PAIR).encode()
