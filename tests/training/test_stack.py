"""Weighing two models' logits, and learning where the second need not be asked."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.cascade import NOWHERE, Cascade
from moderation.scoring.stacking import Stacking
from training.bands import Mix, learn_bands, mixed
from training.stack import LEAST_LINEAR, as_arrays, weigh, weigh_off_topic

ROWS = 4000
SETS = ["ours", "theirs"] * (ROWS // 2)


def two_models(seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, and logits of a model that sees some of it and of one that sees more."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(ROWS) < 0.3).astype(float)
    weak = 2 * truth + rng.normal(size=ROWS) * 2
    strong = 3 * truth + rng.normal(size=ROWS)
    return truth, weak, strong


def test_the_better_model_counts_for_more() -> None:
    truth, weak, strong = two_models()
    found = weigh(weak, strong, truth, SETS, 0.05)
    assert found.encoder > found.linear > 0
    assert found.linear + found.encoder == pytest.approx(1)


def test_a_linear_model_that_errs_counts_just_enough_for_verdicts_to_come_through() -> None:
    truth, _, strong = two_models()
    found = weigh(-strong + 1, strong * 3, truth, SETS, 0.05)
    assert found.linear == LEAST_LINEAR


def test_stacked_scores_are_worth_what_they_say_at_the_base_rate() -> None:
    truth, weak, strong = two_models()
    one = weigh(weak, strong, truth, SETS, 0.05)
    stacking = Stacking.from_arrays(as_arrays([one], np.zeros(3)))
    scores = np.array(
        [
            stacking.probabilities(np.array([a]), np.array([b]), None)[0]
            for a, b in zip(weak, strong, strict=True)
        ]
    )
    rates = np.where(truth > 0, 0.05 / truth.mean(), 0.95 / (1 - truth.mean()))
    assert np.average(scores, weights=rates) == pytest.approx(0.05, abs=0.01)


def test_a_context_takes_a_share_of_the_encoder_s_word_and_no_more() -> None:
    truth, weak, strong = two_models()
    arrays = as_arrays([weigh(weak, strong, truth, SETS, 0.05)], np.zeros(3))
    alone, under = arrays["stack.labels"]
    assert alone[0, 1] == pytest.approx(under[0, 1] + under[0, 2])
    assert under[0, 2] > 0


def test_off_topic_is_weighed_at_its_base_rate() -> None:
    truth, weak, strong = two_models()
    linear, encoder, offset = weigh_off_topic(weak, strong, truth, 0.1)
    scores = 1 / (1 + np.exp(-(linear * weak + encoder * strong + offset)))
    rates = np.where(truth > 0, 0.1 / truth.mean(), 0.9 / (1 - truth.mean()))
    assert np.average(scores, weights=rates) == pytest.approx(0.1, abs=0.02)


def a_mix(seed: int = 7) -> Mix:
    """The second model mends decisions only where the first is near its cut-off of 0.5."""
    rng = np.random.default_rng(seed)
    bad = rng.random(ROWS) < 0.5
    odds = np.where(bad, 1.5, -1.5) + rng.normal(size=ROWS) * 2
    scores = 1 / (1 + np.exp(-np.column_stack([odds, odds - 9])))
    fast = scores[:, 0] >= 0.5
    deep = np.where(np.abs(odds) < 1.5, bad, fast)
    return Mix(scores, fast, deep, bad, mixed(bad, np.array(SETS)))


def test_the_mix_has_one_positive_in_ten_whatever_the_sets_hold() -> None:
    mix = a_mix()
    assert mix.weights[mix.bad].sum() == pytest.approx(0.1)
    assert mix.weights.sum() == pytest.approx(1)


def bands_of(mix: Mix, lost: float, second: float | None = 0.5) -> dict[str, tuple[float, float]]:
    return learn_bands(mix, mix.linear[~mix.bad], {"toxicity": 0.5, "insult": second}, lost)


@pytest.mark.parametrize("lost", [0.0, 0.1, 0.3])
def test_the_bands_keep_the_stated_share_of_what_is_mended(lost: float) -> None:
    mix = a_mix()
    cascade = Cascade({Label(name): ends for name, ends in bands_of(mix, lost).items()})
    rest = [0.0] * (len(TEXT_LABELS) - 2)
    asked = np.array([cascade.doubt([*one, *rest], None).labels for one in mix.linear.tolist()])
    assert mix.mended[asked].sum() >= (1 - lost) * mix.mended.sum() - 1e-9
    assert asked.mean() < 0.75


def test_losing_more_asks_less() -> None:
    mix = a_mix()
    little, much = (bands_of(mix, lost, None) for lost in (0.02, 0.4))
    assert list(little) == ["toxicity"]
    assert little["toxicity"][0] < much["toxicity"][0] <= 0.5 <= much["toxicity"][1]


def test_every_band_reaches_equally_far_from_its_cut_off() -> None:
    mix = a_mix()
    found = learn_bands(mix, mix.linear[~mix.bad], {"toxicity": 0.5, "insult": 0.2}, 0.1)
    down = [
        _logit(cutoff) - _logit(found[name][0])
        for name, cutoff in (("toxicity", 0.5), ("insult", 0.2))
    ]
    assert down[0] == pytest.approx(down[1], abs=1e-3)


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_an_encoder_that_mends_nothing_is_never_asked() -> None:
    mix = a_mix()
    useless = Mix(mix.linear, mix.fast, mix.fast, mix.bad, mix.weights)
    assert set(bands_of(useless, 0.1).values()) == {NOWHERE}
