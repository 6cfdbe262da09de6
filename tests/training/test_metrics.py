"""Figures against the plain definitions they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from training import metrics

PAIRS = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=4, max_size=60).filter(
    lambda rows: 2 <= sum(truth for truth, _ in rows) <= len(rows) - 2
)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[bool, int]]) -> None:
    truth = np.array([t for t, _ in rows])
    score = np.array([s / 6 for _, s in rows])
    found = metrics.auc(truth, score)
    assert found is not None
    assert found.value == pytest.approx(roc_auc_score(truth, score))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_of_an_auc_matches_a_bootstrap() -> None:
    rng = np.random.default_rng(7)
    truth = rng.random(400) < 0.3
    score = rng.normal(size=400) + truth
    found = metrics.auc(truth, score)
    assert found is not None
    places = (rng.integers(0, 400, 400) for _ in range(300))
    values = [roc_auc_score(truth[at], score[at]) for at in places]
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.std(values), rel=0.15)


def test_an_auc_needs_both_classes() -> None:
    assert metrics.auc(np.ones(5, bool), np.arange(5.0)) is None


def test_a_gain_over_itself_is_nothing() -> None:
    truth, score = np.array([True, True, False, False]), np.array([0.9, 0.2, 0.3, 0.1])
    found = metrics.auc_gain(truth, score, score)
    assert found is not None
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_share_of_nothing_found_still_has_an_upper_end() -> None:
    found = metrics.share(0, 50)
    assert found is not None
    assert (found.value, found.low) == pytest.approx((0.0, 0.0))
    assert found.high == pytest.approx(0.0713, abs=1e-3)


def test_weights_make_the_positives_as_rare_as_in_traffic() -> None:
    truth = np.array([True] * 40 + [False] * 60)
    weight = metrics.weights_at(truth, 0.05)
    assert weight[truth].sum() / weight.sum() == pytest.approx(0.05)
    assert weight.mean() == pytest.approx(1.0)


def test_scores_that_come_true_have_no_calibration_error() -> None:
    score = np.repeat([0.25, 0.75], 400)
    truth = np.r_[np.arange(400) % 4 == 0, np.arange(400) % 4 != 0]
    even = np.ones(800)
    bars = metrics.reliability(truth, score, even)
    assert metrics.expected_calibration_error(bars) == pytest.approx(0.0)
    sure = metrics.reliability(truth, np.full(800, 0.95), even)
    assert metrics.expected_calibration_error(sure) == pytest.approx(0.45)
