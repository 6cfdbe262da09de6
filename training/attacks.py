"""Disguises of the words of a comment, as people use them against filters.

For making training rows that are disguised and for measuring what disguises cost; knows
nothing of how they are undone. Every attack is a pure function of a text and a random
source: the same seed gives the same text. Most stand in Hosseini et al. 2017
(arXiv:1702.08138) and Gröndahl et al. 2018 (arXiv:1808.09115).
"""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

Attack = Callable[[str, Random], str]
"""A text and a random source to the disguised text."""

LEAST_LETTERS: Final = 4
"""Shorter words carry little and are left alone, as is `FUNCTION_WORDS`."""

FUNCTION_WORDS: Final = frozenset(
    "about after again also always another around away back because been before being both "  # noqa: SIM905
    "cannot come could does doing done down each even ever every from gets give goes going have "
    "having here into just know less like made make many more most much must need never only other "
    "over really same shall should since some still such take than that their them then there "
    "these they this those though through until upon very want well were what when where which "
    "while will with without would your yours yourself".split()
)

_WORD: Final = re.compile(rf"(?<![\w@#/'&<.-])[A-Za-z]{{{LEAST_LETTERS},}}(?!://|[\w@/'>;])")
_GAP: Final = re.compile(r"(?<=[A-Za-z]) (?=[A-Za-z])")

