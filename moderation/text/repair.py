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
from moderation.text.segment import written_words
from moderation.text.tracing import Normalised

_SPELLINGS: Final = spellings()
_PIECES: Final = frozenset(pieces())

TRIGGERS: Final = (frozenset(_SPELLINGS) | _PIECES) - {"a", "i"}
"""Without one of these or a word run together, a text has nothing to repair.

Every consonant is one, so letters spaced out are not missed.
"""

_LEAST_RUN_TOGETHER: Final = 7
_LONGEST_RUN_TOGETHER: Final = 40
_MOST_PIECES: Final = 4

_MOST_KEPT: Final = 1 << 13
_LONGEST_KEPT: Final = 24

_sound: set[str] = set()
"""Words found to need no repair, so that each is looked at once. Only ever a cache."""

_WORD: Final = re.compile(r"\w++(?:'\w++)*+")

_NAMED: Final = frozenset(
    [word for word in ABUSIVE if len(word) > 3] + [word for word in HARSH if len(word) > 5]
) - {
    *("arse", "arses", "coon", "coons", "hell", "hoes", "mental", "psycho", "rape", "raped"),
    *("simp", "simps", "slag", "slags", "spic", "spics", "tard", "tards"),
}
"""Of these one must be among the words run together; the left out ones are in too many names."""
_LEAST_AROUND: Final = 9
_LEAST_REST: Final = 3
_UNMISTAKABLE: Final = (
    *("motherfuckers", "motherfucker", "motherfucking", "fuckers", "fucking", "fucker", "bitches"),
    *("assholes", "asshole", "faggots", "faggot", "bullshit", "niggers", "nigger", "dickhead"),
    *("dumbass", "retarded", "bastards", "bastard", "morons", "idiots", "idiot", "stupid", "bitch"),
)
"""Insults that no ordinary word has inside, but for their own derivations."""

_INSIDE: Final = re.compile("|".join(_UNMISTAKABLE))
_ENDING: Final = re.compile(r"(?:ness|ing|ish|ic|al|i[sz]|iou|it|iness|er|iest|ed|ly)")

_LONGEST_PART: Final = max(map(len, WORDS | COMMON))
SHORT_STARTS: Final = frozenset(word[:4] for word in _NAMED)
"""One of these four letters stands in every word that `parts_of` parts."""


def may_need_repair(word: str) -> bool:
    """Whether `repair` could change a text because this word is in it."""
    if word in TRIGGERS or ("'" in word and word.partition("'")[0] in _SPELLINGS):
        return True
    return bool(_parted(word))


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
    spelt = [match.group() for match in found]
    done = 0
    for at, word in enumerate(spelt):
        if at < done or word in _sound or not may_need_repair(word):
            continue
        first, count = _broken(text, found, spelt, done, at)
        if count:
            yield (
                found[first].start(),
                found[first + count - 1].end(),
                "".join(spelt[first:][:count]),
            )
            done = first + count
            continue
        # "Idot's": what follows an apostrophe stays.
        base, _, rest = word.partition("'")
        new = _SPELLINGS.get(base) or ("" if rest else " ".join(_parted(word)))
        if new:
            start = found[at].start()
            yield start, start + len(base), new
            done = at + 1


def _broken(
    text: str, found: list[re.Match[str]], spelt: list[str], done: int, at: int
) -> tuple[int, int]:
    """The first of the words around `at` that make up one listed word, and how many they are.

    None before `done` is taken; the count is 0 where they make up nothing.
    """
    for first in range(max(done, at - _MOST_PIECES + 1), at + 1):
        for count in range(_MOST_PIECES, max(1, at - first), -1):
            pieces_here = spelt[first : first + count]
            joined = "".join(pieces_here)
            if joined in WORDS and len(pieces_here) == count and _are_pieces(pieces_here):
                start, end = found[first].start(), found[first + count - 1].end()
                if text[start:end] == " ".join(pieces_here):
                    return first, count
    return at, 0


def _are_pieces(words: list[str]) -> bool:
    """Whether these can hardly be words of their own."""
    length = sum(map(len, words))
    long = [word for word in words if len(word) > 1]
    odd = [word for word in long if word in _PIECES]
    if not long:
        return length > 3
    return length > 3 and bool(odd) and (length > 4 or len(odd) == len(long) or words[0] in odd)


def _parted(word: str) -> tuple[str, ...]:
    # Junk of any length is not kept.
    known = parts_of(word) if _LEAST_RUN_TOGETHER <= len(word) <= _LONGEST_RUN_TOGETHER else ()
    return known or written_words(word)


@lru_cache(maxsize=1 << 13)
def parts_of(word: str) -> tuple[str, ...]:
    """The words that a long word is run together from, one of them abusive; else nothing.

    All of them must be common or listed, so that names stay whole.
    """
    if word in ORDINARY or word in WORDS:
        return ()
    if SHORT_STARTS.isdisjoint([word[at : at + 4] for at in range(len(word) - 3)]):
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
    # "Bitchin" is one word with its end worn off.
    if parts and parts[-1] == "in":
        return ()
    if parts and not _NAMED.isdisjoint(parts):
        return parts
    return _around_named(word)


def _around_named(word: str) -> tuple[str, ...]:
    """A long word parted around an insult that no ordinary word has inside."""
    inside = _INSIDE.search(word) if len(word) >= _LEAST_AROUND else None
    if inside is None:
        return ()
    parts = (word[: inside.start()], inside.group(), word[inside.end() :])
    if any(0 < len(part) < _LEAST_REST for part in parts) or _ENDING.match(parts[2]):
        return ()
    return tuple(filter(None, parts))


def _is_part(part: str) -> bool:
    return part in COMMON or part in WORDS or part == "a"
