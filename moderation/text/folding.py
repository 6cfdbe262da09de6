"""Folding of single characters: case, compatibility forms, accents, invisible marks.

A character always folds to the same thing, whatever stands beside it, and the
result folds to itself. Rules that look at whole words stand elsewhere.
"""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import unicodedata
from typing import Final

from moderation.text.tracing import Normalised

_MARK_RANGES: Final = (
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
"""Combining marks that only decorate, and variation selectors."""

_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Characters without a glyph that are not in category Cf."""

_LETTER_RANGES: Final = ((0x1F150, 26), (0x1F170, 26))
"""Negative circled or squared letters: NFKC leaves them alone."""

_SINGLE: Final = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "ƒ": "f",
    "ɑ": "a",
    "ɡ": "g",
    "ɩ": "i",
    "ʏ": "y",
    "ᴀ": "a",
    "ᴄ": "c",
    "ᴅ": "d",
    "ᴇ": "e",
    "ɢ": "g",
    "ʜ": "h",
    "ɪ": "i",
    "ᴊ": "j",
    "ᴋ": "k",
    "ʟ": "l",
    "ᴍ": "m",
    "ɴ": "n",
    "ᴏ": "o",
    "ᴘ": "p",
    "ʀ": "r",
    "ꜱ": "s",
    "ᴛ": "t",
    "ᴜ": "u",
    "ᴠ": "v",
    "ᴡ": "w",
    "ᴢ": "z",
    "ɐ": "a",
    "ɔ": "c",
    "ǝ": "e",
    "ə": "e",
    "ɛ": "e",
    "ɟ": "f",
    "ƃ": "g",
    "ɥ": "h",
    "ᴉ": "i",
    "ɨ": "i",
    "ɾ": "j",
    "ʞ": "k",
    "ɫ": "l",
    "ɯ": "m",
    "ɱ": "m",
    "ɲ": "n",
    "ŋ": "n",
    "ɵ": "o",
    "ɹ": "r",
    "ɽ": "r",
    "ʂ": "s",
    "ʃ": "s",
    "ʇ": "t",
    "ʈ": "t",
    "ʉ": "u",
    "ʌ": "v",
    "ʋ": "v",
    "ʍ": "w",
    "ʎ": "y",
    "ʐ": "z",
    "ƀ": "b",
    "ƅ": "b",
    "ɓ": "b",
    "ɕ": "c",
    "ɖ": "d",
    "ɗ": "d",
    "ʄ": "f",
    "ɠ": "g",
    "ɦ": "h",
    "ĸ": "k",
    "ɭ": "l",
    "ʙ": "b",
    "ꜰ": "f",
    "ʝ": "j",
    "þ": "th",
    "\u2018": "'",
    "\u2019": "'",
    "\u201b": "'",
    "\u02bc": "'",
    "\u00b4": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2015": "-",
    "\u2212": "-",
    "\u2800": " ",
    "\ufffd": " ",
}
"""What neither NFKC nor case folding does: stroked, turned and phonetic letters, marks."""


def _is_decoration(code: int) -> bool:
    return any(first <= code <= last for first, last in _MARK_RANGES)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _simplified(character: str) -> str:
    """One step of folding; the caller repeats it until nothing changes."""
    code = ord(character)
    category = unicodedata.category(character)
    if character == "\n":
        return character
    if category in ("Cc", "Cs", "Zs", "Zl", "Zp"):
        return " "
    if category == "Cf" or character in _INVISIBLE or _is_decoration(code):
        return ""
    for first, count in _LETTER_RANGES:
        if first <= code < first + count:
            return chr(ord("a") + code - first)
    if character in _SINGLE:
        return _SINGLE[character]
    decomposed = unicodedata.normalize("NFKD", character)
    if _is_latin(decomposed[0]):
        return decomposed.casefold()
    return unicodedata.normalize("NFKC", character).casefold()


def fold_character(character: str) -> str:
    """What one character becomes: lower-case, without accents, possibly nothing."""
    simple = _simplified(character)
    if simple == character:
        return character
    return "".join(fold_character(part) for part in simple)


class _Folding(dict[str, str]):
    """Fold of every character met so far; at most one entry per code point."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = fold_character(character)
        return folded


_FOLDING: Final = _Folding()
_ASCII_FOLDING: Final = {code: fold_character(chr(code)) for code in range(128)}


def fold(text: Normalised, most: int | None = None) -> Normalised:
    """Fold every character of a text, until `most` characters have come of it."""
    # Every ASCII character folds to exactly one, so the places stay as they are.
    if text.text.isascii():
        text = text if most is None else text.head(most)
        return text.with_text(text.text.translate(_ASCII_FOLDING))
    return text.fold(_FOLDING, most)


def is_blank(text: str) -> bool:
    """Whether nothing of a text shows: blanks, marks without a glyph, accents without a letter."""
    # A replacement character folds to a blank, and yet is seen.
    return not any(one == "\ufffd" or _FOLDING[one].strip() for one in text)
