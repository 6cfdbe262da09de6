"""The linear sum, its explanation, and that a score depends on its text alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring import classifier, word_values
from moderation.scoring.classifier import LinearClassifier
from moderation.scoring.spoken import said, spoken
from moderation.text.features import fingerprint, gram_columns, pairs, word_columns
from moderation.text.normalise import normalise
from moderation.text.quotes import quoted_spans
from moderation.text.reading import Read, heard
from tests.scoring.conftest import INSULT, TINY_MANIFEST, tiny_arrays
from tests.text.test_plain import TEXTS as DISGUISES

PIECES = ["you", "idiot", "are", "an", "a good", "1d10t", 'he said "an idiot" and', "\n> are\n"]

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(PIECES)).map(" ".join),
    ),
    max_size=8,
)


def tiny() -> LinearClassifier:
    return LinearClassifier.from_arrays(tiny_arrays(), TINY_MANIFEST)


def random_classifier() -> LinearClassifier:
    rng = np.random.default_rng(7)
    arrays = tiny_arrays()
    shape = arrays["linear.weights"].shape
    arrays["linear.weights"] = rng.normal(size=shape).astype(np.float16)
    listed = sorted(fingerprint(word) for word in ("you", "idiot"))
    arrays["linear.word_prints"] = np.array(listed, dtype=np.uint32)
    arrays["linear.word_values"] = rng.normal(size=(2, shape[1])).astype(np.float16)
    return LinearClassifier.from_arrays(arrays, TINY_MANIFEST)


class Reckoned:
    """Hears of every word whose value is worked out from the weights."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.words: list[str] = []
        patch.setattr(classifier, "gram_columns", self._columns)

    def _columns(self, words: Sequence[str], mask: int) -> tuple[NDArray[Any], NDArray[Any]]:
        self.words += words
        return gram_columns(words, mask)


def test_a_logit_is_the_scaled_sum_of_words_and_pairs() -> None:
    logit = tiny().logits(["You idiot!"])[0, INSULT]
    assert logit == pytest.approx(-1 + (4 + 0.5 * 4) / sqrt(2 + 1), rel=1e-3)


def test_a_text_without_words_has_the_intercept() -> None:
    assert tiny().logits(["", "?!", "\u200b"]).tolist() == [[-1.0] * 6] * 3


def test_a_disguised_word_counts_as_the_word() -> None:
    plain, disguised = tiny().logits(["you idiot", "y.o.u 1d10t"])
    assert plain.tolist() == disguised.tolist()


@given(TEXTS)
def test_the_same_text_has_the_same_bits_alone_and_in_any_batch(texts: list[str]) -> None:
    scorer = random_classifier()
    together = scorer.logits(texts)
    fresh = random_classifier()
    alone = [fresh.logits([text])[0].tobytes() for text in reversed(texts)]
    assert [row.tobytes() for row in together] == alone[::-1]


@given(st.lists(DISGUISES | st.text(max_size=40), max_size=6))
def test_what_is_normalised_already_gets_the_same_bits_where_nothing_is_quoted(
    texts: list[str],
) -> None:
    known = random_classifier()
    plain = [normalise(text).text for text in texts]
    unquoted = [text for text in plain if not quoted_spans(text)]
    found = known.logits_of_normalised(unquoted)
    assert np.array_equal(found, known.logits(unquoted))


def test_a_full_word_cache_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "one two three four five six"
    roomy = random_classifier().logits([text])
    monkeypatch.setattr(word_values, "CACHED_WORDS", 2)
    assert random_classifier().logits([text]).tobytes() == roomy.tobytes()


def test_a_cache_that_was_filled_with_junk_learns_common_words_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_values, "CACHED_WORDS", 16)
    scorer, reckoned = random_classifier(), Reckoned(monkeypatch)
    scorer.logits([" ".join(f"junk{number}x" for number in range(100))])
    scorer.logits(["you are right about the bridge"])
    reckoned.words.clear()
    scorer.logits(["about the bridge you are right"])
    assert reckoned.words == []


