"""Google's HTTP batches: calls in the parts of a multipart/mixed body, and their answers.

A part is `application/http`: a request line, headers, a blank line and a body. The header
`Content-ID: <x>` of a part is answered by `Content-ID: <response-x>`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from email.parser import BytesHeaderParser
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from moderation.wire.perspective.faults import Refused

MIMETYPE: Final = "multipart/mixed"

MOST_PARTS: Final = 100

_LINE_BREAK: Final = re.compile(rb"\A\r?\n")
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE: Final = re.compile(r"([A-Z]{3,10}) (\S{1,4000})(?: HTTP/\d(?:\.\d)?)?\s*")
_MOST_HEADER_BYTES: Final = 16_384


class Part(NamedTuple):
    """One call of a batch; one that cannot be read has no method and no path."""

    id: str | None
    method: str
    path: str
    arguments: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Answered(NamedTuple):
    """What one call came to; the body is JSON."""

    id: str | None
    status: int
    headers: Mapping[str, str]
    body: bytes


def parts(raw: bytes, boundary: str) -> list[Part]:
    """The calls of a batch in their order. Raises `Refused` where there are none, or too many."""
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    pieces: list[bytes] = []
    start = None
    for found in delimiter.finditer(raw):
        if start is not None:
            pieces.append(raw[start : found.start()])
        if len(pieces) > MOST_PARTS:
            raise Refused(f"A batch has at most {MOST_PARTS} calls.")
        if found[1] and pieces:
            return [_part(piece) for piece in pieces]
        start = found.end()
    raise Refused("A batch needs at least one part, and the boundary with two dashes at its end.")


def joined(answers: Sequence[Answered]) -> tuple[bytes, str]:
    """The body that holds the answers, and its content type."""
    boundary = f"batch_{secrets.token_urlsafe(18)}"
    written = [b"--%b\r\n%b\r\n" % (boundary.encode(), _written(one)) for one in answers]
    body = b"".join((*written, b"--%b--\r\n" % boundary.encode()))
    return body, f'{MIMETYPE}; boundary="{boundary}"'


def _part(piece: bytes) -> Part:
    outer, call = _split(_LINE_BREAK.sub(b"", piece, count=1))
    content_id = outer.get("content-id")
    line, _, rest = call.lstrip(b"\r\n").partition(b"\n")
    asked = _REQUEST_LINE.fullmatch(line.decode("utf-8", "replace"))
    headers, body = _split(rest)
    if asked is None:
        return Part(content_id, "", "", {}, headers, body)
    try:
        target = urlsplit(asked[2])
        arguments = dict(parse_qsl(target.query, max_num_fields=100))
    except ValueError:
        return Part(content_id, "", "", {}, headers, body)
    return Part(content_id, asked[1], unquote(target.path), arguments, headers, body)


def _split(raw: bytes) -> tuple[dict[str, str], bytes]:
    """Headers under their names in lower case, and what follows the blank line."""
    if _LINE_BREAK.match(raw):
        return {}, raw
    end = _BLANK_LINE.search(raw, 0, _MOST_HEADER_BYTES)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    read = BytesHeaderParser().parsebytes(head[:_MOST_HEADER_BYTES])
    return {name.lower(): str(value) for name, value in read.items()}, body


def _written(answer: Answered) -> bytes:
    content_id = _response_id(answer.id)
    named = [f"Content-ID: {content_id}"] if content_id else []
    head = ["Content-Type: application/http", *named]
    inner = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        "Content-Type: application/json; charset=UTF-8",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        f"Content-Length: {len(answer.body)}",
    ]
    lines = "\r\n".join((*head, "", *inner, "", ""))
    return lines.encode("latin-1", "replace") + answer.body


def _response_id(sent: str | None) -> str | None:
    """`<response-x>` for `<x>`; nothing for what is no id, so that no header can be slipped in."""
    if sent is None or not sent.isprintable():
        return None
    return f"<response-{sent[1:]}" if sent.startswith("<") else f"response-{sent}"
