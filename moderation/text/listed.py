"""Finding the words and phrases of a list in a text, however they are disguised.

Both are read by the same normalisation, and only whole words are compared: a listed word is not
found inside another. Made once for a list; the cost for a text does not depend on its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_lowercase
from typing import Final, NamedTuple

from moderation.text.folding import fold
from moderation.text.leet import READINGS
from moderation.text.normalise import normalised_words
from moderation.text.tracing import Normalised

LEAST_BEGINNING: Final = 3
"""Letters that must stand before the `*` of an entry: fewer would find half a dictionary."""

_MIXED: Final = re.compile(r"(?=\D*[0-9])(?=[^a-z]*[a-z])")
_RUNS: Final = tuple(letter * 3 for letter in ascii_lowercase)
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")


class Pattern(NamedTuple):
    """An entry as it is compared: its words, and whether the last may go on."""

    words: tuple[str, ...]
    is_beginning: bool


def pattern_of(entry: str) -> Pattern:
    """The words of an entry; none where nothing of it can be read. A `*` at its end is a sign."""
    bare = entry.rstrip()
    is_beginning = bare.endswith("*")
    return Pattern(tuple(_words(bare.rstrip("*"))), is_beginning)


class WordIndex:
    """A list, ready to be looked for. Entries are known by their number; safe between threads."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._alone: dict[str, list[int]] = {}
        self._beginnings: dict[str, list[tuple[str, int]]] = {}
        self._phrases: dict[tuple[str, ...], list[int]] = {}
        self._begun_phrases: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        self._lengths: dict[str, set[int]] = {}
        for number, pattern in enumerate(patterns):
            self._add(pattern, number)

    def find(self, text: str) -> list[int]:
        """The numbers of the entries that stand in a text, each once, in order."""
        words = _words(text)
        distinct = _with_other_readings(words, text)
        found: set[int] = set()
        for word in self._alone.keys() & distinct:
            found.update(self._alone[word])
        found.update(self._begun(distinct))
        found.update(self._in_phrases(words))
        return sorted(found)

    def _add(self, pattern: Pattern, number: int) -> None:
        words, is_beginning = pattern
        if len(words) > 1:
            # By their first word, how many words to look at: many phrases may begin alike.
            self._lengths.setdefault(words[0], set()).add(len(words))
            if is_beginning:
                self._begun_phrases.setdefault(words[:-1], []).append((words[-1], number))
            else:
                self._phrases.setdefault(words, []).append(number)
        elif words and is_beginning:
            start = words[0][:LEAST_BEGINNING]
            self._beginnings.setdefault(start, []).append((words[0], number))
        elif words:
            self._alone.setdefault(words[0], []).append(number)

    def _begun(self, words: Iterable[str]) -> Iterator[int]:
        starts = self._beginnings
        for word in [one for one in words if one[:LEAST_BEGINNING] in starts]:
            for beginning, number in starts[word[:LEAST_BEGINNING]]:
                if word.startswith(beginning):
                    yield number

    def _in_phrases(self, words: Sequence[str]) -> Iterator[int]:
        if self._lengths.keys().isdisjoint(words):
            return
        for at, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                piece = tuple(words[at : at + length])
                yield from self._phrases.get(piece, ())
                for last, number in self._begun_phrases.get(piece[:-1], ()):
                    if len(piece) == length and piece[-1].startswith(last):
                        yield number


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in normalised_words(text)]


def _with_other_readings(words: Sequence[str], text: str) -> set[str]:
    """Different words, and what else some may stand for.

    Normalisation knows which disguises are ordinary words; a site's own word need not be one.
    """
    distinct = set(words)
    for word in [one for one in distinct if not one.isalpha() and _MIXED.match(one)]:
        distinct.update(word.translate(table) for table in READINGS)
    lowered = text.lower()
    if any([run in lowered for run in _RUNS]):
        chunks = fold(Normalised.untouched(text)).text.split()
        drawn = " ".join(chunk for chunk in chunks if _DRAWN_OUT.search(chunk))
        distinct.update(_words(_DRAWN_OUT.sub(r"\1", drawn)))
    return distinct
