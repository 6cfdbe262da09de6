"""Readers of other systems' exports: a module a format, bytes in, records out.

Each module offers `detect(head)` (does this beginning look like mine?) and
`read(stream)`, a generator of records. None knows a database or prints. A format is
recognised by its content, never by the name of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from typing import Protocol

from moderation.errors import ImportRefused
from moderation.importers import disqus, jsonl, wordpress
from moderation.records import Record

HEAD_BYTES = 1 << 16
"""How much of a file is looked at to recognise it; streams need a buffer of this size."""


_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
"""How gzip, zip, bzip2, xz and zstd begin."""


class _Format(Protocol):
    def detect(self, head: bytes) -> bool: ...
    def read(self, stream: BufferedReader) -> Iterator[Record]: ...


_FORMATS: tuple[_Format, ...] = (wordpress, disqus, jsonl)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Records of an export in any known format, in its order.

    Raises `ImportRefused` for an unknown format, a broken file, or one with entities
    of its own; records before the break have been yielded by then.
    """
    head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    for format_ in _FORMATS:
        if format_.detect(head):
            return format_.read(stream)
    if head.startswith(_PACKED):
        raise ImportRefused(
            "The file is packed: unpack it first, such as with `gunzip`, and import what was in it."
        )
    raise ImportRefused(
        "The file is neither a WordPress export (WXR), nor a Disqus export, nor JSON lines."
    )
