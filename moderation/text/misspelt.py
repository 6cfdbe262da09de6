"""Spellings of listed words that are one slip away, and the pieces they are broken into.

Tables, made once from `masked_words` and looked up by whole word: nothing here reads a
text. A spelling that is a word or a name of its own stands in `ordinary_words` and is
left alone, and so is one that two listed words could claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from moderation.text.masked_words import ABUSIVE, LISTED, WORDS
from moderation.text.ordinary_words import ORDINARY

_SHORT_ABUSE: Final = frozenset(
    "fuck shit cunt dick cock slut twat crap wank piss fags dumb scum suck jerk turd".split()  # noqa: SIM905
)
"""Words of four letters of which one may be left out; the others must have five."""

_TYPED: Final = frozenset(word for word in ABUSIVE if len(word) == 5 and word[-1] != "s")
"""Of words of five letters, those of which one may be another; plurals are too like others."""

_NEIGHBOURS: Final = {
    "q": "wa",
    "w": "qes",
    "e": "wrd",
    "r": "etf",
    "t": "ryg",
    "y": "tuh",
    "u": "yij",
    "i": "uok",
    "o": "ipl",
    "p": "ol",
    "a": "qsz",
    "s": "adwx",
    "d": "sfec",
    "f": "dgrv",
    "g": "fhtb",
    "h": "gjyn",
    "j": "hkum",
    "k": "jlim",
    "l": "kop",
    "z": "xa",
    "x": "zcs",
    "c": "xvd",
    "v": "cbfu",
    "b": "vng",
    "n": "bmh",
    "m": "nk",
}
"""Keys beside each other on a QWERTY keyboard, and v for u."""

_SOUNDS: Final = (
    ("ck", "k"),
    ("ck", "kk"),
    ("ck", "q"),
    ("cks", "x"),
    ("ck", "c"),
    ("c", "k"),
    ("u", "v"),
    ("u", "oo"),
    ("u", "uh"),
    ("u", "o"),
    ("i", "y"),
    ("i", "ee"),
    ("f", "ph"),
    ("ss", "zz"),
    ("s", "z"),
    ("s", "sh"),
    ("er", "a"),
    ("er", "ah"),
    ("ers", "as"),
    ("ers", "az"),
    ("wh", "w"),
    ("w", "vv"),
    ("o", "0"),
    ("y", "ie"),
    ("y", "i"),
    ("ot", "it"),
    ("g", "q"),
    ("gg", "g"),
    ("tt", "dd"),
)
"""Spellings by ear and by eye, of abusive words only."""

_KNOWN: Final = {
    "ahole": "asshole",
    "aholes": "assholes",
    "azz": "ass",
    "beotch": "bitch",
    "biatch": "bitch",
    "biotch": "bitch",
    "biznatch": "bitch",
    "bolox": "bollocks",
    "cnt": "cunt",
    "dikhead": "dickhead",
    "dumass": "dumbass",
    "dumbaz": "dumbass",
    "effing": "fucking",
    "eejit": "idiot",
    "fck": "fuck",
    "fcks": "fucks",
    "fckd": "fucked",
    "fcker": "fucker",
    "fckers": "fuckers",
    "fckin": "fucking",
    "fcking": "fucking",
    "fggt": "faggot",
    "fgt": "faggot",
    "fkers": "fuckers",
    "fkin": "fucking",
    "fking": "fucking",
    "fkn": "fucking",
    "fks": "fucks",
    "fuckd": "fucked",
    "fuckn": "fucking",
    "fuct": "fucked",
    "fukn": "fucking",
    "fuq": "fuck",
    "fuqing": "fucking",
    "fuxking": "fucking",
    "idjit": "idiot",
    "knobhed": "dickhead",
    "morron": "moron",
    "mofo": "motherfucker",
    "mofos": "motherfuckers",
    "mothafucka": "motherfucker",
    "mthrfckr": "motherfucker",
    "muthafucka": "motherfucker",
    "muthafuckas": "motherfuckers",
    "niga": "nigga",
    "nigah": "nigga",
    "niggah": "nigga",
    "niggahs": "niggas",
    "niggr": "nigger",
    "retart": "retard",
    "sht": "shit",
    "shiet": "shit",
    "shithed": "shithead",
    "shyt": "shit",
    "stewpid": "stupid",
    "stoopid": "stupid",
    "stupud": "stupid",
    "sux": "sucks",
    "wh0r": "whore",
}
"""Spellings in use that no rule gives."""


def _swapped(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _doubled(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[: at + 1] + word[at:]


def _dropped(word: str) -> Iterator[str]:
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1 :]


def _mistyped(word: str) -> Iterator[str]:
    for at in range(1, len(word)):
        for other in _NEIGHBOURS[word[at]]:
            yield word[:at] + other + word[at + 1 :]


def _respelt(word: str) -> Iterator[str]:
    for sound, other in _SOUNDS:
        at = word.find(sound)
        while at >= 0:
            yield word[:at] + other + word[at + len(sound) :]
            at = word.find(sound, at + 1)


def spellings() -> dict[str, str]:
    """Every misspelling and the one listed word that it stands for."""
    plain = [word for word in LISTED if len(word) > 3]
    long = [word for word in plain if len(word) > 4 or word in _SHORT_ABUSE]
    typed = [word for word in LISTED if len(word) > 5 or word in _TYPED]
    heard = [word for word in ABUSIVE if len(word) > 3]
    found = dict(_KNOWN)
    # The likelier slips come first: what one has claimed, a rarer one leaves alone.
    for words, slip in (
        (heard, _respelt),
        (plain, _swapped),
        (plain, _doubled),
        (long, _dropped),
        (typed, _mistyped),
    ):
        claims: dict[str, str] = {}
        for word in words:
            for spelling in slip(word):
                claims[spelling] = _agreed(claims.get(spelling), word)
        for spelling, word in claims.items():
            found.setdefault(spelling, word)
    return {
        spelling: word
        for spelling, word in found.items()
        if word and spelling not in WORDS and spelling not in ORDINARY
    }


def _agreed(first: str | None, second: str) -> str:
    """The word that two claims come to: the first if they are forms of one word, else none."""
    if first is None or first == second:
        return second
    return first if first and first[:4] == second[:4] else ""


def pieces() -> set[str]:
    """What a listed word is broken into by one blank, and is no word or name by itself."""
    return {
        piece
        for word in LISTED
        if len(word) > 3
        for at in range(1, len(word))
        for piece in (word[:at], word[at:])
        if piece not in ORDINARY and piece not in WORDS
    }
