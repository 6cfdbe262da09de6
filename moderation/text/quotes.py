"""Finding what the writer of a text quotes, in the text as it was sent.

Knows marks and markup, not what a quotation is worth: one word between quotation marks
counts as quoted too, be it a title, a name or scorn. What is opened and never closed
quotes nothing. Time is linear in the length of the text.
"""

# ruff: noqa: RUF001 (quotation marks that look alike are the subject here)

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]
"""Half-open range of code points of the text as sent."""

_CLOSES: Final = {
    "”": "“„”",
    "“": "„",
    "»": "«",
    "«": "»",
    "›": "‹",
    "‹": "›",
    "’": "‘‚",
    "‘": "‚",
    "」": "「",
    "』": "『",
    '"': '"',
    "'": "'",
    "＂": "＂",
}
"""For each mark, the marks that it can close; „a“, „a”, »a«, «a» and ”a” are all in use."""

_OPENERS: Final = frozenset("“„«»‹›‘‚「『”\"'＂")
_STRAIGHT: Final = frozenset("\"'＂”’‘")
"""Marks that open at the start of a word and close at the end of one, and else do neither."""

_MARK: Final = re.compile(r"[“”„«»‹›‘’‚「」『』\"'＂]|&quot;|\n(?:[ \t\r]*+\n)?")
_ELIDED: Final = re.compile(r"'(?:\d|(?:em|cause|til|till|tis|twas|n|bout|cuz|round)\b)", re.I)
_QUOTING_LINE: Final = re.compile(r"^[ \t]{0,3}+(?:(?:>|&gt;)[ \t]?+)++(.*)$", re.M)
_ELEMENT: Final = re.compile(
    r"<(/?)(blockquote|q)(?:\s[^<>]{0,300}+)?>|\[(/?)(quote)(?:[=\s][^\[\]]{0,300}+)?\]", re.I
)
_OTHER_SIGNS: Final = re.compile("[“”„«»‹›‘‚「『＂]")


def quoted_spans(text: str) -> list[Span]:
    """What stands in quotation marks, quoting lines, <blockquote>, <q> or [quote].

    Sorted, disjoint, not empty, without the marks themselves. Quotation marks pair within
    a paragraph, straight single ones within a line; a line quotes when it starts with ">".
    """
    if not may_quote(text):
        return []
    found = list(_between_marks(text))
    found += (match.span(1) for match in _QUOTING_LINE.finditer(text))
    found += _elements(text)
    return _joined(found)


def may_quote(text: str) -> bool:
    """Whether any sign of a quotation is there at all, as in most texts none is."""
    return (
        '"' in text
        or ">" in text
        or "[" in text
        or "&" in text
        or " '" in text
        or "('" in text
        or "\n'" in text
        or text.startswith("'")
        or (not text.isascii() and _OTHER_SIGNS.search(text) is not None)
    )


def _between_marks(text: str) -> Iterator[Span]:
    opened: dict[str, int] = {}
    for match in _MARK.finditer(text):
        mark = match.group()
        if mark[0] == "\n":
            opened = {} if len(mark) > 1 else _without_singles(opened)
            continue
        mark = '"' if mark == "&quot;" else mark
        opener = next((one for one in _CLOSES.get(mark, "") if one in opened), None)
        if opener is not None and (mark not in _STRAIGHT or _can_close(text, match)):
            yield opened.pop(opener), match.start()
        elif mark in _OPENERS and (mark not in _STRAIGHT or _can_open(text, match)):
            opened[mark] = match.end()


def _without_singles(opened: dict[str, int]) -> dict[str, int]:
    return {mark: start for mark, start in opened.items() if mark != "'"}


def _can_open(text: str, mark: re.Match[str]) -> bool:
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    # After "=" it is the value of an attribute or a piece of code.
    if before.isalnum() or before == "=" or not after or after.isspace():
        return False
    return mark.group() != "'" or not _ELIDED.match(text, mark.start())


def _can_close(text: str, mark: re.Match[str]) -> bool:
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    return not before.isspace() and not after.isalnum()


def _elements(text: str) -> Iterator[Span]:
    opened: dict[str, list[int]] = {"blockquote": [], "q": [], "quote": []}
    for match in _ELEMENT.finditer(text):
        starts = opened[(match[2] or match[4]).lower()]
        if not (match[1] or match[3]):
            starts.append(match.end())
        elif starts:
            yield starts.pop(), match.start()


def _joined(found: list[Span]) -> list[Span]:
    """The same places, sorted and without overlaps."""
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined
