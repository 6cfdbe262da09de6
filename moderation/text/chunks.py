"""The words of a text chunk by chunk: most are looked up, and the rules read only what is odd.

A chunk is what stands between blanks. No rule reaches over a chunk that is apart from its
neighbours (`_is_apart`), so the rules read an odd chunk with its neighbours up to the next such
chunks, and find what they would find in the whole text; a test holds this module to that. Only
markup reaches further: a chunk is never cut inside a tag, and a text with links of Markdown is
read whole.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from moderation.text.folding import fold
from moderation.text.masked_words import WORDS
from moderation.text.plain import chunk_words, is_sound
from moderation.text.rules import MOST_CHARACTERS, RESIDUE, by_all_rules
from moderation.text.spelt_out import NO_SPELLING
from moderation.text.tokens import words
from moderation.text.tracing import Normalised

_MOST_GROWTH: Final = 20
"""Characters that come of one at most, be it a letter of its own or a decoded reference."""
_LONGEST_JUDGED: Final = 200
_LONGEST_KEPT: Final = 24
_MOST_KEPT: Final = 1 << 16

_CHUNKS: Final = re.compile(r"(\S++)")
_CHUNKS_WITH_TAGS: Final = re.compile(r"((?:<[^<>]*+>|\S)++)")
_WORD_AND_EMOJI: Final = re.compile(
    "([a-z']*[a-z]{2}[.,!?]*)([\u2600-\u27bf\U0001f300-\U0001f64f\U0001f680-\U0001faff]+)"
)

_JOINABLE: Final = frozenset(
    word[start:end]
    for word in WORDS
    for start in range(len(word))
    for end in range(start + 2, len(word) + 1)
    if end - start < len(word)
)
"""What may be a piece of a listed word that blanks have broken."""


class _NotPlain(Exception):
    """A chunk that a rule may change, with its neighbours or alone."""


class _Plain(dict[str, str]):
    """The words of each plain chunk, with blanks between. Only ever a cache."""

    def __missing__(self, chunk: str) -> str:
        found = _judged(chunk)
        if found.odd:
            raise _NotPlain
        return found.words


class _Judged(NamedTuple):
    """What is known of a chunk by itself."""

    words: str
    odd: str = ""
    """Why it is not plain; nothing where it is."""


_LONE: Final = "a lone letter"
"""Plain between longer words, and else part of something spelt out."""
_ODD: Final = "a rule may change it"
_WHOLE: Final = "it may be markup that reaches further"

_plain: Final = _Plain()
_odd: Final[dict[str, _Judged]] = {}


class Pieces(NamedTuple):
    """The pieces of a text, in order, each read by itself."""

    starts: list[int]
    """Where each begins in the text as sent, in code points."""
    ends: list[int]
    words: list[str]
    """Of each piece its normalised words, with blanks between."""


def normalised_words(text: str) -> list[str]:
    """`words(normalise(text).text)`, ten times as fast for an ordinary text."""
    if not _is_readable(text):
        return words(by_all_rules(text).text)
    if "<" not in text:
        try:
            return " ".join(map(_plain.__getitem__, text.lower().split())).split()
        except _NotPlain:
            pass
    found = _parted(text.lower())
    if found is None:
        return words(by_all_rules(text).text)
    return " ".join(found[2]).split()


def pieces(text: str) -> Pieces | None:
    """The same words with their places; `None` where the text must be read whole."""
    lowered = text.lower()
    # One capital in all of Unicode becomes two characters.
    found = _parted(lowered if len(lowered) == len(text) else text) if _is_readable(text) else None
    if found is None:
        return None
    parts, places, spelt = found
    ends = list(accumulate(map(len, parts)))
    return Pieces(
        [ends[2 * first] for first, _ in places], [ends[2 * last - 1] for _, last in places], spelt
    )


def _is_readable(text: str) -> bool:
    """Whether nothing in it reaches over blanks but tags, and nothing can be over-long."""
    grows = "&" in text or not text.isascii()
    if len(text) > MOST_CHARACTERS // (_MOST_GROWTH if grows else 2):
        return False
    return "](" not in text and not ("<" in text and "]" in text)


def _parted(text: str) -> tuple[list[str], list[tuple[int, int]], list[str]] | None:
    """Gaps and chunks in turn, the ranges of chunks that are read together, and their words."""
    parts = (_CHUNKS_WITH_TAGS if "<" in text else _CHUNKS).split(text)
    chunks = parts[1::2]
    judged = [_judged(chunk) for chunk in chunks]
    places: list[tuple[int, int]] = []
    spelt: list[str] = []
    done = 0
    for at, found in enumerate(judged):
        if not found.odd or at < done or (found.odd is _LONE and _is_between_words(judged, at)):
            continue
        if found.odd is _WHOLE:
            return None
        start, end = at, at + 1
        while start > done and not _is_apart(chunks[start - 1], judged[start - 1]):
            start -= 1
        while end < len(chunks) and not _is_apart(chunks[end], judged[end]):
            if judged[end].odd is _WHOLE:
                return None
            end += 1
        places += [(one, one + 1) for one in range(done, start)]
        spelt += [one.words for one in judged[done:start]]
        places.append((start, end))
        spelt.append(_read("".join(parts[2 * start + 1 : 2 * end])))
        done = end
    places += [(one, one + 1) for one in range(done, len(chunks))]
    spelt += [one.words for one in judged[done:]]
    return parts, places, spelt


@lru_cache(maxsize=1 << 12)
def _read(text: str) -> str:
    return " ".join(words(by_all_rules(text).text))


def _is_between_words(judged: Sequence[_Judged], at: int) -> bool:
    """Whether the chunks beside it begin and end with words of two letters or more."""
    return all(
        not one.odd and len(spelt := one.words.split()) > 0 and len(spelt[0]) > 1 < len(spelt[-1])
        for one in (*judged[max(0, at - 1) : at], *judged[at + 1 : at + 2])
    )


def _is_apart(chunk: str, judged: _Judged) -> bool:
    """Whether no rule joins a chunk, or what is before it, to what comes after."""
    if judged.odd or "$" in chunk or "@" in chunk:
        return False
    spelt = judged.words.split()
    return bool(spelt) and all(
        len(word) > 1 and word.isascii() and word not in _JOINABLE
        for word in (spelt[0], spelt[-1])
    )


def _judged(chunk: str) -> _Judged:
    plain = _plain.get(chunk)
    if plain is not None:
        return _Judged(plain)
    found = _odd.get(chunk)
    if found is not None:
        return found
    found = _judge(chunk)
    if len(chunk) <= _LONGEST_KEPT:
        if len(_plain) + len(_odd) >= _MOST_KEPT:
            # The common ones are back in no time.
            _plain.clear()
            _odd.clear()
        if found.odd:
            _odd[chunk] = found
        else:
            _plain[chunk] = found.words
    return found


def _judge(chunk: str) -> _Judged:
    spelt = chunk_words(chunk)
    if spelt is not None and (len(spelt) == 1 or not any(map(_is_spelling, spelt))):
        return _with_words(spelt)
    if emoji := _WORD_AND_EMOJI.fullmatch(chunk):
        before = _judged(emoji[1])
        return before if before.odd else _Judged(" ".join((before.words, *emoji[2])))
    if "<" in chunk or len(chunk) > _LONGEST_JUDGED:
        return _Judged("", _ODD)
    folded = fold(Normalised.untouched(chunk)).text
    shown = fold(Normalised.untouched(html.unescape(folded))).text if "&" in folded else folded
    if "](" in shown or (not chunk.isascii() and ("<" in folded or ">" in folded)):
        return _Judged("", _WHOLE)
    read = by_all_rules(chunk).text
    if read != folded.translate(RESIDUE):
        return _Judged("", _ODD)
    return _with_words(words(read))


def _with_words(spelt: Sequence[str]) -> _Judged:
    """What a chunk is whose words no rule changes while it stands alone."""
    joined = " ".join(spelt)
    if not all(len(word) == 1 or is_sound(word) for word in spelt):
        return _Judged("", _ODD)
    is_lone = bool(spelt) and (_is_spelling(spelt[0]) or _is_spelling(spelt[-1]))
    return _Judged(joined, _LONE if is_lone else "")


def _is_spelling(word: str) -> bool:
    return len(word) == 1 and word.isalnum() and word not in NO_SPELLING
