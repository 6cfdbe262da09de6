"""Forms as `multipart/form-data`: what PHP's curl makes of a list of fields, and Akismet takes."""

from __future__ import annotations

import re
from collections.abc import Container
from urllib.parse import quote_from_bytes, quote_plus

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from moderation.errors import InvalidInput, TooLarge
from moderation.wire.forms import MOST_FIELDS

MIMETYPE = "multipart/form-data"

MOST_BYTES = 8 * 1024 * 1024
"""Twice what the longest text that is judged may take."""

LONGEST_HEAD = 4_096
"""Bytes before the value of a part: taking a head apart costs far more than reading the rest."""

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")


def urlencoded(raw: bytes, boundary: str, wanted: Container[str]) -> bytes:
    """The same form as `application/x-www-form-urlencoded`, its wanted fields alone.

    `name[0]` is wanted where `name` is; a file is a field. Raises `InvalidInput` for a body that is
    no such form to its end, `TooLarge` for one that is too long or has too many fields.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge("body", f"must be at most {MOST_BYTES:,} bytes long in parts")
    delimiter = boundary.encode("latin-1", "replace")
    if not _has_short_heads(raw, delimiter):
        raise _no_form()
    decoder = MultipartDecoder(delimiter, max_parts=MOST_FIELDS)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    pairs: list[str] = []
    try:
        name, value = "", b""
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                name, value = event.name or "", b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data and name.partition("[")[0] in wanted:
                    pairs.append(f"{quote_plus(name, errors='replace')}={quote_from_bytes(value)}")
    except RequestEntityTooLarge:
        raise TooLarge("body", f"must hold at most {MOST_FIELDS:,} fields") from None
    except ValueError:
        raise _no_form() from None
    return "&".join(pairs).encode("ascii")


def _has_short_heads(raw: bytes, delimiter: bytes) -> bool:
    parts = raw.split(b"--" + delimiter, MOST_FIELDS)[1:]
    return all(_BLANK_LINE.search(part, 0, LONGEST_HEAD) for part in parts if part[:2] != b"--")


def _no_form() -> InvalidInput:
    return InvalidInput("body", "is no form as multipart/form-data")
