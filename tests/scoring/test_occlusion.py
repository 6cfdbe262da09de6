"""Which words are missed: what comes out of leaving pieces of a text out, whatever the text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.scoring.occlusion import EVERY_WORD, Fall, Range, falls
from moderation.text.tokens import tokenise

MOST = 20
HOSTILE = {"fool": 2.0, "rat": 1.0, "kind": -1.0}


def words_of(text: str) -> list[Range]:
    return [(token.start, token.end) for token in tokenise(text)]


class Reader:
    """Misses a word for what it is worth; counts how often it is asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[Range] = []

    def __call__(self, start: int, end: int) -> NDArray[np.float64]:
        self.asked.append((start, end))
        words = [token.text for token in tokenise(self.text[start:end])]
        return np.array([sum(HOSTILE.get(word, 0.0) for word in words), 0.0])


def found(text: str, most: int = MOST) -> list[tuple[str, float]]:
    pieces = falls(text, [words_of(text)], Reader(text), most)
    return [(text[piece.start : piece.end], float(piece.missed[0])) for piece in pieces]


def test_every_word_of_a_short_text_is_left_out() -> None:
    assert found("you kind fool") == [("you", 0.0), ("kind", -1.0), ("fool", 2.0)]


def test_a_text_without_words_misses_none() -> None:
    assert falls("?!", [[]], Reader("?!"), MOST) == []


@pytest.mark.parametrize("place", [0, 57, 119])
def test_a_word_is_found_in_a_long_text_wherever_it_stands(place: int) -> None:
    words = ["calm"] * 120
    words[place] = "fool"
    assert ("fool", 2.0) in found(" ".join(words))


def test_a_long_text_is_cut_where_a_clause_ends() -> None:
    calm = "a calm text of seven plain words"
    text = f"{calm}, {calm}; {calm}, you fool. {calm}, {calm}, {calm}"
    pieces = found(text, most=15)
    assert ("fool", 2.0) in pieces
    assert all(not piece.endswith(" a") for piece, _ in pieces)


def test_a_civil_text_is_hardly_read_at_all() -> None:
    text = "calm " * 300
    reader = Reader(text)
    falls(text, [words_of(text)], reader, MOST)
    assert len(reader.asked) == 1


texts = st.lists(
    st.sampled_from(["fool", "rat", "kind", "calm.", "\U0001f642", "well,", "\n", "--"]),
    max_size=3 * EVERY_WORD,
).map(" ".join)


@given(texts, st.integers(1, 60), st.lists(st.integers(0, 400), max_size=4))
def test_pieces_are_in_order_apart_within_the_text_and_few(
    text: str, most: int, cuts: list[int]
) -> None:
    words = words_of(text)
    borders = [0, *sorted(cuts), len(text)]
    stretches = [
        [word for word in words if first <= word[0] < last]
        for first, last in itertools.pairwise(borders)
    ]
    reader = Reader(text)
    pieces = falls(text, stretches, reader, most)
    assert len(reader.asked) <= most
    assert _apart(pieces, len(text))
    assert all(reader.text[piece.start : piece.end].strip() for piece in pieces)
    assert _same(pieces, falls(text, stretches, Reader(text), most))


@given(texts)
def test_no_word_of_a_text_is_passed_over(text: str) -> None:
    pieces = falls(text, [words_of(text)], Reader(text), MOST)
    said = " ".join(text[piece.start : piece.end] for piece in pieces)
    assert [token.text for token in tokenise(said)] == [token.text for token in tokenise(text)]


def _apart(pieces: list[Fall], size: int) -> bool:
    borders = [border for piece in pieces for border in (piece.start, piece.end)]
    return borders == sorted(borders) and all(0 <= border <= size for border in borders)


def _same(some: list[Fall], others: list[Fall]) -> bool:
    return [(one.start, one.end, *one.missed) for one in some] == [
        (one.start, one.end, *one.missed) for one in others
    ]
