"""JSON in: a text that cannot be read is blamed on the field at fault.

msgspec reads the good bodies, fast. Only when it gives up is the body looked through
again, slowly and no further than `SCANNED` bytes, for the place of the fault.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from moderation.errors import InvalidInput

MAX_DEPTH = 32
SHOWN_DEPTH = 8
SCANNED = 300_000

_T = TypeVar("_T")
_VALIDATION = re.compile(r"(?P<problem>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*?)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*?)`", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]*)`(?:, got `(?P<got>[^`]*)`)?")
_PLAIN_NAMES = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time with an offset, as in RFC 3339",
}
# The alternative of `\Z` keeps it linear: a string that never ends is one token as well.
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)|[\[\]{},:]', re.DOTALL)
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile("[\x00-\x1f]")
_ESCAPES = re.compile(
    # Every escape is taken whole, so that what follows an escaped backslash is none.
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_HIGH_BYTES = bytes(range(0x80, 0x100))

_decoders: dict[tuple[type, bool], msgspec.json.Decoder[Any]] = {}
_preparing = threading.Lock()


def decode(
    raw: bytes | msgspec.Raw,
    kind: type[_T],
    at: str = "",
    whole: str = "body",
    *,
    strict: bool = True,
) -> _T:
    """Read JSON as a `kind`. `at` is the path of it in the body, such as `comments[3]`.

    Where it is not `strict`, a string may stand for the number or boolean that it spells.
    Raises `InvalidInput` that names the field, or the `whole` where no field can be told.
    """
    try:
        found: _T = (_decoders.get((kind, strict)) or _prepared(kind, strict)).decode(raw)
        return found
    except msgspec.ValidationError as error:
        raise _mistyped(str(error), at, whole) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        path, problem = _first_fault(bytes(raw))
        raise InvalidInput(_join(at, path) or whole, problem) from None


def without_halves(raw: bytes) -> bytes:
    """JSON with U+0000 in the place of each half of a surrogate pair, and every byte where it was.

    A half is allowed by JSON's grammar, and is no character.
    """
    return _ESCAPES.sub(lambda found: rb"\u0000" if found["half"] else found[0], raw)


def _prepared(kind: type, strict: bool) -> msgspec.json.Decoder[Any]:
    # msgspec looks a type's fields up at its first use, and another thread that meets the type
    # meanwhile reads past what is there and takes the process down.
    with _preparing:
        return _decoders.setdefault((kind, strict), msgspec.json.Decoder(kind, strict=strict))


def _mistyped(message: str, at: str, whole: str) -> InvalidInput:
    found = _VALIDATION.fullmatch(message)
    problem = found["problem"] if found else message
    path = _join(at, ((found and found["path"]) or "").lstrip("."))
    if missing := _MISSING.match(problem):
        return InvalidInput(_join(path, missing["name"]), "is required")
    if unknown := _UNKNOWN.match(problem):
        return InvalidInput(_join(path, _printable(unknown["name"])), "is not a known field")
    return InvalidInput(path or whole, _in_words(problem))


def _in_words(problem: str) -> str:
    if expected := _EXPECTED.match(problem):
        wanted = " or ".join(_plain(name) for name in expected["wanted"].split(" | "))
        return f"must be {wanted}" + (f", not {_plain(expected['got'])}" if expected["got"] else "")
    if problem.startswith("Invalid enum"):
        return "is not one of the values that this takes"
    return "is not valid"


def _plain(name: str) -> str:
    return _PLAIN_NAMES.get(name, name)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name and not name.startswith("[") else path + name


def _printable(name: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in name[:60])


def _first_fault(raw: bytes) -> tuple[str, str]:
    """Path and description of what makes the body unreadable; no path = all of it."""
    if len(raw) > SCANNED:
        raw = raw[:SCANNED].rstrip(_HIGH_BYTES)
    for place, string in _strings(raw.decode("utf-8", "surrogateescape")):
        if len(place) > MAX_DEPTH:
            return _path(place[:SHOWN_DEPTH]), "is nested too deeply"
        if _NOT_UTF8.search(string):
            return _path(place), "is not valid UTF-8"
        if _CONTROL.search(string):
            return _path(place), "holds a raw control character, which JSON forbids"
        if "\\u" in string and not _is_unicode(string):
            return _path(place), "holds half of a surrogate pair, which is no character"
    return "", "is not valid JSON in UTF-8"


def _strings(text: str) -> Iterator[tuple[list[str | int], str]]:
    """Every string of a JSON text, and every opening as an empty one, with where it is.

    Follows keys and brackets alone, so it also works on what is not quite JSON. The
    place is one list that changes on the way.
    """
    open_: list[str | int] = []
    key = ""
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        if mark in "{[":
            open_.append(0 if mark == "[" else "")
            yield open_, ""
        elif mark in "}]" and open_:
            open_.pop()
        elif mark == "," and open_:
            last = open_[-1]
            open_[-1] = last + 1 if isinstance(last, int) else ""
        elif mark == ":" and open_ and isinstance(open_[-1], str):
            open_[-1] = key
        elif mark == '"':
            key = token[1]
            yield open_, key


def _path(open_: list[str | int]) -> str:
    path = ""
    for name in open_:
        path = f"{path}[{name}]" if isinstance(name, int) else _join(path, _printable(name))
    return path


def _is_unicode(escaped: str) -> bool:
    try:
        json.loads(f'"{escaped}"', strict=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    except ValueError:
        return True
    return True