def test_words_in_use_outlive_any_amount_of_junk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_values, "CACHED_WORDS", 16)
    scorer, reckoned = random_classifier(), Reckoned(monkeypatch)
    for number in range(40):
        scorer.logits([f"you idiot junk{number}x"])
    assert reckoned.words.count("you") == reckoned.words.count("idiot") == 1
    assert len(reckoned.words) == len(set(reckoned.words))


def test_a_text_with_one_new_word_reckons_that_one_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scorer, reckoned = random_classifier(), Reckoned(monkeypatch)
    scorer.logits(["you are an idiot"])
    reckoned.words.clear()
    scorer.logits(["you are a clown an idiot and a clown"])
    assert reckoned.words == ["a", "clown", "and"]


def test_the_cache_keeps_no_more_words_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_values, "CACHED_WORDS", 16)
    scorer = random_classifier()
    scorer.logits([f"some junk{number}x and more{number}y" for number in range(100)])
    known = scorer._words._known
    assert sum(len(generation.rows) for generation in known) <= 16
    assert sum(len(generation.values) for generation in known) == 16


@given(st.lists(TEXTS, max_size=4))
def test_a_small_cache_forgets_words_and_no_bits(batches: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_values, "CACHED_WORDS", 4)
        small = random_classifier()
        for texts in batches:
            expected = [random_classifier().logits([text]).tobytes() for text in texts]
            assert [small.logits([text]).tobytes() for text in texts] == expected


def test_threads_that_crowd_one_small_cache_get_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_values, "CACHED_WORDS", 6)
    texts = [f"you {word} are an{number % 7} idiot" for number, word in enumerate("abcdefgh" * 20)]
    expected = [random_classifier().logits([text]).tobytes() for text in texts]
    shared = random_classifier()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: shared.logits([text]).tobytes(), texts))
    assert found == expected


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_contributions_and_intercept_sum_to_the_logits(text: str) -> None:
    scorer = random_classifier()
    pieces = scorer.contributions(text)
    total = sum((piece.values for piece in pieces), scorer.intercept.astype(np.float64))
    assert np.allclose(total, scorer.logits([text])[0], atol=1e-3)
    assert all(0 <= piece.start < piece.end <= len(text) for piece in pieces)


def test_a_contribution_stands_where_the_disguised_word_stood() -> None:
    text = "oh <b>1d1\u200b0t</b>, no"
    marked = [piece for piece in tiny().contributions(text) if piece.values[INSULT] > 0]
    assert [text[piece.start : piece.end] for piece in marked] == ["1d1\u200b0t"]


@pytest.mark.parametrize("name", ["linear.weights", "linear.intercept"])
def test_a_missing_array_is_named(name: str) -> None:
    arrays = {key: array for key, array in tiny_arrays().items() if key != name}
    with pytest.raises(ModelInvalid, match=name):
        LinearClassifier.from_arrays(arrays, TINY_MANIFEST)


def test_weights_of_an_odd_size_are_refused() -> None:
    arrays = tiny_arrays()
    arrays["linear.weights"] = arrays["linear.weights"][:-1]
    with pytest.raises(ModelInvalid):
        LinearClassifier.from_arrays(arrays, TINY_MANIFEST)


def test_every_kind_of_pair_is_in_the_sum_and_a_word_counts_once() -> None:
    rng = np.random.default_rng(11)
    weights = rng.normal(size=(1 << 12, 2)).astype(np.float16)
    scorer = LinearClassifier(
        weights, np.ones(2, np.float32), gram_scale=0.25, pair_scale=0.5, damping=1.0
    )
    words = ["you", "big", "fool", "big"]
    of = {word: word_columns(word, 0xFFF) for word in words}
    table = weights.astype(np.float64)
    total = sum(table[own] + 0.25 * table[grams].sum(axis=0) for own, *grams in of.values())
    prints = np.array([fingerprint(word) for word in words], dtype=np.uint32)
    found = pairs(prints, np.array([1, 0, 0, 0]), np.zeros(4, np.int32), 0xFFF)
    # Three neighbours, two with one between them, and "you" with three near it: none is a repeat.
    assert len(found.columns) == 3 + 2 + 3
    total = total + 0.5 * table[found.columns].sum(axis=0)
    expected = 1 + total / sqrt(3 + 1)
    assert np.allclose(scorer.logits([" ".join(words)])[0], expected, atol=1e-4)


