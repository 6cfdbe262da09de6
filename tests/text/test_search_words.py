"""Words that texts are found by: a table of texts and their words, and what holds of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.search_words import MAX_WORD, MAX_WORDS, search_words, words_of

_EXAMPLES = [
    ("plain words in any case", "The Library", ("the", "library")),
    (
        "signs stand between words",
        "one-two,three.four_five",
        ("one", "two", "three", "four", "five"),
    ),
    ("an apostrophe does so too", "don't", ("don", "t")),
    ("accents are taken off", "Café Élan", ("cafe", "elan")),
    ("what cannot be seen is read over", "li\u200bbra\u00adry", ("library",)),
    ("wide letters are letters", "ｗｉｄｅ", ("wide",)),  # noqa: RUF001
    ("numbers are words", "call 112 now", ("call", "112", "now")),
    ("no blanks, so each character", "図書館", ("図", "書", "館")),
    ("both in one", "abc図書", ("abc", "図", "書")),
    ("other scripts stay", "Привет мир", ("привет", "мир")),
    ("signs alone are none", '"*-() <> \\ \x00', ()),
    ("nothing", "", ()),
]


@pytest.mark.parametrize(("words", "text", "found"), _EXAMPLES, ids=[e[0] for e in _EXAMPLES])
def test_a_text_has_these_words(words: str, text: str, found: tuple[str, ...]) -> None:
    assert words_of(text) == found


def test_a_name_that_is_not_known_has_no_words() -> None:
    assert words_of(None) == ()


def test_a_very_long_word_is_known_by_its_beginning() -> None:
    assert words_of("x" * 20_000) == ("x" * MAX_WORD,)
    assert search_words("x" * 100)[0].end == 100


def test_a_text_of_very_many_words_is_found_by_the_first() -> None:
    assert len(words_of("a " * 20_000)) == len(search_words("a " * 20_000)) == MAX_WORDS


@given(st.text())
def test_every_word_stands_where_it_is_said_to(text: str) -> None:
    found = search_words(text)
    assert tuple(word.text for word in found) == words_of(text)
    for word in found:
        assert 0 <= word.start < word.end <= len(text)
        assert word.text in words_of(text[word.start : word.end])


@given(st.text())
def test_no_word_holds_what_would_end_it_in_a_database(text: str) -> None:
    assert not {*"".join(words_of(text))} & {*" \t\r\n'\"\\@#$~\0"}
