"""Digits and signs for letters, and masks: "1d10t", "$hit", "f**k", "sh.it".

Takes and gives folded text and leaves a word alone unless the disguise is plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from moderation.text.masked_words import WORDS, fitting
from moderation.text.ordinary_words import COMMON
from moderation.text.tracing import Normalised

_SIGN: Final = re.compile(r"[0-9@$!*|+#%^._~\-](?=\S)|(?<=[a-z])[013457$@*]")
_LONGEST_CHUNK: Final = 64
_LONGEST_ADDRESS: Final = 200
_AROUND: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$!*|+#%^._~-'")
_NOT_A_WORD: Final = re.compile(
    r"[a-z0-9._+\-]++@[a-z0-9\-]++\.[a-z]|www\.|[a-z0-9\-]\.(?:com|org|net)\b"  # an address
    r"|\$?[0-9]++(?:[.,][0-9]++)*+[a-z]{1,2}(?:$|[^a-z0-9@$!|+])"  # an amount: "600k"
)
_PAUSE: Final = re.compile(r"((?<=[a-z]{2})\.{2,}+(?=[a-z]{2}))")
_NUMBER: Final = re.compile("[0-9]{3}")

_LEET: Final = str.maketrans("013456789@$!|+", "oieasgtbgasiit")
READINGS: Final = (
    _LEET,
    *(
        str.maketrans("013456789@$!|+", f"o{one}easgtbgas{mark}{bar}t")
        for one, mark, bar in ("lli", "iil", "lil", "ili", "lll")
    ),
)
"""Signs as letters; one, exclamation mark and bar stand for i or l."""

_LETTERLIKE: Final = re.compile(r"[0134-9@$!|+]")
_I_OR_L: Final = re.compile(r"[1!|]")
_SEPARATORS: Final = str.maketrans("", "", "*|+#%^._~-'")
WILD: Final = "*#%^!@$-_."
"""Signs that may stand for any one letter."""


def unmask(text: Normalised) -> Normalised:
    """Read signs and digits inside words as the letters they stand for."""
    return text.edited(_unmaskings(text.text))


def _unmaskings(text: str) -> Iterator[tuple[int, int, str]]:
    done = 0
    has_address = "//" in text
    # Few words have a sign in them: looking for signs first is ten times as fast as for words.
    for sign in _SIGN.finditer(text):
        if sign.start() < done:
            continue
        start = end = sign.start()
        while start > done and text[start - 1] in _AROUND:
            start -= 1
        while end < len(text) and text[end] in _AROUND:
            end += 1
        chunk = text[start:end]
        in_address = has_address and _in_address(text, start)
        plain = chunk if in_address or end - start > _LONGEST_CHUNK else unmasked(chunk)
        if plain != chunk:
            yield start, end, plain
        done = end


def _in_address(text: str, at: int) -> bool:
    """Whether two slashes stand somewhere before `at` without a blank between."""
    before = text[max(0, at - _LONGEST_ADDRESS) : at].split()
    return bool(before) and "//" in before[-1]


@lru_cache(maxsize=1 << 12)
def unmasked(chunk: str) -> str:
    """What letters, digits and signs without a blank between them are read as."""
    if ".." in chunk and _PAUSE.search(chunk):
        return "".join(map(_unmasked, _PAUSE.split(chunk)))
    return _unmasked(chunk)


def _unmasked(chunk: str) -> str:
    core = chunk.rstrip("!.'-+_")
    tail = chunk[len(core) :]
    head = core[: len(core) - len(core.lstrip(".'-+_*#"))]
    core = core[len(head) :]
    trimmed = core.rstrip("*")
    if not any("a" <= character <= "z" for character in core) or _NOT_A_WORD.match(core):
        return chunk
    listed = _listed(core) or _listed(trimmed)
    if listed is not None:
        return head + listed + tail
    return head + _letters_for_signs(core) + tail


def _listed(core: str) -> str | None:
    """The listed word that a chunk is a disguise of, if it is one as a whole."""
    if "*" in core.rstrip("*") and (masked := fitting(core, WILD)):
        return masked
    bare = core.translate(_SEPARATORS)
    for candidate in (core, bare):
        for plain in _readings(candidate):
            if plain in WORDS and plain != core:
                return plain
    if bare != core and bare in WORDS:
        return bare
    # "F#g" is a key, and a place on a page ("#f4g") no word.
    wild = WILD if len(core) > 3 else WILD.replace("#", "")
    return fitting(core, wild) if core and "a" <= core[0] <= "z" else None


def _readings(chunk: str) -> Iterator[str]:
    """A chunk with its digits and signs read as letters, in every way."""
    if _LETTERLIKE.search(chunk):
        tables = READINGS if _I_OR_L.search(chunk) else READINGS[:1]
        yield from (chunk.translate(table) for table in tables)


def _letters_for_signs(core: str) -> str:
    """Digits and signs between letters, read as letters; others as they are."""
    if len(core) > 3 and core.lstrip("1!|+") not in COMMON:
        for plain in _readings(core):
            if plain in COMMON:
                return plain
    core = core.replace("~~", "").replace("__", "")
    inner = core.strip("0123456789@$!|+*")
    if "*" in inner and not any(character in ".-_" for character in inner):
        # Between whole words an asterisk parts them.
        if min(map(len, inner.split("*"))) > 2:
            return core
        core = inner = inner.replace("*", "")
    letters = sum("a" <= character <= "z" for character in inner)
    signs = sum(character in "0134567@$" for character in inner)
    if not 0 < signs <= letters or inner != core.strip("$!|+*"):
        return core
    if any(character in "*.-_'#%^+|!" for character in inner) or _NUMBER.search(inner):
        return core
    read = inner.translate(_LEET)
    # So short a reading must be a word: "y0u" is one, "mp3s" is not.
    if letters < 4 and read not in COMMON:
        return core
    return core.replace(inner, read)
