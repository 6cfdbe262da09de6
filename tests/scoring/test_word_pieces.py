"""Texts to token ids: bounds, whose each token is, and that no text is one too many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.word_pieces import WordPieces
from tests.scoring.tiny_encoder import LONGEST, LONGEST_CONTEXT, VOCABULARY, tokenizer

PIECES = WordPieces(tokenizer(), LONGEST, LONGEST_CONTEXT)
FIRST, END = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")

ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=80) | st.lists(
    st.sampled_from(["weasel", "town", "[SEP]", "[CLS]", "한국", "a" * 90, "\x00", " ", "\ud800"])
).map("".join)


@given(text=ANY_TEXT, context=ANY_TEXT)
def test_a_row_keeps_within_its_room_and_says_what_is_the_comments(text: str, context: str) -> None:
    [row] = PIECES.rows([text], [context])
    assert 2 <= row.own <= LONGEST
    assert len(row.ids) - row.own <= LONGEST_CONTEXT
    assert (row.ids[0], row.ids[row.own - 1], row.ids[-1]) == (FIRST, END, END)
    marks = row.ids.count(FIRST), row.ids.count(END)
    assert marks == (1, 1 if len(row.ids) == row.own else 2)
    assert max(row.ids) < len(VOCABULARY)


@given(texts=st.lists(ANY_TEXT, max_size=4))
def test_a_text_has_the_same_row_alone_and_among_others(texts: list[str]) -> None:
    together = PIECES.rows(texts, texts)
    assert together == [PIECES.rows([text], [text])[0] for text in texts]


def test_an_empty_context_adds_nothing() -> None:
    alone, under = PIECES.rows(["the vote", "the vote"], ["", "the bridge"])
    assert len(alone.ids) == alone.own == under.own
    assert under.ids[: under.own] == alone.ids


def test_whoever_writes_a_mark_has_written_letters() -> None:
    [row] = PIECES.rows(["you [SEP] weasel"], [""])
    spelt = [VOCABULARY[id] for id in row.ids[1:-1]]
    assert spelt == ["you", "[", "s", "##e", "##p", "]", "weasel"]


def test_half_of_a_surrogate_pair_is_read_as_an_unknown_sign() -> None:
    assert PIECES.rows(["\ud800"], [""]) == PIECES.rows(["\ufffd"], [""])


@given(words=st.lists(st.sampled_from(["town", "hall", "xyz", "ab", "weasel."]), min_size=1))
def test_the_parts_of_a_text_hold_every_word_whole_and_in_order(words: list[str]) -> None:
    text = " ".join(words)
    parts = [text[start:end] for start, end in PIECES.windows(text)]
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    for part in parts:
        [row] = PIECES.rows([part], [""])
        assert len(row.ids) <= LONGEST
        assert {*part.replace(".", " ").split()} <= {"town", "hall", "xyz", "ab", "weasel"}


@given(text=ANY_TEXT)
def test_parts_lie_in_the_text_one_after_another(text: str) -> None:
    places = [place for part in PIECES.windows(text) for place in part]
    assert all(0 <= place <= len(text) for place in places)
    starts = places[::2]
    assert starts == sorted(starts)


def test_a_word_that_fills_a_part_by_itself_is_cut() -> None:
    word = "ab" * 20
    parts = PIECES.windows(word)
    assert "".join(word[start:end] for start, end in parts) == word
    assert len(parts) == 3


def test_the_longest_row_is_as_long_as_any_can_get() -> None:
    row = PIECES.longest_row()
    assert (len(row.ids), row.own) == (LONGEST + LONGEST_CONTEXT, LONGEST)
    assert max(row.ids) == len(VOCABULARY) - 1


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"model": {"type": "WordPiece"}}'])
def test_what_is_no_tokenizer_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="tokenizer"):
        WordPieces(broken, LONGEST, LONGEST_CONTEXT)


def test_a_tokenizer_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[CLS\]"):
        WordPieces(tokenizer().replace("[CLS]", "[ONE]"), LONGEST, LONGEST_CONTEXT)


@pytest.mark.parametrize(("longest", "longest_context"), [(2, 12), (16, 1), (0, 0), (-1, 5)])
def test_lengths_without_room_for_a_text_are_refused(longest: int, longest_context: int) -> None:
    with pytest.raises(ValueError, match="room"):
        WordPieces(tokenizer(), longest, longest_context)
