"""Telling texts that no rule of normalisation can change, which most comments are.

Such a text has ASCII letters and ordinary punctuation alone, and no word that any rule
looks for: then its words are had by splitting at blanks. What this module lets pass, the
rules would leave as it is; a test holds it to that.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.text.leet import unmasked
from moderation.text.repair import may_need_repair
from moderation.text.tokens import MAX_TOKEN

_BETWEEN: Final = r"[A-Za-z ,?/>\"\n\r\t;:]*+"
_CAREFUL: Final = (
    r"[.!]++(?![^\s\")'])"  # at the end of a word
    r"|(?<=[A-Za-z][A-Za-z])\.++(?=[A-Za-z][A-Za-z])"
    r"|(?<![A-Za-z0-9])\.{2,}+(?=[A-Za-z])"
    r"|(?<!')'(?!')"
    r"|(?<![A-Za-z0-9(])\((?![^\sA-Za-z0-9\"])"
    r"|\)++(?![^\s,?;:.!\"])"
    r"|(?<!\S)(?:-{1,3}|[*=])(?!\S)"
    r"|(?<=[A-Za-z])-{1,3}(?!\S)"
    r"|(?<=[A-Za-z])-(?=[A-Za-z])"
    r"|&(?![A-Za-z0-9#]++;)"
    r"|(?<![^\s\"('/:])\$?[0-9]++(?:[.,][0-9]++)*+(?:%|[A-Za-z]{1,2})?(?![^\s,?;:.!/\")])"
)
"""Characters that are plain only where they stand as in prose."""

_PLAIN: Final = re.compile(f"{_BETWEEN}(?:(?:{_CAREFUL}){_BETWEEN})*+")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1\1|vv")
_COMPOUND: Final = re.compile(r"[a-z]++(?:[-'.][a-z]++)++")

_STOPPED: Final = re.compile(r"\.(?=[A-Za-z])")

_FOLDED: Final = {code: chr(code).lower() for code in range(128)} | dict.fromkeys(
    map(ord, "()>&*$%=\r\t"), " "
)
_BLANKED: Final = _FOLDED | dict.fromkeys(map(ord, ' ,?/>"\n;:.!()-&*$%='), " ")

_TYPOGRAPHIC: Final = tuple(
    zip("\u2019\u2018\u201c\u201d\u2013\u2014\u00a0", "''\"\"-- ", strict=True)
)
"""Marks that text processors set, one for one, as `folding` reads them."""

_MOST_KEPT: Final = 1 << 13
_LONGEST_KEPT: Final = 24

_plain_words: set[str] = set()
"""Words found to be plain, kept so that each is looked at once. Only ever a cache."""


def plain_words(text: str) -> list[str] | None:
    """The words of a text that no rule can change; `None` where one might."""
    if not text.isascii():
        text = _as_typed(text)
    if _PLAIN.fullmatch(text) is None:
        return None
    found = text.translate(_BLANKED).split()
    if "'" in text:
        found = [bare for word in found if (bare := word.strip("'"))]
    if not _plain_words.issuperset(found) and not all([_is_plain(word) for word in found]):
        return None
    if ("-" in text or _STOPPED.search(text)) and any(
        unmasked(chunk) != chunk for chunk in _COMPOUND.findall(text.lower())
    ):
        return None
    return found


def chunk_words(chunk: str) -> list[str] | None:
    """The words of a text without blanks, however they may be spelt; `None` where in doubt."""
    if not chunk.isascii():
        chunk = _as_typed(chunk)
    if _PLAIN.fullmatch(chunk) is None:
        return None
    if any(unmasked(compound) != compound for compound in _COMPOUND.findall(chunk.lower())):
        return None
    return [bare for word in chunk.translate(_BLANKED).split() if (bare := word.strip("'"))]


def plain_text(text: str) -> str:
    """The normalised form of a text that has `plain_words`, as long as the text."""
    return (text if text.isascii() else _as_typed(text)).translate(_FOLDED)


def _as_typed(text: str) -> str:
    for mark, typed in _TYPOGRAPHIC:
        text = text.replace(mark, typed)
    return text


def is_sound(word: str) -> bool:
    """Whether no rule can change a text because this word is in it."""
    return not (len(word) > MAX_TOKEN or _DRAWN_OUT.search(word) or may_need_repair(word))


def _is_plain(word: str) -> bool:
    if word in _plain_words:
        return True
    if not is_sound(word):
        return False
    if len(word) <= _LONGEST_KEPT:
        if len(_plain_words) >= _MOST_KEPT:
            # The common words are back in no time.
            _plain_words.clear()
        _plain_words.add(word)
    return True
