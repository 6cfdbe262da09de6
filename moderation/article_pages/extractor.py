"""The article in a page: bytes on standard input, JSON on standard output.

Run as a process of its own (`extracting`). Pages are written by anybody: whatever one of them does
to the parser ends here, with its time and memory.
"""

from __future__ import annotations

import codecs
import os
import re
import resource
import sys

import msgspec

MEMORY = 1 << 30
"""Bytes of address space."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_HEAD = 4_096
"""Bytes at the beginning of a page in which it may say how it is written."""


def main() -> None:
    """Read one page.

    Arguments: `html` or `text`, the charset that its server names, seconds of a processor.
    """
    kind, charset, seconds = sys.argv[1:4]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)
    page = decoded(sys.stdin.buffer.read(), charset)
    title, text = article_of(page) if kind == "html" else ("", page)
    sys.stdout.buffer.write(msgspec.json.encode({"title": title, "text": text}))


def decoded(raw: bytes, charset: str) -> str:
    """A page as text. Of what it and its server say of its charset the first that fits counts."""
    named = [name for mark, name in _BOMS if raw.startswith(mark)] + [charset]
    if found := _DECLARED.search(raw[:_HEAD]):
        named.append(found[1].decode("ascii"))
    for name in (*named, "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("windows-1252", "replace")


def article_of(page: str) -> tuple[str, str]:
    """Title and text of the article in a page of HTML; empty where there is none."""
    # Here alone: nobody who does not fetch articles has to load it.
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return "", ""
    return found.title or "", found.text or ""


if __name__ == "__main__":
    main()
