"""HTML of an article as the plain text that a comment is compared with."""

from __future__ import annotations

import html
import re

import nh3

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_END = re.compile(
    r"</(?:p|div|li|ul|ol|h[1-6]|blockquote|figure|figcaption|tr|table|pre|section)\s*>",
    re.IGNORECASE,
)
_MANY_LINES = re.compile(r"\s*\n\s*\n\s*")


def plain(markup: str) -> str:
    """The words of some HTML; paragraphs stay apart by an empty line, scripts and styles go."""
    marked = _BLOCK_END.sub("\n\n", _BREAK.sub("\n", markup))
    words = html.unescape(nh3.clean(marked, tags=set(), attributes={}))
    return _MANY_LINES.sub("\n\n", words).strip()
