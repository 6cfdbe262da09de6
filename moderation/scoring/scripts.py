"""What the letters alone say of a language, where there are too few words to tell it by.

Two letters of Cyrillic are no English. The language named is the one with most writers: what
matters is that it is not the site's.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import Final

LEAST_TOGETHER: Final = 2
"""Letters of one script side by side: a single one is a sign, or part of a drawn face."""

_WRITTEN_IN: Final = {
    "CYRILLIC": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"),
    "GREEK": ("el",),
    "HEBREW": ("he", "yi"),
    "ARABIC": ("ar", "fa", "ur", "ps", "ckb", "sd", "ug"),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "THAI": ("th",),
    "LAO": ("lo",),
    "KHMER": ("km",),
    "MYANMAR": ("my",),
    "DEVANAGARI": ("hi", "mr", "ne", "sa"),
    "BENGALI": ("bn", "as"),
    "GURMUKHI": ("pa",),
    "GUJARATI": ("gu",),
    "ORIYA": ("or",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "KANNADA": ("kn",),
    "MALAYALAM": ("ml",),
    "SINHALA": ("si",),
    "GEORGIAN": ("ka",),
    "ARMENIAN": ("hy",),
    "ETHIOPIC": ("am", "ti"),
    "CHEROKEE": ("chr",),
}
"""Languages by the first word of their letters' names in Unicode, the most written one first."""


def language_of_script(text: str, default: str) -> str:
    """The language that most of the letters can only be of; `default` where they may be of it.

    A word with letters of two scripts is disguised rather than foreign.
    """
    if text.isascii():
        return default
    counted: Counter[str] = Counter()
    others = 0
    for word in unicodedata.normalize("NFKC", text).split():
        runs = [
            (script, sum(1 for _ in run)) for script, run in groupby(map(_script, word)) if script
        ]
        foreign = [script for script, _ in runs if script in _WRITTEN_IN]
        if len(foreign) < len(runs) or max([n for _, n in runs], default=0) < LEAST_TOGETHER:
            others += sum(n for _, n in runs)
            continue
        for script, n in runs:
            counted[script] += n
    if not counted or counted.total() < others:
        return default
    # Japanese is known by the few signs that Chinese does not have.
    kana = [script for script in ("HIRAGANA", "KATAKANA") if script in counted]
    languages = _WRITTEN_IN[kana[0] if kana else counted.most_common(1)[0][0]]
    return default if default in languages else languages[0]


@lru_cache(maxsize=1 << 12)
def _script(character: str) -> str:
    """The first word of a letter's name, and of a mark's on it; empty for everything else."""
    kind = unicodedata.category(character)[0]
    return unicodedata.name(character, "").partition(" ")[0] if kind in "LM" else ""