_LEET: Final = str.maketrans("aeiostAEIOST", "431057431057")
_LEET_SIGNS: Final = str.maketrans("asiletASILET", "@$!|37@$!|37")
_CYRILLIC: Final = str.maketrans("aceiopxysjACEHKMOPTXB", "асеіорхуѕјАСЕНКМОРТХВ")
_GREEK: Final = str.maketrans("aeiovuknABEHIKMNOPTXYZ", "αειονυκηΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
_EMOJI: Final = ("😀", "🔥", "👏", "💀", "⭐")
_COMBINING: Final = ("\u0301", "\u0308", "\u0336", "\u0323")
_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_INVISIBLE: Final = ("\u200b", "\u200c", "\u200d", "\u2060")


def _on_words(text: str, disguise: Callable[[str], str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        word = match.group()
        return word if word.lower() in FUNCTION_WORDS else disguise(word)

    return _WORD.sub(replaced, text)


def swap_letters(text: str, rng: Random) -> str:
    """Two inner neighbours change places: "idiot" to "iidot" or "idoit"."""

    def disguise(word: str) -> str:
        places = [at for at in range(1, len(word) - 2) if word[at] != word[at + 1]]
        if not places:
            return word
        at = rng.choice(places)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _on_words(text, disguise)


def drop_letter(text: str, rng: Random) -> str:
    """One inner letter is left out."""

    def disguise(word: str) -> str:
        at = rng.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1 :]

    return _on_words(text, disguise)


def double_letter(text: str, rng: Random) -> str:
    """One letter is typed twice."""

    def disguise(word: str) -> str:
        at = rng.randrange(len(word))
        return word[: at + 1] + word[at:]

    return _on_words(text, disguise)


def mistype_letter(text: str, rng: Random) -> str:
    """One inner letter is the key beside it."""

    def disguise(word: str) -> str:
        at = rng.randrange(1, len(word))
        row = next((row for row in _KEYBOARD if word[at].lower() in row), "")
        place = row.find(word[at].lower())
        beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
        return word[:at] + (rng.choice(beside) if beside else word[at]) + word[at + 1 :]

    return _on_words(text, disguise)


def leet(text: str, rng: Random) -> str:
    """Digits for letters."""
    return _on_words(text, lambda word: word.translate(_LEET))


def leet_signs(text: str, rng: Random) -> str:
    """Digits and signs for letters."""
    return _on_words(text, lambda word: word.translate(_LEET_SIGNS))


def _between(separator: str) -> Callable[[str], str]:
    return lambda word: separator.join(word)


def space_letters(text: str, rng: Random) -> str:
    """A blank between letters."""
    return _on_words(text, _between(" "))


def dot_letters(text: str, rng: Random) -> str:
    """A full stop between letters."""
    return _on_words(text, _between("."))


def hyphenate_letters(text: str, rng: Random) -> str:
    """A hyphen between letters."""
    return _on_words(text, _between("-"))


def emoji_between(text: str, rng: Random) -> str:
    """An emoji between letters."""
    return _on_words(text, lambda word: rng.choice(_EMOJI).join(word))


def mask_letters(text: str, rng: Random) -> str:
    """Asterisks for one or two inner letters."""

    def disguise(word: str) -> str:
        places = rng.sample(range(1, len(word) - 1), k=min(2, len(word) - 3))
        return "".join("*" if at in places else letter for at, letter in enumerate(word))

    return _on_words(text, disguise)


def split_word(text: str, rng: Random) -> str:
    """One blank somewhere inside."""

    def disguise(word: str) -> str:
        at = rng.randrange(1, len(word))
        return f"{word[:at]} {word[at:]}"

    return _on_words(text, disguise)


def join_words(text: str, rng: Random) -> str:
    """Every other blank between words is left out."""

    def joined(_: re.Match[str]) -> str:
        return "" if rng.random() < 0.5 else " "

    return _GAP.sub(joined, text)


def cyrillic(text: str, rng: Random) -> str:
    """Cyrillic letters that look like Latin ones."""
    return _on_words(text, lambda word: word.translate(_CYRILLIC))


def greek(text: str, rng: Random) -> str:
    """Greek letters that look like Latin ones."""
    return _on_words(text, lambda word: word.translate(_GREEK))


def _moved(small: int, capital: int) -> dict[int, int]:
    return {ord("a") + at: small + at for at in range(26)} | {
        ord("A") + at: capital + at for at in range(26)
    }


_WIDE: Final = _moved(0xFF41, 0xFF21)
_MATHS: Final = _moved(0x1D41A, 0x1D400)


def fancy_letters(text: str, rng: Random) -> str:
    """Full-width letters, or bold ones made for formulas."""
    return _on_words(text, lambda word: word.translate(rng.choice((_WIDE, _MATHS))))


def zero_width(text: str, rng: Random) -> str:
    """Characters without a glyph between letters."""
    return _on_words(text, lambda word: rng.choice(_INVISIBLE).join(word))


def soft_hyphens(text: str, rng: Random) -> str:
    """Soft hyphens between letters."""
    return _on_words(text, _between("\u00ad"))


def stretch(text: str, rng: Random) -> str:
    """One letter is drawn out."""

    def disguise(word: str) -> str:
        at = rng.randrange(1, len(word))
        return word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]

    return _on_words(text, disguise)


def accents(text: str, rng: Random) -> str:
    """Combining marks over, under and through letters."""

    def disguise(word: str) -> str:
        return "".join(letter + rng.choice(_COMBINING) for letter in word)

    return _on_words(text, disguise)


def mixed_case(text: str, rng: Random) -> str:
    """Capitals at random."""

    def disguise(word: str) -> str:
        return "".join(rng.choice((letter.lower(), letter.upper())) for letter in word)

    return _on_words(text, disguise)


def _inside(word: str, piece: str, rng: Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + piece + word[at:]


def html_inside(text: str, rng: Random) -> str:
    """An empty element or a comment inside a word."""
    return _on_words(text, lambda word: _inside(word, rng.choice(("<b></b>", "<!-- x -->")), rng))


def markdown_inside(text: str, rng: Random) -> str:
    """Marks of emphasis inside a word."""
    return _on_words(text, lambda word: _inside(word, rng.choice(("**", "__", "~~")), rng))


ATTACKS: Final[Mapping[str, Attack]] = MappingProxyType(
    {
        "swap": swap_letters,
        "drop": drop_letter,
        "double": double_letter,
        "mistype": mistype_letter,
        "leet": leet,
        "leet_signs": leet_signs,
        "spaces": space_letters,
        "dots": dot_letters,
        "hyphens": hyphenate_letters,
        "emoji": emoji_between,
        "mask": mask_letters,
        "split": split_word,
        "join": join_words,
        "cyrillic": cyrillic,
        "greek": greek,
        "fancy": fancy_letters,
        "zero_width": zero_width,
        "soft_hyphen": soft_hyphens,
        "stretch": stretch,
        "accents": accents,
        "mixed_case": mixed_case,
        "html": html_inside,
        "markdown": markdown_inside,
    }
)
"""Every attack by its name."""
