"""Cutting normalised text into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize import TweetTokenizer

from moderation.text.normalise import normalise
from moderation.text.tokens import MAX_TOKEN, tokenise, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("you don't say", ["you", "don't", "say"]),
        ("one, two. three!", ["one", "two", "three"]),
        ("go 😀😡 now", ["go", "😀", "😡", "now"]),
        ("", []),
        ("?! ...", []),
        ("日本語 です", ["日本語", "です"]),
    ],
)
def test_words_and_emoji_are_found(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=100))
def test_both_forms_give_the_same_words(text: str) -> None:
    normalised = normalise(text).text
    assert [token.text for token in tokenise(normalised)] == words(normalised)


def test_a_place_spans_the_whole_word_even_when_it_is_cut() -> None:
    long = "x" * (MAX_TOKEN + 10)
    [token] = tokenise(long)
    assert (token.start, token.end, len(token.text)) == (0, len(long), MAX_TOKEN)


def test_plain_prose_has_the_words_that_nltk_finds() -> None:
    prose = (
        "The council met on Tuesday, and nobody could say why it hadn't met before. "
        "I'd rather they spent the money on schools!"
    )
    theirs = [word.lower() for word in TweetTokenizer().tokenize(prose) if word[0].isalpha()]
    assert words(normalise(prose).text) == theirs
