"""Offsets in UTF-16 code units, in which JavaScript and Java count, from code points."""

from __future__ import annotations

from collections.abc import Iterable


def length(text: str) -> int:
    """Code units of a text."""
    return len(text) + sum(mark > "\uffff" for mark in text)


def spans(text: str, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges of code points, in the order of the text and apart, as ranges of code units."""
    found, at, units = [], 0, 0
    for start, end in ranges:
        begin = units + length(text[at:start])
        units = begin + length(text[start:end])
        found.append((begin, units))
        at = end
    return found
