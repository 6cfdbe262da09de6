"""Sentences by the marks that end them, and offsets as UTF-16 counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import utf16
from moderation.text.folding import is_blank
from moderation.text.sentences import MOST, sentences

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(".!?\n \U0001f600\u3002")
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        ('She said "No." Then left.', ['She said "No."', "Then left."]),
        ("a line\nanother\n\nand one", ["a line", "another", "and one"]),
        ("Version 2.5 is out", ["Version 2.5 is out"]),
        ("\u4f60\u597d\u3002\u518d\u89c1", ["\u4f60\u597d\u3002", "\u518d\u89c1"]),
        ("What?! No... Yes", ["What?!", "No...", "Yes"]),
        ("  padded  ", ["padded"]),
        ("", []),
        (" \u200b\n", []),
    ],
)
def test_marks_and_lines_end_a_sentence(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == found


def test_many_sentences_count_as_few() -> None:
    text = "Ha. " * 1_000
    found = sentences(text)
    assert len(found) == MOST
    assert found[0][0] == 0
    assert found[-1][1] == len(text) - 1


@given(TEXTS)
def test_sentences_are_apart_in_order_and_never_blank(text: str) -> None:
    found = sentences(text)
    flat = [place for pair in found for place in pair]
    assert flat == sorted(flat)
    assert all(not is_blank(text[start:end]) for start, end in found)
    assert len(found) <= MOST


@given(TEXTS, st.data())
def test_code_units_cut_the_same_piece_as_code_points(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8).filter(_is_even)))
    ranges = list(zip(places[::2], places[1::2], strict=True))
    encoded = text.encode("utf-16-le")
    assert utf16.length(text) == len(encoded) // 2
    found = utf16.spans(text, ranges)
    cut = [encoded[2 * begin : 2 * end].decode("utf-16-le") for begin, end in found]
    assert cut == [text[start:end] for start, end in ranges]


def _is_even(places: list[int]) -> bool:
    return len(places) % 2 == 0
