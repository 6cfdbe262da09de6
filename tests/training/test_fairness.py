"""Figures by group against the plain definitions they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.fairness import Judged, bias_areas, by_group, false_positives
from training.metrics import difference, share

RNG = np.random.default_rng(11)
MEMBER = RNG.random(400) < 0.3
TRUTH = RNG.random(400) < 0.4
# Higher for members whatever is true of them: a biased scorer.
SCORE = RNG.random(400) + 0.6 * TRUTH + 0.5 * MEMBER


def _judged(flagged: list[int], source: list[str], truth: list[int] | None = None) -> Judged:
    flags = np.array(flagged, dtype=bool)
    said = np.zeros(len(flags), bool) if truth is None else np.array(truth, dtype=bool)
    return Judged(said, flags.astype(float), flags, np.array(source, dtype=object))


def test_the_three_areas_are_those_of_their_rows() -> None:
    rows = Judged(TRUTH, SCORE, SCORE > 1, np.full(400, "one", dtype=object))
    found = bias_areas(rows, MEMBER)
    kept = {
        "subgroup_auc": MEMBER,
        "bpsn_auc": (MEMBER & ~TRUTH) | (~MEMBER & TRUTH),
        "bnsp_auc": (MEMBER & TRUTH) | (~MEMBER & ~TRUTH),
    }
    for name, which in kept.items():
        assert found[name]["value"] == pytest.approx(
            roc_auc_score(TRUTH[which], SCORE[which]), abs=1e-4
        )
    # What such a scorer does wrong: it confuses harmless members with attacks on others.
    assert found["bpsn_auc"]["value"] < found["subgroup_auc"]["value"]
    assert found["bnsp_auc"]["value"] > found["subgroup_auc"]["value"]


def test_an_area_without_both_classes_is_none() -> None:
    rows = Judged(TRUTH, SCORE, SCORE > 1, np.full(400, "one", dtype=object))
    assert bias_areas(rows, MEMBER & ~TRUTH)["subgroup_auc"] is None


def test_a_group_without_rows_is_left_out() -> None:
    rows = _judged([1, 0], ["a", "a"])
    assert list(by_group(rows, {"here": np.array([True, False]), "not": np.zeros(2, bool)})) == [
        "here"
    ]


def test_false_positives_are_counted_on_negatives_alone() -> None:
    rows = _judged([1, 1, 0, 1, 0, 0], ["a"] * 6, [1, 0, 0, 0, 0, 0])
    found = false_positives(rows, np.array([1, 1, 1, 0, 0, 0], dtype=bool))
    assert found is not None
    assert found["rows"] == 2
    assert found["rate"]["value"] == 0.5
    assert found["background"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["gap"]["value"] == pytest.approx(1 / 6, abs=1e-4)


def test_a_group_met_in_a_rude_forum_is_compared_with_that_forum() -> None:
    rude, calm = ["rude"] * 20, ["calm"] * 20
    flags = [1, 0] * 10 + [0] * 20
    member = np.array([True] * 4 + [False] * 36)
    found = false_positives(_judged(flags, rude + calm), member)
    assert found is not None
    assert found["background"]["value"] == 0.5
    assert found["gap"]["value"] == 0.0


def test_the_background_takes_the_groups_own_mix_of_sets() -> None:
    # Of the group one row is from the rude set and three from the calm one.
    flags = [0] * 4 + [1] * 8 + [0] * 2
    source = ["rude", "calm", "calm", "calm"] + ["rude"] * 8 + ["calm"] * 2
    found = false_positives(_judged(flags, source), np.arange(14) < 4)
    assert found is not None
    assert found["background"]["value"] == 0.25


def test_a_set_without_background_is_left_out_and_alone_compares_nothing() -> None:
    member = np.array([True, True, False])
    found = false_positives(_judged([1, 0, 0], ["own", "shared", "shared"]), member)
    assert found is not None
    assert (found["rows"], found["rate"]["value"]) == (1, 0.0)
    assert false_positives(_judged([1, 0], ["own", "other"]), np.array([True, False])) is None


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # The worked example of Newcombe 1998, table II, row a: 56/70 less 48/80.
    one, other = share(56, 70), share(48, 80)
    assert one is not None
    assert other is not None
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