def test_a_pair_that_is_all_repeats_is_not_counted_again() -> None:
    twice, often, other = random_classifier().logits(["so so so", "so so so so so", "so so"])
    assert twice.tolist() == often.tolist() != other.tolist()


@given(st.lists(st.integers(0, 5), max_size=60))
def test_first_places_are_found_as_sorting_finds_them(keys: list[int]) -> None:
    # A table of a few slots has many keys in one place.
    array = np.array(keys, dtype=np.int64) << 40
    expected = np.zeros(len(keys), dtype=np.bool_)
    expected[np.unique(array, return_index=True)[1]] = True
    assert classifier._first_places(array).tolist() == expected.tolist()


def test_words_that_count_for_less_take_their_pairs_with_them() -> None:
    scorer = random_classifier()
    laid = scorer._laid(said([Read(["you", "idiot"], None)], scorer._words))
    less = replace(laid, weights=np.array([1.0, 0.5], dtype=np.float32))
    even = replace(laid, weights=np.array([0.5, 0.5], dtype=np.float32))
    full, mixed, half = (scorer._sums(one)[0] - scorer.intercept for one in (laid, less, even))
    you = (
        scorer._sums(scorer._laid(said([Read(["you"], None)], scorer._words)))[0] - scorer.intercept
    )
    # A text is as long as its words count, and its damping here is one.
    assert np.allclose(half * sqrt(2), full * sqrt(3) / 2, atol=1e-5)
    assert np.allclose(mixed * sqrt(2.5) - half * sqrt(2), you * sqrt(2) / 2, atol=1e-5)


def test_a_quoted_word_adds_less_and_beside_the_writer_s_own() -> None:
    said, quoted, twice = tiny().logits(
        [
            "I think that he is an idiot, truly.",
            'I think that "he is an idiot" is rude, truly.',
            'I think that "he is an idiot" is right: an idiot, truly.',
        ]
    )[:, INSULT]
    assert -1 < quoted < said
    assert quoted < twice


def test_a_quotation_that_is_aimed_at_you_or_is_nearly_all_counts_in_full() -> None:
    bare, marked, aimed = tiny().logits(["idiot", '"idiot"', 'you "idiot"'])[:, INSULT]
    assert bare == marked
    assert aimed == tiny().logits(["you idiot"])[0, INSULT]


def test_what_is_listed_of_a_word_adds_to_its_value_and_to_no_other_s() -> None:
    arrays = tiny_arrays()
    arrays["linear.word_prints"] = np.array([fingerprint("fool")], dtype=np.uint32)
    arrays["linear.word_values"] = np.zeros((1, len(arrays["linear.intercept"])), np.float16)
    arrays["linear.word_values"][0, INSULT] = 3.0
    scorer = LinearClassifier.from_arrays(arrays, TINY_MANIFEST)
    fool, clown = scorer.logits(["fool", "clown"])[:, INSULT]
    assert fool == pytest.approx(-1 + 3 / sqrt(2), rel=1e-4)
    assert clown == -1


def test_listed_words_out_of_order_are_refused() -> None:
    arrays = tiny_arrays()
    arrays["linear.word_prints"] = np.array([7, 3], dtype=np.uint32)
    arrays["linear.word_values"] = np.zeros((2, len(arrays["linear.intercept"])), np.float16)
    with pytest.raises(ModelInvalid, match="listed words"):
        LinearClassifier.from_arrays(arrays, TINY_MANIFEST)


@given(st.lists(DISGUISES | st.text(max_size=60), max_size=6))
def test_words_looked_up_together_are_those_heard_one_by_one(texts: list[str]) -> None:
    values = random_classifier()._words
    found, alone = spoken(values, texts), said([heard(text) for text in texts], values)
    assert found.counts.tolist() == alone.counts.tolist()
    for place in range(len(texts)):
        there, here = found.texts == place, alone.texts == place
        assert found.looked.prints[there].tolist() == alone.looked.prints[here].tolist()
        if found.quoted is not None and alone.quoted is not None:
            assert found.quoted[there].tolist() == alone.quoted[here].tolist()
    assert (found.quoted is None) == (alone.quoted is None)
