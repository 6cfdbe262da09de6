"""JSON bodies in and out of a request."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from moderation.errors import InvalidInput
from moderation.wire.decoding import decode

_T = TypeVar("_T")
_ENCODING = "Content-Encoding"
_PACKED = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress"})
_GZIP = frozenset({"gzip", "x-gzip"})
_WITH_GZIP_HEADER: Final = 16 + zlib.MAX_WBITS


def read_body(kind: type[_T], *, may_be_empty: bool = False) -> _T:
    """The request's JSON as a `kind`; where it `may_be_empty`, no body stands for `{}`.

    Raises `InvalidInput` that names the field, and 415 where the body is not JSON.
    """
    return decode(json_body(may_be_empty=may_be_empty), kind)


def json_body(*, may_be_empty: bool = False) -> bytes:
    """The request's body, which says of itself that it is JSON in UTF-8.

    Raises `InvalidInput`, and 415 where it says something else.
    """
    raw = request.get_data(cache=False)
    if not raw.strip():
        if not may_be_empty:
            raise InvalidInput("body", "is empty")
        return b"{}"
    if _encoding() != "identity":
        raise _as_sent()
    charset = request.mimetype_params.get("charset", "utf-8")
    if request.mimetype != "application/json" or charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Content-Type: must be application/json in UTF-8")
    return raw


def unpacked_body(*, may_be_gzip: bool = False) -> bytes:
    """The request's body, whatever else its headers say of it.

    Raises `InvalidInput` where it is packed: to its reader it would be no JSON at all. Where it
    `may_be_gzip`, that is unpacked; 413 where more comes out than is read.
    """
    packed = [name for name in map(str.strip, _encoding().split(",")) if name in _PACKED]
    if not packed:
        return request.get_data(cache=False)
    if may_be_gzip and len(packed) == 1 and packed[0] in _GZIP:
        return _from_gzip(request.get_data(cache=False), request.max_content_length)
    raise _as_sent()


def _from_gzip(packed: bytes, longest: int | None) -> bytes:
    reader = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        body = reader.decompress(packed, 0 if longest is None else longest + 1)
    except zlib.error:
        raise _no_gzip() from None
    if longest is not None and len(body) > longest:
        raise RequestEntityTooLarge
    if not reader.eof or reader.unused_data:
        raise _no_gzip()
    return body


def _encoding() -> str:
    return request.headers.get(_ENCODING, "identity").strip().lower()


def _no_gzip() -> InvalidInput:
    return InvalidInput(_ENCODING, "says gzip, which the body is not, or not to its end")


def _as_sent() -> InvalidInput:
    return InvalidInput(_ENCODING, "must be left out: bodies are read as they are sent")


def reply(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A value as a JSON answer."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")
