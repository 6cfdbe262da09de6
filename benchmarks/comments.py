"""Makes the comments and articles that are measured: seeded, as many as are asked for, none twice.

Words are drawn with Zipf's frequencies, so most are common and a few are new in every comment;
some are misspelt, shouted, disguised or names. How much of each follows what comments under
news look like: of the words of 2,000 short comments about one in seven was in none of 2,000 others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from benchmarks import vocabulary

SEED: Final = 20_260
LEAST, MOST = 0.4, 1.7
"""Shortest and longest comment as a share of the mean length; spread evenly about it."""

ARTICLE_LENGTH: Final = 3_500
"""Characters of an article, some 600 words."""

NEW_NAMES = 0.045
TYPOS = 0.03
SHOUTED = 0.006
DISGUISED = 0.002
HARSH = 0.004
"""Shares of words."""

WITH_EMOJI, WITH_CURLY, WITH_MARKUP, WITH_LINK = 0.04, 0.03, 0.015, 0.01
"""Shares of comments."""

_FLAT: Final = 25
"""Ranks that are drawn almost equally often: clauses bring the commonest words with them."""

_EXTRA: Final = {"N": ("A", 0.4), "Ns": ("A", 0.4), "V": ("R", 0.2), "A": ("R", 0.2)}
"""What may stand before a word, and how often it does."""

_LEET: Final = str.maketrans("aeiost", "43105+")


@dataclass(frozen=True, slots=True)
class Article:
    """What comments stand under."""

    title: str
    text: str


def comments(count: int, mean_length: int, seed: int = SEED) -> list[str]:
    """`count` different comments of `mean_length` code points on average."""
    draw = Random(f"comments {seed} {mean_length}")
    writer = _Writer(draw)
    made: dict[str, None] = {}
    while len(made) < count:
        made[writer.comment(round(mean_length * _spread(draw)))] = None
    return list(made)


def articles(count: int, seed: int = SEED) -> list[Article]:
    """`count` different articles of about `ARTICLE_LENGTH` code points."""
    writer = _Writer(Random(f"articles {seed}"))
    return [Article(writer.prose(60), writer.prose(ARTICLE_LENGTH)) for _ in range(count)]


def _spread(draw: Random) -> float:
    """A length for a mean of one: below and above it equally often, as far as each goes."""
    if draw.random() < (MOST - 1) / (MOST - LEAST):
        return draw.uniform(LEAST, 1)
    return draw.uniform(1, MOST)


class _Zipf:
    """Draws words, the earlier ones far more often."""

    def __init__(self, words: Sequence[str], draw: Random) -> None:
        self._words = words
        self._draw = draw
        self._bounds = list(accumulate(1 / (rank + _FLAT) for rank in range(len(words))))

    def __call__(self) -> str:
        return self._draw.choices(self._words, cum_weights=self._bounds)[0]


class _Writer:
    """Writes clauses until a text is long enough."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self._syllables = vocabulary.syllables()
        noun, verb, adjective, adverb = (
            _Zipf(words, draw)
            for words in (
                vocabulary.nouns(),
                vocabulary.verbs(),
                vocabulary.adjectives(),
                vocabulary.ADVERBS,
            )
        )
        self._slots: dict[str, Callable[[], str]] = {
            "N": noun,
            "Ns": lambda: vocabulary.plural(noun()),
            "V": verb,
            "Vs": lambda: vocabulary.present(verb()),
            "Vd": lambda: vocabulary.past(verb()),
            "Ving": lambda: vocabulary.gerund(verb()),
            "A": adjective,
            "R": adverb,
            "X": self._name,
            "M": lambda: str(
                draw.choice((2, 3, 5, 10, 15, 20, 100, 300, 2019, draw.randrange(9999)))
            ),
        }
        self._clause = _Zipf(vocabulary.CLAUSES, draw)

    def comment(self, length: int) -> str:
        """A text of about `length` code points as a reader would write it."""
        draw = self._draw
        text = self.prose(length, self._scrawled)
        if draw.random() < WITH_CURLY:
            text = text.replace("'", "\u2019").replace(" - ", " \u2014 ")
        if draw.random() < WITH_EMOJI:
            text += draw.choice(vocabulary.EMOJI) * draw.choice((1, 1, 3))
        if draw.random() < WITH_MARKUP:
            text = f"<b>{text}</b>" if draw.random() < 0.5 else text.replace(" and ", " &amp; ")
        if draw.random() < WITH_LINK:
            text += f" https://{self._name().lower()}.example/{draw.randrange(10**6)}"
        return text

    def prose(self, length: int, change: Callable[[str], str] = str) -> str:
        """Sentences cut at the word that reaches `length`, each word passed through `change`."""
        words: list[str] = []
        size = -1
        while size < length:
            for word in self._sentence():
                words.append(change(word))
                size += len(words[-1]) + 1
        while size > length + 3 and len(words) > 1:
            size -= len(words.pop()) + 1
        return " ".join(words)

    def _sentence(self) -> list[str]:
        draw = self._draw
        if draw.random() < 0.03:
            return [draw.choice(vocabulary.SHORT)]
        words = self._filled(self._clause())
        while draw.random() < 0.35:
            words[-1] += draw.choice((",", ",", " -", ";"))
            words += [
                draw.choice(("and", "but", "because", "so", "when")),
                *self._filled(self._clause()),
            ]
        if draw.random() < 0.04:
            words[-1] = f'"{words[-1]}"'
        if draw.random() < 0.8:
            words[0] = words[0][0].upper() + words[0][1:]
        words[-1] += draw.choice((*".........", "!", "?", "...", ".\n\n"))
        return words

    def _filled(self, clause: str) -> list[str]:
        filled = []
        for word in clause.split():
            slot = word.rstrip(",")
            before, chance = _EXTRA.get(slot, ("", 0.0))
            if self._draw.random() < chance:
                filled.append(self._slots[before]())
            write = self._slots.get(slot)
            filled.append(write() + word[len(slot) :] if write else word)
        return filled

    def _scrawled(self, word: str) -> str:
        draw, chance = self._draw, self._draw.random()
        for share, how in (
            (NEW_NAMES, lambda _: self._name()),
            (TYPOS, self._misspelt),
            (SHOUTED, str.upper),
            (DISGUISED, self._disguised),
            (HARSH, lambda _: draw.choice(vocabulary.HARSH)),
        ):
            if chance < share:
                return how(word)
            chance -= share
        return word

    def _name(self) -> str:
        return "".join(self._draw.choices(self._syllables, k=2)).capitalize()

    def _misspelt(self, word: str) -> str:
        at = self._draw.randrange(len(word))
        if self._draw.random() < 0.5:
            return word[:at] + word[at + 1 :] or word
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]

    def _disguised(self, _: str) -> str:
        word = self._draw.choice(vocabulary.HARSH)
        return self._draw.choice(
            (
                word.translate(_LEET),
                " ".join(word),
                ".".join(word),
                f"{word[0]}{'*' * (len(word) - 2)}{word[-1]}",
                word.replace(word[1], word[1] * 5, 1),
            )
        )
