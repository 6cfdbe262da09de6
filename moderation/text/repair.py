"""Whole words put right: misspelt, broken by a blank, or run together.

Looks words up in tables made from the listed words (`misspelt`); whatever is an
ordinary word stays. Runs after all other rules, on folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from moderation.text.masked_words import ABUSIVE, HARSH, WORDS
from moderation.text.misspelt import pieces, spellings
from moderation.text.ordinary_words import COMMON, ORDINARY
from moderation.text.tracing import Normalised

_SPELLINGS: Final = spellings()
_PIECES: Final = frozenset(pieces())

_TRIGGERS: Final = (frozenset(_SPELLINGS) | _PIECES) - {"a", "i"}
"""Without one of these or a word run together, a text has nothing to repair.

Every consonant is one, so letters spaced out are not missed.
"""

_LEAST_RUN_TOGETHER: Final = 7
_LONGEST_RUN_TOGETHER: Final = 40
_MOST_PIECES: Final = 4
_LONGEST_BROKEN: Final = 16

_MOST_KEPT: Final = 1 << 15
_LONGEST_KEPT: Final = 24

_sound: set[str] = set()
"""Words found to need no repair, so that each is looked at once. Only ever a cache."""

_WORD: Final = re.compile(r"\w++(?:'\w++)*+")

_NAMED: Final = frozenset(
    [word for word in ABUSIVE if len(word) > 3] + [word for word in HARSH if len(word) > 5]
) - frozenset(
    "arse arses coon coons hell hoes mental psycho rape raped simp simps slag slags spic spics tard tards".split()  # noqa: SIM905
)
"""Of these one must be among the words run together; the left out ones are in too many names."""
_LONGEST_PART: Final = max(map(len, WORDS | COMMON))
_STARTS: Final = frozenset(word[:4] for word in _NAMED)


def may_need_repair(word: str) -> bool:
    """Whether `repair` could change a text because this word is in it."""
    return word in _TRIGGERS or (len(word) >= _LEAST_RUN_TOGETHER and bool(parts_of(word)))


def _is_unsound(word: str) -> bool:
    if may_need_repair(word):
        return True
    if len(word) <= _LONGEST_KEPT:
        if len(_sound) >= _MOST_KEPT:
            # The common words are back in no time.
            _sound.clear()
        _sound.add(word)
    return False


def repair(text: Normalised) -> Normalised:
    """Put right misspelt, broken and joined forms of listed words."""
    words = _WORD.findall(text.text)
    if _sound.issuperset(words) or not any([_is_unsound(word) for word in words]):
        return text
    return text.edited(_repairs(text.text))


def _repairs(text: str) -> Iterator[tuple[int, int, str]]:
    found = list(_WORD.finditer(text))
    at = 0
    while at < len(found):
        word = found[at].group()
        count = _broken(text, found, at)
        if count:
            last = found[at + count - 1]
            joined = "".join(match.group() for match in found[at : at + count])
            yield found[at].start(), last.end(), _SPELLINGS.get(joined, joined)
            at += count
            continue
        new = _SPELLINGS.get(word)
        if new is None and len(word) >= _LEAST_RUN_TOGETHER and (parts := parts_of(word)):
            new = " ".join(parts)
        if new is not None:
            yield found[at].start(), found[at].end(), new
        at += 1


def _broken(text: str, found: list[re.Match[str]], at: int) -> int:
    """How many words from `at` on are pieces of one listed word; 0 where they are not."""
    joined = found[at].group()
    best = 0
    for count in range(2, _MOST_PIECES + 1):
        if at + count > len(found):
            break
        before, last = found[at + count - 2], found[at + count - 1]
        if last.start() - before.end() != 1 or text[before.end()] != " ":
            break
        joined += last.group()
        if len(joined) > _LONGEST_BROKEN:
            break
        if joined in WORDS and _are_pieces([one.group() for one in found[at : at + count]]):
            best = count
    return best


def _are_pieces(words: list[str]) -> bool:
    """Whether these can hardly be words of their own."""
    length = sum(map(len, words))
    long = [word for word in words if len(word) > 1]
    odd = [word for word in long if word in _PIECES]
    if not long:
        return length > 3
    return length > 3 and bool(odd) and (length > 4 or len(odd) == len(long) or words[0] in odd)


@lru_cache(maxsize=1 << 16)
def parts_of(word: str) -> tuple[str, ...]:
    """The words that a long word is run together from, one of them abusive; else nothing.

    All of them must be common or listed, so that names stay whole.
    """
    if len(word) > _LONGEST_RUN_TOGETHER or word in ORDINARY or word in WORDS:
        return ()
    if not any(word[at : at + 4] in _STARTS for at in range(len(word) - 3)):
        return ()
    # Fewest words first: best[i] is the shortest way to make up word[:i].
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - _LONGEST_PART), end):
            before = best[start]
            part = word[start:end]
            if before is None or not _is_part(part):
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, part)
    parts = best[len(word)]
    return parts if parts and not _NAMED.isdisjoint(parts) else ()


def _is_part(part: str) -> bool:
    return part in COMMON or part in WORDS or part == "a"
