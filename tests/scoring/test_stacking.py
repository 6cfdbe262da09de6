"""One score out of two logits: shapes, order, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring.calibration import sigmoid
from moderation.scoring.stacking import LABELS, OFF_TOPIC, Stacking, logit

HEADS = 3
OFF = np.array([0.5, 1.0, -1.0])
FINITE = st.floats(-1e4, 1e4)


def weights() -> NDArray[np.float64]:
    alone = [0.5, 1.0, 0.0, -1.0]
    under = [0.5, 0.75, 0.25, -1.0]
    return np.array([[alone] * HEADS, [under] * HEADS])


def test_weights_and_logits_are_summed_by_hand() -> None:
    stacking = Stacking(weights(), OFF)
    linear, alone, under = np.array([2.0, 0.0, -2.0]), np.array([1.0, 1.0, 1.0]), np.full(3, 4.0)
    assert stacking.heads == HEADS
    expected = sigmoid(np.array([1.0, 0.0, -1.0]))
    assert stacking.probabilities(linear, alone, None) == pytest.approx(expected)
    expected = sigmoid(np.array([1.75, 0.75, -0.25]))
    assert stacking.probabilities(linear, alone, under) == pytest.approx(expected)
    assert stacking.off_topic(2.0, 3.0) == pytest.approx(float(sigmoid(np.array(3.0))))


def test_without_a_context_its_column_counts_for_nothing() -> None:
    with_column = weights()
    with_column[0, :, 2] = 9.0
    logits = np.ones(HEADS)
    expected = Stacking(weights(), OFF).probabilities(logits, logits, None)
    assert (Stacking(with_column, OFF).probabilities(logits, logits, None) == expected).all()


@given(low=FINITE, high=FINITE, other=FINITE)
def test_a_higher_logit_of_either_never_lowers_a_score(
    low: float, high: float, other: float
) -> None:
    low, high = sorted((low, high))
    stacking = Stacking(weights(), OFF)
    fixed = np.full(HEADS, other)
    for under in (None, fixed):
        lesser = stacking.probabilities(np.full(HEADS, low), fixed, under)
        greater = stacking.probabilities(np.full(HEADS, high), fixed, under)
        assert (lesser <= greater).all()
        lesser = stacking.probabilities(fixed, np.full(HEADS, low), under)
        greater = stacking.probabilities(fixed, np.full(HEADS, high), under)
        assert (lesser <= greater).all()
        assert ((greater > 0) & (greater <= 1)).all()
    assert stacking.off_topic(low, other) <= stacking.off_topic(high, other)


@given(st.floats(0, 1))
def test_logit_takes_a_score_back_and_bears_the_ends(probability: float) -> None:
    found = logit(probability)
    assert np.isfinite(found)
    assert float(sigmoid(np.array(found))) == pytest.approx(probability, abs=1e-11)


@pytest.mark.parametrize(
    ("labels", "off_topic"),
    [
        (np.zeros((2, HEADS, 3)), OFF),
        (np.zeros((1, HEADS, 4)), OFF),
        (np.zeros((HEADS, 4)), OFF),
        (weights(), np.zeros(4)),
        (weights(), np.zeros((1, 3))),
    ],
)
def test_weights_of_another_shape_are_refused(
    labels: NDArray[np.float64], off_topic: NDArray[np.float64]
) -> None:
    with pytest.raises(ModelInvalid, match="shape"):
        Stacking(labels, off_topic)


@pytest.mark.parametrize("name", [LABELS, OFF_TOPIC])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(name: str, value: float) -> None:
    arrays = {LABELS: weights(), OFF_TOPIC: OFF.copy()}
    arrays[name].flat[0] = value
    with pytest.raises(ModelInvalid, match="finite"):
        Stacking.from_arrays(arrays)


@pytest.mark.parametrize("missing", [LABELS, OFF_TOPIC])
def test_a_missing_array_is_named(missing: str) -> None:
    arrays = {LABELS: weights(), OFF_TOPIC: OFF}
    del arrays[missing]
    with pytest.raises(ModelInvalid, match=missing):
        Stacking.from_arrays(arrays)
