"""XML elements one at a time from a file nobody vouches for, in memory that does not grow.

Entities that a file defines for itself (the "billion laughs"), external entities and
document types are refused by defusedxml; nothing is ever fetched. Beside that, every
thing that a parser would have to hold as a whole has a limit here: the depth, a tag with
its attributes, the parts of one element, the number of different names. Text beyond
what any field takes is let go as it is read.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress
from html import escape
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from moderation.errors import ImportRefused
from moderation.importers.mended_xml import mended

MAX_DEPTH = 64
MAX_TOKEN = 1 << 20
"""Longest tag (with its attributes), comment or instruction, in bytes."""

MAX_PARTS = 20_000
"""Most parts that one element may hold at a time. Readers remove what they have used, after
each piece that is read of the file; no piece has room for as many."""

MAX_NAMES = 2_000
"""Most different names of elements, attributes and namespaces: each stays in the parser."""

MAX_CHARACTERS = 4_000_000
"""So much of one element's text is kept, in code points; no field takes as much."""

_EMPTY = frozenset({"br", "hr", "img", "wbr"})
"""Elements of HTML that have no end of their own."""


def elements(
    stream: BinaryIO, wanted: Container[str], holders: Container[str]
) -> Iterator[tuple[str, Element]]:
    """`("start" | "end", element)` in document order; the caller removes what it has used.

    `wanted` are local names: an element of another name is not built, nor anything in it.
    `holders` are those that hold parts and no text; in any other whatever stands is its text,
    markup as it would be in a CDATA section. Raises `ImportRefused` for a broken or hostile file.
    """
    target = _Elements(wanted, holders)
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    taken = 0
    try:
        for piece in mended(stream):
            parser.feed(piece)
            taken += len(piece)
            # The parser keeps a tag that has not ended; where it began is its position.
            if taken - parser.parser.CurrentByteIndex > MAX_TOKEN:
                raise _too_much(f"a tag or comment longer than {MAX_TOKEN:,} bytes")
            yield from target.take()
        parser.close()
        yield from target.take()
    except (DefusedXmlException, ParseError, LookupError, ValueError) as error:
        # What has ended before the break is whole.
        yield from target.take()
        raise _refusal(error) from error


def _refusal(error: Exception) -> ImportRefused:
    if isinstance(error, DefusedXmlException):
        return ImportRefused(
            "The file defines entities or a document type of its own, which is not safe to read."
        )
    if isinstance(error, ParseError):
        line, column = error.position
        return ImportRefused(
            f"The XML is broken at line {line}, column {column}.", line=line, column=column
        )
    return ImportRefused("The XML names an encoding that cannot be read.")


def let_go(parent: Element | None, element: Element) -> None:
    """Remove a part that has been used; quiet where it is none of that parent's."""
    if parent is not None:
        with suppress(ValueError):
            parent.remove(element)


def text_of(element: Element, tag: str) -> str:
    """The text of the first child with that tag, `""` where there is none."""
    return element.findtext(tag) or ""


class _Elements:
    """What the parser builds into: elements, and the events that tell of them."""

    def __init__(self, wanted: Container[str], holders: Container[str]) -> None:
        self._wanted = wanted
        self._holders = holders
        self._is_text = False
        self._open: list[Element] = []
        self._skipped = 0
        self._names: set[str] = set()
        self._words: list[str] = []
        self._room = MAX_CHARACTERS
        self._events: list[tuple[str, Element]] = []

    def take(self) -> list[tuple[str, Element]]:
        """What has happened since this was last asked."""
        taken, self._events = self._events, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if len(self._open) + self._skipped >= MAX_DEPTH:
            raise _too_much(f"elements nested more than {MAX_DEPTH} deep")
        self._note(tag, *attributes)
        if self._is_text:
            self._write(_opening(tag, attributes))
        if self._is_text or self._skipped or _local(tag) not in self._wanted:
            self._skipped += 1
            return
        self._keep_words()
        element = Element(tag, attributes)
        if self._open:
            self._open[-1].append(element)
            if len(self._open[-1]) > MAX_PARTS:
                raise _too_much(f"an element of more than {MAX_PARTS:,} parts")
        self._open.append(element)
        self._is_text = self._has_text(element)
        self._events.append(("start", element))

    def start_ns(self, prefix: str | None, uri: str | None) -> None:
        """A prefix is declared."""
        self._note(f"xmlns:{prefix}", uri or "")

    def data(self, words: str) -> None:
        """Characters between tags."""
        if self._is_text:
            self._write(words)

    def end(self, tag: str) -> None:
        """A tag closes."""
        if self._skipped:
            self._skipped -= 1
            if self._is_text and _local(tag) not in _EMPTY:
                self._write(f"</{_local(tag)}>")
            return
        self._keep_words()
        self._events.append(("end", self._open.pop()))
        self._is_text = bool(self._open) and self._has_text(self._open[-1])

    def _has_text(self, element: Element) -> bool:
        return _local(element.tag) not in self._holders

    def _write(self, words: str) -> None:
        if self._room > 0:
            self._words.append(words[: self._room])
            self._room -= len(words)

    def _keep_words(self) -> None:
        if self._words:
            self._open[-1].text = "".join(self._words)
            self._words.clear()
        self._room = MAX_CHARACTERS

    def _note(self, *names: str) -> None:
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            raise _too_much(f"more than {MAX_NAMES:,} different names")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _opening(tag: str, attributes: dict[str, str]) -> str:
    told = (f' {_local(name)}="{escape(value)}"' for name, value in attributes.items())
    return f"<{_local(tag)}{''.join(told)}>"


def _too_much(what: str) -> ImportRefused:
    return ImportRefused(f"The file has {what}, which no export has: it is not read.")
