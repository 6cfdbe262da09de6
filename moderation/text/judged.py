"""What is known of a chunk of text by itself: whether it is plain, and its words if it is."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from moderation.text.folding import fold
from moderation.text.plain import chunk_words, is_sound
from moderation.text.rules import RESIDUE, by_all_rules
from moderation.text.spelt_out import NO_SPELLING
from moderation.text.tokens import words
from moderation.text.tracing import Normalised

ODD: Final = "\x00"
"""Said of a chunk that a rule may change, alone or with its neighbours."""
WHOLE: Final = "\x00\x00"
"""Of one that may be markup which reaches further, so that the text must be read whole."""
LONE: Final = "\x01"
"""Before and after words that begin or end with a lone letter: plain between longer words, and
else part of something spelt out."""

_LONGEST: Final = 200
_AFTER_WORDS: Final = frozenset((".", ",", "!", "?", ";", ":", '"', "...", "..", "!!", "??", "!!!"))
_WORD_AND_EMOJI: Final = re.compile(
    "([a-z']*[a-z]{2}[.,!?]*)([\u2600-\u27bf\U0001f300-\U0001f64f\U0001f680-\U0001faff]+)"
)


def bare(chunk: str) -> str | None:
    """The letters of a chunk that is judged as they are: nothing else is there, or marks after."""
    word = chunk.rstrip('.,!?;:"')
    if not word.isalpha() or not word.isascii():
        return None
    return word if len(word) == len(chunk) or chunk[len(word) :] in _AFTER_WORDS else None


def judge_word(letters: str) -> str:
    """The same of a chunk that is nothing but letters of ASCII."""
    word = letters.lower()
    if len(word) == 1:
        return f"{LONE}{word}{LONE}" if _is_spelling(word) else word
    return word if is_sound(word) else ODD


def judge(chunk: str) -> str:
    """The words of a plain chunk, small, with blanks between; else `ODD` or `WHOLE`."""
    spelt = chunk_words(chunk)
    if spelt is not None and (len(spelt) == 1 or not any(map(_is_spelling, spelt))):
        return _as_judged(spelt)
    if emoji := _WORD_AND_EMOJI.fullmatch(chunk):
        before = judge(emoji[1])
        return before if before == ODD else " ".join((before, *emoji[2]))
    if "<" in chunk or len(chunk) > _LONGEST:
        return ODD
    folded = fold(Normalised.untouched(chunk)).text
    shown = fold(Normalised.untouched(html.unescape(folded))).text if "&" in folded else folded
    if "](" in shown or (not chunk.isascii() and ("<" in folded or ">" in folded)):
        return WHOLE
    read = by_all_rules(chunk).text
    return _as_judged(words(read)) if read == folded.translate(RESIDUE) else ODD


def _as_judged(spelt: Sequence[str]) -> str:
    """What a chunk is whose words no rule changes while it stands alone."""
    if not all([len(word) == 1 or is_sound(word) for word in spelt]):
        return ODD
    joined = " ".join(spelt)
    is_lone = bool(spelt) and (_is_spelling(spelt[0]) or _is_spelling(spelt[-1]))
    return f"{LONE}{joined}{LONE}" if is_lone else joined


def _is_spelling(word: str) -> bool:
    return len(word) == 1 and word.isalnum() and word not in NO_SPELLING
