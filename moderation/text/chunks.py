"""The words of a text chunk by chunk: most are looked up, and the rules read only what is odd.

A chunk is what stands between blanks. No rule reaches over a chunk that is apart from its
neighbours (`_is_apart`), so the rules read an odd chunk with its neighbours up to the next such
chunks, and find what they would find in the whole text; a test holds this module to that. Only
markup reaches further: a chunk is never cut inside a tag, and a text with links of Markdown is
read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from moderation.text.judged import LONE, ODD, WHOLE, bare, judge, judge_word
from moderation.text.masked_words import WORDS
from moderation.text.rules import MOST_CHARACTERS, by_all_rules
from moderation.text.soundness import unsound
from moderation.text.tokens import words

_MOST_GROWTH: Final = 20
"""Characters that come of one at most, be it a letter of its own or a decoded reference."""
_LONGEST_KEPT: Final = 24
_MOST_KEPT: Final = 1 << 13

_CHUNKS: Final = re.compile(r"(\S++)")
_CHUNKS_WITH_TAGS: Final = re.compile(r"((?:<[^<>]*+>|\S)++)")
_IN_COMPANY: Final = re.compile(f"(?<!\\S)\\S +{LONE}|{LONE} +(?:\\S(?!\\S)|{LONE})")
"""A lone letter beside another, or beside a word or a number of one character."""

_JOINABLE: Final = frozenset(
    word[start:end]
    for word in WORDS
    for start in range(len(word))
    for end in range(start + 2, len(word) + 1)
    if end - start < len(word)
)
"""What may be a piece of a listed word that blanks have broken."""


class _Judged(dict[str, str]):
    """What `judge` says of chunks: some are plain, and most comments have no others.

    Two generations bound the memory: when one is full it becomes the former, and what is still
    in use comes back from there. Only ever a cache.
    """

    def __init__(self) -> None:
        self._former: dict[str, str] = {}

    def __missing__(self, chunk: str) -> str:
        found = self._former.get(chunk)
        if found is None:
            word = bare(chunk)
            if word is None:
                found = judge(chunk)
            else:
                found = judge_word(word) if word == chunk else self[word]
        if len(chunk) <= _LONGEST_KEPT:
            self.keep({chunk: found})
        return found

    def keep(self, found: Mapping[str, str]) -> None:
        """Add what was found of chunks."""
        if len(self) + len(found) > _MOST_KEPT:
            self._former = self.copy()
            self.clear()
        self.update(found)


_judged: Final = _Judged()


def plain_chunks(chunks: Iterable[str]) -> dict[str, str | None]:
    """The words of each of many different chunks of text in small letters, blanks between.

    A text made of such chunks alone has their words and no others, if no lone letter, which stands
    between two `LONE`, is beside a chunk of one character or without words. `None` is for a chunk
    that means something else beside others, so that `normalised_words` must be asked.
    """
    letters = {chunk: bare(chunk) for chunk in chunks}
    new = {
        word
        for word in letters.values()
        if word and 1 < len(word) <= _LONGEST_KEPT and word not in _judged
    }
    odd = unsound(list(new))
    _judged.keep({word: ODD if word in odd else word for word in new})
    judged = {chunk: _judged[word or chunk] for chunk, word in letters.items()}
    return {chunk: None if one and one[0] == ODD else one for chunk, one in judged.items()}


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
    lowered = text.lower()
    has_tags = "<" in lowered
    chunks = _CHUNKS_WITH_TAGS.findall(lowered) if has_tags else lowered.split()
    judged = list(map(_judged.__getitem__, chunks))
    spelt = " ".join(judged)
    if ODD in spelt or (LONE in spelt and _IN_COMPANY.search(spelt)):
        if WHOLE in judged:
            return words(by_all_rules(text).text)
        # Whether it is one blank or another matters to some rules.
        if has_tags or " ".join(chunks) != lowered:
            chunks = (_CHUNKS_WITH_TAGS if has_tags else _CHUNKS).split(lowered)[1:-1]
        spelt = " ".join(_with_odd_read(chunks, judged))
    return (spelt.replace(LONE, "") if LONE in spelt else spelt).split()


def _with_odd_read(chunks: Sequence[str], judged: Sequence[str]) -> Iterator[str]:
    """The words of each chunk, and those of odd ones and their neighbours as the rules read them.

    The chunks come alone or with the gaps between them.
    """
    step, gap = (1, " ") if len(chunks) == len(judged) else (2, "")
    done = 0
    for start, end in _odd_ranges(chunks[::step], judged):
        yield from judged[done:start]
        yield _read(gap.join(chunks[step * start : step * end]))
        done = end
    yield from judged[done:]


def plain_words(text: str) -> list[str] | None:
    """The words of a text that has no lone letter and nothing that a rule can change, or `None`."""
    spelt = " ".join(map(_judged.__getitem__, text.lower().split()))
    return None if ODD in spelt or LONE in spelt else spelt.split()


def pieces(text: str) -> Pieces | None:
    """The same words with their places; `None` where the text must be read whole."""
    if not _is_readable(text):
        return None
    lowered = text.lower()
    # One capital in all of Unicode becomes two characters.
    lowered = lowered if len(lowered) == len(text) else text
    parts = (_CHUNKS_WITH_TAGS if "<" in lowered else _CHUNKS).split(lowered)
    chunks = parts[1::2]
    judged = list(map(_judged.__getitem__, chunks))
    if WHOLE in judged:
        return None
    ends = list(accumulate(map(len, parts)))
    found = Pieces([], [], [])
    done = 0
    for start, end in (*_odd_ranges(chunks, judged), (len(chunks), len(chunks))):
        found.starts.extend(ends[2 * done : 2 * start : 2])
        found.ends.extend(ends[2 * done + 1 : 2 * start : 2])
        found.words.extend([one.replace(LONE, "") for one in judged[done:start]])
        if start < end:
            found.starts.append(ends[2 * start])
            found.ends.append(ends[2 * end - 1])
            found.words.append(_read("".join(parts[2 * start + 1 : 2 * end])))
        done = end
    return found


def _is_readable(text: str) -> bool:
    """Whether nothing in it reaches over blanks but tags, and nothing can be over-long."""
    grows = "&" in text or not text.isascii()
    if len(text) > MOST_CHARACTERS // (_MOST_GROWTH if grows else 2):
        return False
    return "](" not in text and not ("<" in text and "]" in text)


def _odd_ranges(chunks: Sequence[str], judged: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of chunks to be read together, in order, each with an odd one inside."""
    odd = [at for at, one in enumerate(judged) if one and one[0] <= LONE]
    done = 0
    for at in odd:
        if at < done or not _is_odd(judged, at):
            continue
        start, end = at, at + 1
        while start > done and not _is_apart(chunks[start - 1], judged[start - 1]):
            start -= 1
        while end < len(chunks) and not _is_apart(chunks[end], judged[end]):
            end += 1
        yield start, end
        done = end


@lru_cache(maxsize=1 << 12)
def _read(text: str) -> str:
    return " ".join(words(by_all_rules(text).text))


def _is_odd(judged: Sequence[str], at: int) -> bool:
    around = judged[max(0, at - 1) : at + 2]
    return judged[at] == ODD or "" in around or _IN_COMPANY.search(" ".join(around)) is not None


@lru_cache(maxsize=1 << 12)
def _is_apart(chunk: str, judged: str) -> bool:
    """Whether no rule joins a chunk, or what is before it, to what comes after."""
    if not judged or judged[0] <= LONE or "$" in chunk or "@" in chunk:
        return False
    spelt = judged.split()
    return all(
        len(word) > 1 and word.isascii() and word not in _JOINABLE for word in (spelt[0], spelt[-1])
    )
