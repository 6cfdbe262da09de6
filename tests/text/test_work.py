"""Reading twice the text is twice the work, however hostile the text.

Counted in lines of Python run, which no clock disturbs; every regular expression is
possessive or bounded, so that a match is linear too.
"""

from __future__ import annotations

import pytest

from moderation.text.normalise import MOST_CHARACTERS, normalise, normalised_words
from tests.text.counting import lines_run

UNITS = [
    *("a", "a ", "a.", "a b ", "a-", "a*", "1a", "1a ", "a1b2", "i d i o t ", "idoit ", "id iot "),
    *(
        "fuckyou",
        "fuckyou ",
        "f*ck ",
        "u n ",
        "stu pid",
        "<",
        "<a ",
        "<!--",
        "&",
        "&amp;",
        "&#",
        "[",
    ),
    *("![](", "|", "|<", "\\", "()", "vv", "aaab", "aaa ", "*", "__", "~~", "@", "$", "..", "...a"),
    *("'", "a'", "-", "\n", "\u044f", "\u044fa", "\u0430 ", "\u0301", "\u200b", "\U0001f600"),
    *("a\U0001f600", "\U0001f1ee", "\ufdfa", "\xbd", "&#65018;", "\ud800", "\x00", "x.com/", "#a1"),
]


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    once, twice = (unit * (length // len(unit)) for length in (2_000, 4_000))
    normalise(twice)
    assert lines_run(normalise, twice) <= 2.2 * lines_run(normalise, once) + 200


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_no_text_grows_beyond_bounds(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    assert len(normalise(text).text) <= min(MOST_CHARACTERS, 18 * len(text))


def test_prose_costs_the_same_few_lines_whatever_its_length() -> None:
    prose = "The bridge will be closed again, and nobody could say why. "
    normalised_words(prose)
    assert lines_run(normalised_words, prose * 50) == lines_run(normalised_words, prose)
    assert lines_run(normalised_words, prose) < 20
