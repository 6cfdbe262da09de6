"""XML as exports really have it, made into what a parser takes, a piece at a time.

WordPress and Disqus write what visitors and plug-ins left in their databases as it is there. One
sign that XML does not know would cost all that comes after it, so such signs are mended where it
is plain what they were meant for. What may be dangerous, such as a document type, stays as it is:
the parser refuses that.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html import escape
from html.entities import html5
from typing import BinaryIO

_CHUNK = 1 << 16

_DECLARATION = re.compile(r"<\?xml\s[^>]{0,400}\?>")
_DECLARED = re.compile(r"\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_BEGUN = re.compile(r"<(?:rss|disqus|!DOCTYPE)\b", re.IGNORECASE)

_ENCODINGS = re.compile(
    r"utf-8|utf-16|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|tis-620|gbk|gb2312|gb18030|big5|big5hkscs|"
    r"shift_jis|euc_jp|euc_kr"
)
"""As Python names them: a letter of ASCII is always one, and no sign changes what follows."""

_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 (2.2) does not allow; surrogates do not come out of a decoder."""

_REFERENCE = re.compile(
    r"&(?:#(?:(?P<decimal>[0-9]{1,9})|x(?P<hexadecimal>[0-9a-fA-F]{1,8}));"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{0,31});)?"
)
_OF_XML = frozenset({"lt", "gt", "amp", "quot", "apos"})

_BEGINNING = re.compile(
    r"(?:\]{1,2}|<(?:!(?:\[(?:C(?:D(?:A(?:TA?)?)?)?)?)?)?|&[#A-Za-z0-9]{0,33})\Z"
)
"""What may be the first part of a mark that goes on in the next piece."""

_LONGEST = 40


def beginning(head: bytes) -> bytes:
    """The first bytes of a file in an encoding in which a format can be recognised."""
    return head.decode("utf-16", "ignore").encode() if _is_utf16(head) else head


def mended(stream: BinaryIO) -> Iterator[bytes]:
    """The file in UTF-8, without its declaration; lines keep their numbers.

    Raises `LookupError` for an encoding that is not read.
    """
    head = stream.read(_CHUNK)
    decoder = codecs.getincrementaldecoder(_encoding(head))("replace")
    marks = _Marks()
    text = _without_declaration(decoder.decode(head))
    while True:
        yield marks.mended(text).encode()
        chunk = stream.read(_CHUNK)
        if not chunk:
            break
        text = decoder.decode(chunk)
    yield marks.mended(decoder.decode(b"", final=True), is_last=True).encode()


def _is_utf16(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _encoding(head: bytes) -> str:
    if _is_utf16(head):
        return "utf-16"
    # Whatever its encoding is, a declaration that can be read stands there in ASCII.
    declaration = _declaration(head.decode("latin-1"))
    declared = _DECLARED.search(declaration[0]) if declaration else None
    name = codecs.lookup(declared[1]).name if declared else "utf-8"
    if not _ENCODINGS.fullmatch(name):
        raise LookupError(name)
    return "utf-8-sig" if name == "utf-8" else name


def _without_declaration(text: str) -> str:
    """Blanks in its place, and in that of what a plug-in has printed before it."""
    found = _declaration(text)
    return re.sub(r"[^\n]", " ", text[: found.end()]) + text[found.end() :] if found else text


def _declaration(text: str) -> re.Match[str] | None:
    found = _DECLARATION.search(text)
    return None if found and _BEGUN.search(text, 0, found.start()) else found


class _Marks:
    """Mends a text in pieces: references alone, and none in what stands for itself."""

    def __init__(self) -> None:
        self._is_literal = False
        self._rest = ""

    def mended(self, text: str, *, is_last: bool = False) -> str:
        """The next piece, less what may go on in the one after it."""
        text = self._rest + _NO_CHARACTER.sub("", text)
        cut = None if is_last else _BEGINNING.search(text, max(0, len(text) - _LONGEST))
        self._rest = cut[0] if cut else ""
        return "".join(self._parts(text[: cut.start()] if cut else text))

    def _parts(self, text: str) -> Iterator[str]:
        begin = 0
        while begin < len(text):
            mark = "]]>" if self._is_literal else "<![CDATA["
            found = text.find(mark, begin)
            end = len(text) if found < 0 else found
            part = text[begin:end]
            yield part if self._is_literal else _REFERENCE.sub(_sound, part)
            if found >= 0:
                yield mark
                self._is_literal = not self._is_literal
            begin = end + len(mark)


def _sound(found: re.Match[str]) -> str:
    """A reference that the parser knows, or what a browser would show in its place."""
    name, decimal, hexadecimal = found["name"], found["decimal"], found["hexadecimal"]
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        return found[0] if _is_character(number) else ""
    if name in _OF_XML:
        return found[0]
    known = html5.get(f"{name};")
    return escape(known) if known else f"&amp;{found[0][1:]}"


def _is_character(number: int) -> bool:
    """Whether XML has a character of that number."""
    if number < 0x20:
        return number in (0x9, 0xA, 0xD)
    return number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
