"""Letters of other scripts that are put in the place of Latin ones.

Works on folded text. A word wholly in another script is that script's word and
stays, unless it reads, letter for letter, as a listed word and as nothing else.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.text.masked_words import ABUSIVE, WORDS
from moderation.text.tracing import Normalised

_CYRILLIC: Final = ("авсԁеёһіїјкӏмнорԛѕтуѵԝхгзбпишщяй", "abcdeehiijklmhopqstyvwxr" + "ebnuwwru")
_GREEK: Final = ("αάβεέηήθιίκλμνοόπρστυύχωγςζϲϳδξ", "aabeennoiikluvoonpotuuxwyszcjde")
_ARMENIAN: Final = ("օսոհցքաետղգյ", "ounhgpwetnqj")
_CHEROKEE: Final = ("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᎾᏢᎡᏚᎢᏙᏔᎩᏃ", "abcdeghijklmoprstvwyz")
_COPTIC_AND_OTHERS: Final = ("ⲁⲟⲣⲥⲧⲩⲭⲕⲓⲙⲛⲃⲉᲘ", "aopctyxkimnbei")

_TABLES: Final = (_CYRILLIC, _GREEK, _ARMENIAN, _CHEROKEE, _COPTIC_AND_OTHERS)
_LOOKALIKES: Final = str.maketrans(
    "".join(letters for letters, _ in _TABLES), "".join(latin for _, latin in _TABLES)
)
_AS_CAPITALS: Final = {
    **_LOOKALIKES,
    **str.maketrans("ηυνμσδπи", "hynmeani"),
}
"""Folding has made capitals small: eta stood for H, nu for N. And the rarer readings."""

_MIXED_WORD: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_a-z]*+[a-z])[^\W\d_]++")
_WHOLE_WORD: Final = re.compile(r"(?<!\w)[^\W\d_a-z]{4,16}+(?!\w)")
_DISTINCT: Final = frozenset(word for word in ABUSIVE if len(word) > 3)

_REGIONAL: Final = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_FIRST_REGIONAL: Final = 0x1F1E6


def replace_lookalikes(text: Normalised) -> Normalised:
    """Read look-alike letters as Latin in words that also have Latin letters.

    Flags that spell a listed word are its letters; other flags stay flags.
    """
    if text.text.isascii():
        return text
    text = text.replace(_MIXED_WORD, lambda match: _read(match.group()))
    text = text.replace(_WHOLE_WORD, lambda match: _read_whole(match.group()))
    return text.replace(_REGIONAL, lambda match: _read_flags(match.group()))


def _read(word: str) -> str:
    if word.isascii():
        return word
    plain = word.translate(_LOOKALIKES)
    if plain not in WORDS:
        other = word.translate(_AS_CAPITALS)
        if other in WORDS:
            return other
    return plain


def _read_whole(word: str) -> str:
    plain = _read(word)
    return plain if plain in _DISTINCT else word


def _read_flags(flags: str) -> str:
    word = "".join(chr(ord("a") + ord(flag) - _FIRST_REGIONAL) for flag in flags)
    return word if word in WORDS else flags
