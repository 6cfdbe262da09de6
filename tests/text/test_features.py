"""Features of words and of pairs of words, and that training and serving see the same ones."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.text import word_classes
from moderation.text.features import (
    REACH,
    fingerprint,
    gram_columns,
    pair_kinds,
    pairs,
    word_columns,
)
from moderation.text.word_classes import class_of

MASK = (1 << 20) - 1

WORDS = st.lists(st.sampled_from(["you", "are", "a", "fool", "not", "of", "they", "say", "so"]))
ODD_WORDS = st.text(st.characters(exclude_categories=["Z", "C"]) | st.just("\ud800"), min_size=1)


def laid(*texts: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int32]]:
    """Fingerprints, classes and texts of words laid end to end, as `pairs` takes them."""
    words = [word for text in texts for word in text.split()]
    return (
        np.array([fingerprint(word) for word in words], dtype=np.uint32),
        np.array([class_of(word) for word in words], dtype=np.uint8),
        np.repeat(np.arange(len(texts), dtype=np.int32), [len(text.split()) for text in texts]),
    )


def placed(text: str) -> list[set[tuple[int, int]]]:
    """The places of both words of every pair of a text, for each kind of pair."""
    kinds = pair_kinds(*laid(text), MASK)
    return [set(zip(kind.left.tolist(), kind.right.tolist(), strict=True)) for kind in kinds]


def columns(*texts: str) -> list[int]:
    return sorted(pairs(*laid(*texts), MASK).columns.tolist())


def test_a_word_has_itself_and_the_ngrams_between_its_borders() -> None:
    # <cat>: four 2-grams, three 3-grams, two 4-grams, one 5-gram
    assert len(word_columns("cat", MASK)) == 1 + 4 + 3 + 2 + 1


def test_columns_stay_under_the_mask() -> None:
    assert max(word_columns("exceedingly", 0xFF)) <= 0xFF
    assert max(pairs(*laid("you are exceedingly kind"), 0xFF).columns) <= 0xFF


@given(st.lists(ODD_WORDS, min_size=1))
def test_words_together_have_the_ngrams_of_each_alone(words: list[str]) -> None:
    together, starts = gram_columns(words, MASK)
    cut = np.split(together, starts[1:])
    assert [sorted(one) for one in cut] == [sorted(word_columns(word, MASK)[1:]) for word in words]


@given(st.lists(ODD_WORDS, min_size=1))
def test_the_order_of_a_words_ngrams_depends_on_it_alone(words: list[str]) -> None:
    together, starts = gram_columns(words, MASK)
    alone = [gram_columns([word], MASK)[0].tolist() for word in words]
    assert [one.tolist() for one in np.split(together, starts[1:])] == alone


def test_pairs_are_of_neighbours_and_of_words_with_one_between() -> None:
    assert placed("red green blue pink") == [{(0, 1), (1, 2), (2, 3)}, {(0, 2), (1, 3)}, set()]


def test_a_word_of_a_class_is_paired_with_every_word_near_it() -> None:
    text = " ".join(["far", *["near"] * REACH, "not", *["near"] * REACH, "far"])
    turning = REACH + 1
    near = {place for place in range(1, 2 * REACH + 2) if place != turning}
    assert placed(text)[2] == {(turning, place) for place in near}


def test_a_class_is_heard_in_place_of_its_word_and_on_its_own_side() -> None:
    def near_class(text: str) -> list[int]:
        return pair_kinds(*laid(text), MASK)[2].columns.tolist()

    assert near_class("you fool") == near_class("your fool")
    assert near_class("you fool") != near_class("not fool")
    assert near_class("you fool") != near_class("fool you")


def test_the_order_of_two_words_and_what_is_between_them_tell_pairs_apart() -> None:
    assert columns("red green") != columns("green red")
    assert not set(columns("red green")) & set(columns("red and green"))


@pytest.mark.parametrize("text", ["", "alone", "you"])
def test_a_text_of_one_word_at_most_has_no_pairs(text: str) -> None:
    assert columns(text) == []


@given(st.lists(WORDS.map(" ".join)))
def test_pairs_never_cross_texts(texts: list[str]) -> None:
    together = pairs(*laid(*texts), MASK)
    _, _, of_texts = laid(*texts)
    assert (of_texts[together.left] == of_texts[together.right]).all()
    apart = sorted(column for text in texts for column in columns(text))
    assert sorted(together.columns.tolist()) == apart


@given(st.lists(WORDS.map(" ".join)), st.randoms(use_true_random=False))
def test_a_pair_is_dropped_where_neither_word_is_a_first(texts: list[str], random: Random) -> None:
    prints, classes, of_texts = laid(*texts)
    first = np.array([random.random() < 0.5 for _ in prints], dtype=np.bool_)
    every = pairs(prints, classes, of_texts, MASK)
    kept = first[every.left] | first[every.right]
    found = pairs(prints, classes, of_texts, MASK, first)
    assert [part.tolist() for part in found] == [part[kept].tolist() for part in every]


@given(st.lists(WORDS.map(" ".join)))
def test_each_kind_of_pair_is_in_the_order_of_the_texts(texts: list[str]) -> None:
    _, _, of_texts = laid(*texts)
    for kind in pair_kinds(*laid(*texts), MASK):
        assert (np.diff(of_texts[kind.left]) >= 0).all()


def test_every_class_has_words_and_most_words_have_none() -> None:
    listed = {class_of(word) for word in ("you", "me", "not", "said", "they", "muslims", "bridge")}
    assert listed == set(range(max(listed) + 1))
    assert class_of("bridge") == word_classes.NONE
    assert class_of("You") == word_classes.NONE  # read by normalised words


@given(st.lists(st.text(min_size=1, max_size=12), min_size=6, max_size=9))
def test_a_word_has_its_n_grams_in_one_order_alone_and_among_many(words: list[str]) -> None:
    together, starts = gram_columns(words, MASK)
    ends = [*starts[1:].tolist(), len(together)]
    for word, start, end in zip(words, starts.tolist(), ends, strict=True):
        assert gram_columns([word], MASK)[0].tolist() == together[start:end].tolist()
