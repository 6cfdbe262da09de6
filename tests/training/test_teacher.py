"""Learning from raters and a teacher at once, and keeping what a teacher said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from moderation.errors import InvalidInput
from training import settings
from training.estimator import fit_head
from training.pool import HEADS
from training.soft_logistic import Said, SoftLogisticRegression
from training.teacher_scores import TeacherScores, key_of, none
from training.weighting import Weights

WEIGHTS = Weights(cap=1000, sets={})


def rows_of(count: int = 60, seed: int = 3) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(count, 5)).astype(np.float32)
    truth = (matrix @ np.array([2, -1, 0, 0, 1]) + rng.normal(size=count) > 0).astype(np.float32)
    return csr_matrix(matrix), truth, rng.random(count).astype(np.float32) + 0.5


def test_without_fractions_it_is_the_logistic_regression_of_scikit_learn() -> None:
    matrix, truth, weight = rows_of()
    ours = SoftLogisticRegression(c=0.7, max_iter=500).fit(matrix, [Said(truth, weight)])
    theirs = LogisticRegression(C=0.7, max_iter=500, tol=1e-8).fit(matrix, truth, weight)
    assert np.allclose(ours.coef_, theirs.coef_[0], atol=2e-3)
    assert ours.intercept_ == pytest.approx(theirs.intercept_[0], abs=2e-3)


def test_a_fraction_is_a_part_of_each_answer() -> None:
    matrix, truth, weight = rows_of()
    fraction = np.where(truth > 0, 0.8, 0.3).astype(np.float32)
    ours = SoftLogisticRegression(c=1.0, max_iter=500).fit(matrix, [Said(fraction, weight)])
    twice = csr_matrix(np.vstack([matrix.toarray(), matrix.toarray()]))
    said = np.r_[np.ones_like(truth), np.zeros_like(truth)]
    shares = np.r_[weight * fraction, weight * (1 - fraction)]
    theirs = LogisticRegression(C=1.0, max_iter=500, tol=1e-8).fit(twice, said, shares)
    assert np.allclose(ours.coef_, theirs.coef_[0], atol=2e-3)


def test_two_sources_count_as_the_weighted_mean_of_what_they_say() -> None:
    matrix, truth, weight = rows_of()
    other = 1 - truth
    both = [Said(truth, 3 * weight), Said(other, weight)]
    mean = Said((3 * truth + other) / 4, 4 * weight)
    two = SoftLogisticRegression(max_iter=500).fit(matrix, both)
    one = SoftLogisticRegression(max_iter=500).fit(matrix, [mean])
    assert np.allclose(two.coef_, one.coef_, atol=1e-3)


def test_a_group_s_offset_is_in_no_score() -> None:
    matrix, truth, weight = rows_of(400)
    group = (np.arange(400) % 2).astype(np.intp)
    truth = np.maximum(truth, group * (np.arange(400) % 3 > 0)).astype(np.float32)
    model = SoftLogisticRegression(max_iter=500).fit(matrix, [Said(truth, weight, group)])
    free = SoftLogisticRegression(max_iter=500).fit(matrix, [Said(truth, weight)])
    logits = model.decision_function(matrix)
    # The second group has more positives at the same features: that is the offset's to take up.
    gap = [abs(float(one.intercept_)) for one in (model, free)]
    assert len(model.coef_) == matrix.shape[1]
    assert abs(logits[group == 1].mean() - logits[group == 0].mean()) < 0.5
    assert gap[0] != gap[1]


def test_a_head_follows_a_teacher_where_no_rater_spoke() -> None:
    matrix, truth, _ = rows_of(200)
    pool = pd.DataFrame({"source": "a", "group": "a", "trust": 1.0, "insult": np.nan}, range(200))
    pool.loc[:20, "insult"] = 0.0
    taught = np.full((200, len(HEADS)), np.nan, dtype=np.float32)
    taught[:, HEADS.index("insult")] = 8 * truth - 4
    head = fit_head(matrix, pool, "insult", settings.read().estimator, WEIGHTS, taught)
    scores = expit(matrix @ head.weights + head.intercept)
    assert head.rows == 21
    assert scores[truth > 0].mean() > scores[truth == 0].mean() + 0.3


def test_scores_are_found_again_by_their_text_and_by_no_other(tmp_path: Path) -> None:
    texts = ["one", "two", "lone surrogate \ud800", ""]
    logits = np.arange(4 * len(HEADS), dtype=np.float32).reshape(4, len(HEADS)) / 4
    TeacherScores.made(texts, logits).write(tmp_path / "scores.npz")
    found = TeacherScores.read(tmp_path / "scores.npz").of([texts[2], "three", texts[0]])
    assert found[0].tolist() == logits[2].tolist()
    assert np.isnan(found[1]).all()
    assert found[2].tolist() == logits[0].tolist()


def test_a_file_of_scores_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    TeacherScores.made(["a secret comment"], np.zeros((1, len(HEADS)), np.float32)).write(path)
    with np.load(path, allow_pickle=False) as kept:
        assert kept["keys"].tolist() == [key_of("a secret comment")]
        assert set(kept.files) == {"keys", "logits", "heads"}


def test_without_a_teacher_every_text_is_unknown() -> None:
    assert np.isnan(none().of(["a", "b"])).all()


def test_a_file_that_holds_no_scores_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidInput, match="teacher"):
        TeacherScores.read(tmp_path / "other.npz")


def test_a_text_that_the_teacher_was_not_asked_about_is_learnt_from_its_raters_in_full() -> None:
    matrix, truth, _ = rows_of(200)
    pool = pd.DataFrame({"source": "a", "group": "a", "trust": 1.0, "insult": truth}, range(200))
    unasked = np.full((200, len(HEADS)), np.nan, dtype=np.float32)
    estimator = settings.read().estimator
    alone = fit_head(matrix, pool, "insult", estimator, WEIGHTS)
    beside = fit_head(matrix, pool, "insult", estimator, WEIGHTS, unasked)
    assert np.allclose(alone.weights, beside.weights, atol=1e-4)


def test_a_damaged_archive_of_scores_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InvalidInput, match="teacher"):
        TeacherScores.read(tmp_path / "cut.npz")
