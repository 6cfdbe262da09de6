"""Training from rows to a folder that loads: weights, calibration, goals, the same bits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import logit

from moderation.errors import SettingsInvalid
from moderation.scoring import registry
from moderation.scoring.classifier import LinearClassifier
from tests.training.small_model import HARSH, PLAIN
from training import settings
from training.calibrate import calibration_rows, fit_platt
from training.datasets import LABEL_COLUMNS
from training.estimator import Head, fit_head, stacked_weights
from training.manifest import next_version
from training.matrix import Features, factored, seen, text_matrix
from training.pool import HEADS
from training.thresholds import LEAST_REVIEW, block_cutoff, review_cutoffs, wilson_lower
from training.train import _keep_head, _read_head, _write, fingerprint
from training.weighting import Weights, row_weights

FEATURES = Features(bits=14, gram_scale=0.35, pair_scale=0.7, damping=2.0, quote_weight=0.5)
WEIGHTS = Weights(cap=1000, sets={})


def pool() -> pd.DataFrame:
    """Two sets, one of mostly insults and one of mostly none, with the same way of speaking."""
    rude = ["you are an idiot", "what a moron you are", "shut up you fool", "you idiot, go away"]
    kind = ["what a fine day", "you are right about parks", "i like the new library", "well said"]
    rows = [
        {"text": f"{text} {number}", "group": group, "source": group, "insult": float(text in rude)}
        for group, texts in (("rude", rude * 3 + kind), ("kind", kind * 3 + rude))
        for number, text in enumerate(texts)
    ]
    return pd.DataFrame(rows).assign(trust=1.0)


def fitted(settings_c: float = 10.0) -> LinearClassifier:
    rows = pool()
    estimator = replace(settings.read().estimator, c=settings_c)
    matrix = text_matrix(list(rows["text"]), FEATURES, progress=False)
    head = fit_head(matrix, rows, "insult", estimator, WEIGHTS)
    weights, intercept = stacked_weights({"insult": head})
    return LinearClassifier(weights, intercept, gram_scale=0.35, pair_scale=0.7, damping=2.0)


def test_an_insult_ranks_over_a_kind_word_that_was_never_seen() -> None:
    insult, kind = fitted().logits(["idiot moron", "such a fine library"])[:, 0]
    assert insult > kind + 1


def test_the_matrix_times_the_weights_is_what_the_classifier_adds_up() -> None:
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(1 << FEATURES.bits, 2)).astype(np.float16)
    scorer = LinearClassifier(
        weights,
        np.zeros(2, np.float32),
        gram_scale=0.35,
        pair_scale=0.7,
        damping=2.0,
        quote_weight=0.5,
    )
    texts = [
        "You are an 1d10t, friend!",
        "",
        "one",
        "the same the same the same",
        'They said "the poor are lazy" and the poor are not lazy, I think.',
    ]
    product = text_matrix(texts, FEATURES, progress=False) @ weights.astype(np.float32)
    assert np.allclose(product, scorer.logits(texts), atol=1e-3)


def test_what_training_has_seen_is_the_sum_of_squares_of_each_feature() -> None:
    matrix = factored(["one two", "two two", "three"], FEATURES, progress=False)
    expected = np.square(matrix.written_out().toarray()).sum(axis=0)
    assert np.allclose(seen(matrix), expected, rtol=1e-3)


def test_a_training_goes_on_only_from_heads_of_the_same_rows_and_configuration() -> None:
    configuration, rows = settings.read(), pool()
    same = fingerprint(rows, configuration)
    assert fingerprint(pool(), settings.read()) == same
    assert fingerprint(rows, replace(configuration, seed=configuration.seed + 1)) != same
    assert fingerprint(rows.assign(insult=0.0), configuration) != same


def test_a_kept_head_is_read_back_as_it_was(tmp_path: Path) -> None:
    head = Head(np.arange(3, dtype=np.float32), -0.5, 7, 2)
    _keep_head(head, tmp_path / "insult-0.npz")
    again = _read_head(tmp_path / "insult-0.npz")
    assert again.weights.tobytes() == head.weights.tobytes()
    assert (again.intercept, again.rows, again.positives) == (-0.5, 7, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["insult-0.npz"]


def test_fitting_twice_gives_the_same_bits() -> None:
    first, second = fitted().logits(["you idiot"]), fitted().logits(["you idiot"])
    assert first.tobytes() == second.tobytes()


def test_the_base_rate_of_a_set_does_not_leak_into_the_score() -> None:
    # "kind" has an insult in four comments, "rude" in twelve of sixteen: a word that tells
    # the sets apart but not the comments must stay nearly neutral.
    rows = pool()
    rows["text"] = rows["text"] + np.where(rows["group"] == "rude", " forum", " journal")
    matrix = text_matrix(list(rows["text"]), FEATURES, progress=False)
    estimator = settings.read().estimator
    weights = []
    for scale in (0.0, estimator.set_scale):
        head = fit_head(matrix, rows, "insult", replace(estimator, set_scale=scale), WEIGHTS)
        probe = text_matrix(["forum", "journal"], FEATURES, progress=False) @ head.weights
        weights.append(float(probe[0] - probe[1]))
    without_columns, with_columns = weights
    assert with_columns < without_columns / 2


def test_a_fraction_of_raters_counts_as_a_part_of_each_answer() -> None:
    rows = pool()
    rows["insult"] = rows["insult"].map({1.0: 0.9, 0.0: 0.1})
    matrix = text_matrix(list(rows["text"]), FEATURES, progress=False)
    head = fit_head(matrix, rows, "insult", settings.read().estimator, WEIGHTS)
    assert head.rows == len(rows)
    assert head.positives == 16


def test_no_set_counts_for_more_than_the_cap_and_the_rare_answer_is_weighted_up() -> None:
    rows = pd.DataFrame(
        {"source": "big", "group": "big", "trust": 1.0, "insult": [1.0] * 10 + [0.0] * 90}
    )
    weight = row_weights(rows, "insult", Weights(cap=50, sets={"big": 0.5}))
    assert weight[-1] == pytest.approx(0.5 * 50 / 100)
    assert weight[0] == pytest.approx(weight[-1] * 3)


def test_calibration_finds_the_base_rate_it_was_asked_for() -> None:
    rng = np.random.default_rng(5)
    truth = (rng.random(20_000) < 0.5).astype(float)
    logits = rng.normal(size=20_000) + 3 * truth
    platt = fit_platt(logits, truth, ["one"] * 20_000, base_rate=0.05)
    served = platt.probabilities(logits)
    mean = 0.05 * served[truth == 1].mean() + 0.95 * served[truth == 0].mean()
    assert mean == pytest.approx(0.05, abs=0.015)


def test_noise_in_the_labels_does_not_cap_a_plain_case() -> None:
    rng = np.random.default_rng(5)
    truth = (rng.random(20_000) < 0.5).astype(float)
    logits = rng.normal(size=20_000) + 5 * truth
    marked = np.where(rng.random(20_000) < 0.025, 0.0, truth)
    assert fit_platt(logits, marked, ["one"] * 20_000, 0.05).probabilities(np.array([7.0]))[0] > 0.9


def test_a_set_of_toxic_comments_calibrates_with_its_positives_alone() -> None:
    held = pd.DataFrame(
        {
            "source": ["toxic_spans_typed_civil"] * 2 + ["nyt_room_for_debate", "elsewhere"],
            "insult": [0.9, 0.1, np.nan, 1.0],
        }
    )
    truth = calibration_rows(held, "insult", ["toxic_spans_typed_civil", "nyt_room_for_debate"])
    assert truth.to_dict() == {0: 0.9, 2: 0.0}


def test_review_cutoffs_hold_no_more_civil_comments_than_allowed() -> None:
    rng = np.random.default_rng(11)
    civil = {"a": rng.random(4000) ** 3, "b": rng.random(4000) ** 9}
    cutoffs = review_cutoffs(civil, {"a": 0.08, "b": 0.015}, most=0.05)
    held = (civil["a"] >= cutoffs["a"]) | (civil["b"] >= cutoffs["b"])
    assert 0.045 < held.mean() <= 0.05


def test_every_label_asks_for_the_same_evidence_over_its_base_rate() -> None:
    civil = {"a": np.linspace(0, 0.95, 4000), "b": np.zeros(4000)}
    cutoffs = review_cutoffs(civil, {"a": 0.08, "b": 0.03}, most=0.05)
    lifts = [logit(cutoffs[label]) - logit(rate) for label, rate in (("a", 0.08), ("b", 0.03))]
    assert lifts[0] == pytest.approx(lifts[1])


def test_a_label_that_does_more_harm_asks_for_that_much_less_evidence() -> None:
    civil = {"a": np.linspace(0, 0.95, 4000), "b": np.zeros(4000)}
    rates = {"a": 0.08, "b": 0.03}
    even, harm = (review_cutoffs(civil, rates, 0.05, harm) for harm in (None, {"b": 1.0}))
    assert harm["a"] == even["a"]
    assert logit(even["b"]) - logit(harm["b"]) == pytest.approx(1.0)


def test_a_rare_label_asks_for_review_only_where_one_in_fifty_would_be_right() -> None:
    cutoffs = review_cutoffs({"a": np.zeros(100)}, {"a": 0.005}, most=0.05)
    assert cutoffs["a"] == LEAST_REVIEW


def test_civil_comments_that_score_high_push_every_cut_off_over_them() -> None:
    civil = {"a": np.full(100, 0.9999)}
    assert review_cutoffs(civil, {"a": 0.08}, most=0.05)["a"] > 0.9999


def test_a_block_cutoff_reaches_its_precision_or_is_none() -> None:
    rng = np.random.default_rng(13)
    truth = np.arange(40_000) % 2 == 0
    scores = np.clip(rng.normal(0.3, 0.1, 40_000) + 0.5 * truth, 0, 1)
    weights = np.ones(40_000)
    cutoff = block_cutoff(scores, truth, weights, 0.05, 0.98)
    assert cutoff is not None
    above = scores >= cutoff
    right, wrong = 0.05 * above[truth].mean(), 0.95 * above[~truth].mean()
    assert right / (right + wrong) >= 0.98
    assert block_cutoff(rng.random(40_000), truth, weights, 0.05, 0.98) is None


def test_few_rows_are_never_sure_enough_to_block() -> None:
    truth = np.arange(60) % 2 == 0
    assert block_cutoff(truth.astype(float), truth, np.ones(60), 0.05, 0.98) is None


@pytest.mark.parametrize(
    ("successes", "trials", "expected"), [(10, 10, 0.7225), (5, 10, 0.2366), (0, 0, 0.0)]
)
def test_the_lower_bound_is_wilsons(successes: int, trials: int, expected: float) -> None:
    assert wilson_lower(successes, trials) == pytest.approx(expected, abs=1e-4)


def test_the_shipped_configuration_speaks_of_every_head() -> None:
    configuration = settings.read()
    assert set(HEADS) == set(configuration.calibration)
    assert set(LABEL_COLUMNS) == set(configuration.base_rates)


@pytest.mark.parametrize("text", ["seed = ", "seed = 1", "[features]\nbits = 20\nunknown = 1"])
def test_a_configuration_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid):
        settings.read(path)


def test_a_new_version_never_takes_a_name_that_is_used(tmp_path: Path) -> None:
    first = next_version(tmp_path)
    (tmp_path / first).mkdir()
    assert next_version(tmp_path) != first


class Killed(BaseException):
    """Ends a training where a kill would."""


HELD_BACK = pd.DataFrame(
    {"text": PLAIN + HARSH, "source": "forum", "part": "develop", "use": "train"}
    | {label: [0.0] * len(PLAIN) + [1.0] * len(HARSH) for label in LABEL_COLUMNS}
).assign(id=lambda rows: rows.index.astype(str))


def written(arrays: dict[str, NDArray[Any]], source: Path, out: Path) -> Path:
    manifest = json.loads((source / registry.MANIFEST).read_text(encoding="utf-8"))
    known = {name: array for name, array in arrays.items() if not name.startswith("off_topic.")}
    return _write(known, manifest, {}, HELD_BACK, out, progress=False)


def versions(out: Path) -> list[str]:
    return [version.name for version in registry.Registry(out, out).list_versions()]


@pytest.mark.parametrize("step", ["seal", "load", "publish"])
def test_a_training_that_is_killed_while_it_writes_leaves_no_version_behind(
    version_folder: Path,
    arrays: dict[str, NDArray[Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(registry, step, killed)
        with pytest.raises(Killed):
            written(arrays, version_folder, out)
    assert versions(out) == []
    made = written(arrays, version_folder, out)
    assert versions(out) == [made.name] == [registry.verify(made)["version"]]


def test_a_version_that_is_written_holds_the_same_bits_and_what_was_measured(
    version_folder: Path, arrays: dict[str, NDArray[Any]], tmp_path: Path
) -> None:
    made = written(arrays, version_folder, tmp_path / "out")
    kept = registry.read_arrays(made)
    assert all(kept[name].tobytes() == arrays[name].tobytes() for name in kept)
    assert registry.verify(made)["metrics"] != {"measured": "on the parent"}
    assert (made / "card.md").is_file()
