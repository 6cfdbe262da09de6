"""XML elements one at a time from a file nobody vouches for.

Entities that a file defines for itself (the "billion laughs"), external entities and
document types are refused by defusedxml; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from moderation.errors import ImportRefused

# XML 1.0 allows no control characters but tab and line ends, yet exports carry those that
# visitors pasted. In UTF-8 these bytes are never part of another character.
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")


class _Cleaned:
    """A byte stream without the control characters that would stop a parser."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty only at the end."""
        while chunk := self._stream.read(size):
            if cleaned := chunk.translate(None, _CONTROLS):
                return cleaned
        return b""


def elements(stream: BinaryIO) -> Iterator[tuple[str, Element]]:
    """`("start" | "end", element)` in document order; the caller clears what it has used.

    Raises `ImportRefused` for a broken or hostile file.
    """
    try:
        yield from iterparse(_Cleaned(stream), events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ImportRefused(
            "The file defines entities or a document type of its own, which is not safe to read."
        ) from error
    except ParseError as error:
        line, column = error.position
        raise ImportRefused(
            f"The XML is broken at line {line}, column {column}.", line=line, column=column
        ) from error
    except (LookupError, ValueError) as error:
        raise ImportRefused("The XML names an encoding that cannot be read.") from error


def text_of(element: Element, tag: str) -> str:
    """The text of the first child with that tag, `""` where there is none."""
    return element.findtext(tag) or ""
