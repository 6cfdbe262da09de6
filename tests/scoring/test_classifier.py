"""The linear sum, its explanation, and that a score depends on its text alone."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import ModelInvalid
from moderation.scoring import classifier
from moderation.scoring.classifier import LinearClassifier
from tests.scoring.conftest import INSULT, TINY_MANIFEST, tiny_arrays

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(["you", "idiot", "are", "an", "a good", "1d10t"])).map(" ".join),
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
    return LinearClassifier.from_arrays(arrays, TINY_MANIFEST)


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


def test_a_full_word_cache_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "one two three four five six"
    roomy = random_classifier().logits([text])
    monkeypatch.setattr(classifier, "CACHED_WORDS", 2)
    assert random_classifier().logits([text]).tobytes() == roomy.tobytes()


@given(st.text(max_size=120))
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
