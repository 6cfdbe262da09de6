"""Which parts of a long text are read: few, in order, and of a short one all of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.scoring.windows import MOST, windows
from tests.scoring.test_word_pieces import ANY_TEXT, PIECES

NUMBERED = [f"{letter}{digit}" for letter in "abcdefgh" for digit in range(10)]


def by_weasels(parts: Sequence[str]) -> NDArray[np.float64]:
    return np.array([float(part.count("weasel")) for part in parts])


def read(text: str) -> list[str]:
    return [text[start:end] for start, end in windows(text, PIECES, by_weasels)]


@given(
    text=ANY_TEXT | st.lists(st.sampled_from(["town", "weasel", "한국어", "xyzzy"])).map(" ".join)
)
def test_a_few_parts_in_the_order_of_the_text(text: str) -> None:
    found = windows(text, PIECES, by_weasels)
    assert 1 <= len(found) <= MOST
    assert found == sorted(found)
    assert all(0 <= start <= end <= len(text) for start, end in found)


@given(text=ANY_TEXT)
def test_a_text_with_room_for_all_of_it_is_one_part(text: str) -> None:
    found = windows(text, PIECES, by_weasels)
    if len(PIECES.windows(text)) <= 1:
        assert found == [(0, len(text))]


def test_signs_that_are_several_tokens_each_do_not_fall_out_of_a_short_text() -> None:
    assert len(read("12345 " * 4)) == 2
    assert "".join(read("12345 " * 4)).replace(" ", "") == "12345" * 4


def test_of_a_long_text_the_parts_that_rank_highest_are_read() -> None:
    words = [*NUMBERED]
    for place in (40, 70):
        words[place] = "weasel"
    found = read(" ".join(words))
    assert len(found) == MOST
    assert sum(part.count("weasel") for part in found) == 2


def test_where_all_rank_alike_the_first_are_read() -> None:
    text = " ".join(NUMBERED)
    assert windows(text, PIECES, by_weasels) == PIECES.windows(text)[:MOST]


def test_up_to_the_most_parts_nothing_is_ranked() -> None:
    def never(parts: Sequence[str]) -> NDArray[np.float64]:
        raise AssertionError(parts)

    text = " ".join(NUMBERED[:13])
    assert len(PIECES.windows(text)) == MOST
    assert windows(text, PIECES, never) == PIECES.windows(text)
