"""What comments and articles were found by when search began, cut as it was cut then.

A copy of what `search_index`, `search_words` and `folding` did at revision 0007: they may change,
and a migration always does the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

SIGNS = "@#$~"

_MARKS = (
    *((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)),
    *((0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF)),
)
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
_PAIRS = (
    ("ıłøđðħŧƒɑɡɩʏᴀᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢɐɔǝəɛɟƃ", "iloddhtfagiyacdeghijklmnoprstuvwzaceeefg"),
    ("ɥᴉɨɾʞɫɯɱɲŋɵɹɽʂʃʇʈʉʌʋʍʎʐƀƅɓɕɖɗʄɠɦĸɭʙꜰʝ", "hiijklmmnnorrssttuvvwyzbbbcddfghklbfj"),
    ("\u2018\u2019\u201b\u02bc\u00b4", "'" * 5),
    ("\u201c\u201d\u201e\u00ab\u00bb", '"' * 5),
    ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-" * 7),
    ("\u2800\ufffd", " " * 2),
)
_SINGLE = {"æ": "ae", "œ": "oe", "þ": "th"} | {
    one: other for some, others in _PAIRS for one, other in zip(some, others, strict=True)
}
_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_MOST_CHARACTERS, _MOST_WORDS, _LONGEST = 200_000, 16_000, 64


def comment_entry(
    site_id: str, article_id: str | None, text: str, author_id: str | None, author: str | None
) -> tuple[str, ...]:
    """All words that find a comment with these fields."""
    ids = [_id("#", site_id)] + ([] if article_id is None else [_id("$", article_id)])
    names = [_words(author), _words(author_id)]
    plain = [token for words in names for token in ("~", *words)]
    signed = [token for words in names for token in ("~", *("@" + word for word in words))]
    return (*ids, *_words(text), *plain, *signed)


def article_entry(site_id: str, title: str, text: str) -> tuple[str, ...]:
    """All words that find an article with these fields."""
    return (_id("#", site_id), *_words(title), "~", *_words(text))


def _id(sign: str, id_: str) -> str:
    return sign + hashlib.blake2b(id_.encode(), digest_size=8).hexdigest()


def _words(text: str | None) -> list[str]:
    folded = "".join(map(_folded, text or ""))[:_MOST_CHARACTERS]
    return [word[:_LONGEST] for word in _WORD.findall(folded)[:_MOST_WORDS]]


@cache
def _folded(character: str) -> str:
    simple = _simplified(character)
    return character if simple == character else "".join(map(_folded, simple))


def _simplified(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if character == "\n":
        return character
    if category in ("Cc", "Cs", "Zs", "Zl", "Zp"):
        return " "
    if category == "Cf" or character in _INVISIBLE or any(a <= code <= b for a, b in _MARKS):
        return ""
    for first in (0x1F150, 0x1F170):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    if character in _SINGLE:
        return _SINGLE[character]
    decomposed = unicodedata.normalize("NFKD", character)
    if unicodedata.name(decomposed[0], "").startswith("LATIN "):
        return decomposed.casefold()
    return unicodedata.normalize("NFKC", character).casefold()
