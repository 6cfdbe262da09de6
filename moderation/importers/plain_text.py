"""HTML of an article as the plain text that a comment is compared with."""

from __future__ import annotations

import html
import re
from collections import Counter

import nh3

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_END = re.compile(
    r"</(?:p|div|li|ul|ol|h[1-6]|blockquote|figure|figcaption|tr|table|pre|section)\s*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>?", re.IGNORECASE)
_ENDS_ITSELF = {"br", "hr", "img", "input", "wbr", "source", "p", "li", "tr", "td", "th"}
MAX_NESTED = 500
"""Deepest markup that is read as a browser would, which takes the square of the depth."""

MAX_MARKUP = 1_000_000
"""So much of a text's markup is read, in code points; an article takes a fifth as much."""


def plain(markup: str) -> str:
    """The words of some HTML; paragraphs stay apart by an empty line, scripts and styles go."""
    marked = _BLOCK_END.sub("\n\n", _BREAK.sub("\n", markup[:MAX_MARKUP]))
    if _is_bottomless(marked):
        words = _TAG.sub("", marked)
    else:
        words = nh3.clean(marked, tags=set(), attributes={})
    return _paragraphs(html.unescape(words))


def _is_bottomless(markup: str) -> bool:
    unclosed: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(markup):
        name = tag[2].lower()
        if name in _ENDS_ITSELF or (tag[1] and not unclosed[name]):
            continue
        change = -1 if tag[1] else 1
        unclosed[name] += change
        depth += change
        if depth > MAX_NESTED:
            return True
    return False


def _paragraphs(words: str) -> str:
    """Any run of empty lines as one, and nothing around it. Takes linear time, whatever comes."""
    found: list[list[str]] = [[]]
    for line in words.split("\n"):
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return "\n\n".join("\n".join(lines).strip() for lines in found if lines)
