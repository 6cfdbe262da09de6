"""Letters drawn with other signs, and pictures between or for letters.

Takes and gives folded text; a chunk is read so only where the whole is a listed word.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.text.leet import READINGS
from moderation.text.masked_words import WORDS, fitting
from moderation.text.tracing import Normalised

_DRAWN: Final = {
    r"\/\/": "w",
    r"|\/|": "m",
    "/\\/\\": "m",
    r"|\|": "n",
    r"/\/": "n",
    r"|_|": "u",
    "(_)": "u",
    "|-|": "h",
    r"\/": "v",
    "/\\": "a",
    "()": "o",
    "[]": "o",
    "|)": "d",
    "|<": "k",
    "|{": "k",
    "|3": "b",
    "><": "x",
    "(": "c",
    "¢": "c",
    "€": "e",
    "£": "l",
    "¡": "i",
    "¥": "y",
    "§": "s",
    "vv": "w",
}
"""Letters drawn with other signs, the longer drawings first."""

_DRAWING: Final = re.compile("|".join(re.escape(drawing) for drawing in _DRAWN))
_DRAWN_CHUNK: Final = re.compile(r"[^\s,;:?\"]{3,40}+")
_HINT: Final = re.compile(r"[|\\¢€£¡¥§]|\((?:\)|_\)|(?<=[a-z]\()[a-z])|\[\]|vv")
_INNER_SIGN: Final = re.compile(r"[^\w\s\x00-\x7f](?=[a-z])")
_NO_LETTERS: Final = re.compile(r"[^a-z]++")
_PARTED_BY_SIGNS: Final = re.compile(
    r"(?<![a-z])[a-z]{1,16}+(?:[^\w\s\x00-\x7f]{1,3}+[a-z]{1,16}+)++"
)


def read_drawn(text: Normalised) -> Normalised:
    r"""Read letters drawn with signs where the whole reads as a listed word: "fu|<", "\/\/hore".

    A picture may also stand between or for letters of one.
    """
    if _HINT.search(text.text):
        text = text.replace(_DRAWN_CHUNK, _drawn)
    if not text.text.isascii() and _INNER_SIGN.search(text.text):
        text = text.replace(_PARTED_BY_SIGNS, _unparted)
    return text


def _drawn(match: re.Match[str]) -> str:
    chunk = match.group()
    # A hint in one chunk says nothing of the others.
    if not _HINT.search(chunk):
        return chunk
    core = chunk.rstrip("!.'-")
    read = _DRAWING.sub(lambda drawing: _DRAWN[drawing.group()], core)
    if read == core:
        return chunk
    for table in READINGS:
        plain = read.translate(table)
        if plain in WORDS:
            return plain + chunk[len(core) :]
    return chunk


def _unparted(match: re.Match[str]) -> str:
    word = "".join(filter(str.isalpha, match.group()))
    if word in WORDS:
        return word
    return fitting(_NO_LETTERS.sub("*", match.group()), "*") or match.group()
