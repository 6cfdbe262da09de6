"""What is measured beside ranking: disguises, goals on rows of their own, heads and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from moderation.comments import Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import registry
from moderation.scoring.scorer import FAST, Assessment, Cutoffs
from tests.training.small_model import HARSH, PLAIN
from tests.training.test_evaluate import WordScorer, frame
from training import fairness_sentences, goals, heads, spelling, suite
from training.evaluate import SUITES, evaluate

CASES = [
    ("spelling_clean", "sp1", True),
    ("spelling_clean", "sp2", False),
    ("spelling_leet", "sp1", True),
    ("spelling_swap", "sp1", False),
    ("spelling_swap", "sp2", True),
    ("spelling_benign", "", False),
    ("derog_explicit", "c1", True),
]


def _spelling(cases: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    names, pairs, flags = zip(*cases, strict=True)
    return spelling.measure(names, pairs, flags)


def test_only_disguises_of_attacks_that_were_flagged_clean_count() -> None:
    found = _spelling(CASES)
    assert found["mean"] == 0.5
    assert found["worst"] == {"attack": "swap", "value": 0.0}
    assert found["attacks"] == {
        "leet": {"value": 1.0, "low": 0.2065, "high": 1.0, "cases": 1},
        "swap": {"value": 0.0, "low": 0.0, "high": 0.7935, "cases": 1},
    }


def test_where_nothing_was_flagged_clean_no_disguise_is_judged() -> None:
    found = _spelling([(name, pair, False) for name, pair, _ in CASES])
    assert (found["attacks"], found["mean"], found["worst"]) == ({}, None, None)
    assert _spelling(CASES[-1:]) == {}


def test_our_suite_has_every_disguise_of_every_clean_attack() -> None:
    cases = suite.read(SUITES / "functional.csv")
    found = _spelling([(case.functionality, case.pair, True) for case in cases])
    assert len(found["attacks"]) == 11
    assert {each["cases"] for each in found["attacks"].values()} == {18}


class _NameScorer(WordScorer):
    """Holds whoever is called Nguyen, and takes all that names a Sikh for hate."""

    def _scores(self, comment: Comment) -> dict[Label, float | None]:
        scores: dict[Label, float | None] = dict.fromkeys(Label, 0.1)
        scores[Label.TOXICITY] = 0.9 if "Nguyen" in comment.text else 0.1
        scores[Label.IDENTITY_ATTACK] = 0.9 if "Sikh" in comment.text else 0.2
        return scores


def test_a_group_and_an_origin_that_are_held_are_found() -> None:
    cases = suite.read(SUITES / "functional.csv")
    found = fairness_sentences.measure(SUITES, cases, _NameScorer())
    assert found["templates"]["worst"] == {"group": "Sikhs", "value": 0.0}
    assert found["templates"]["mean"] == 0.96
    assert found["templates"]["groups"]["Sikhs"]["false_positives"]["rate"]["value"] == 1.0
    assert found["templates"]["groups"]["Sikhs"]["bpsn_auc"]["value"] < 0.1
    # One surname of twelve, in six frames of eight.
    assert found["names"]["gap"]["value"] == 0.0625
    assert found["names"]["gap"]["least"] == "Vietnamese"
    assert found["words"]["let_through"]["value"] == 1.0


def test_every_origin_has_twelve_first_names_and_surnames_of_its_own() -> None:
    rows = pd.read_csv(SUITES / "names_by_origin.csv")
    each = rows.groupby("origin").nunique()
    assert len(each) >= 10
    assert (each >= 12).all(axis=None)


def test_civil_comments_that_reach_review_are_set_beside_the_goal() -> None:
    scorer = WordScorer()
    scorer.manifest = {"goals": {"civil_traffic": 0.04, "off_topic_share": 0.25}}
    assessed = [_assessed(0.9, 0.9), _assessed(0.1, None), _assessed(0.1, 0.1)]
    found = goals.held(assessed, np.array([1.0, 2.0, 1.0]), scorer)
    assert found["text_labels"]["goal"] == 0.03
    assert found["text_labels"]["held"]["value"] == 0.25
    assert found["off_topic"]["goal"] == 0.01
    # The row without a context cannot be off topic and does not count.
    assert found["off_topic"]["held"]["value"] == 0.5
    assert set(found["labels"]) == {label.value for label in TEXT_LABELS}


def _assessed(insult: float, off_topic: float | None) -> Assessment:
    scores: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.1)
    scores |= {Label.INSULT: insult, Label.OFF_TOPIC: off_topic}
    return Assessment(scores, "en", False, "fast")


def test_the_civil_mix_of_the_develop_part_is_taken_once_each() -> None:
    rows = [("nyt_room_for_debate", "develop", np.nan)] * 3
    rows += [("jigsaw_wikipedia_subset", "develop", 0.0)] * 7
    rows += [("jigsaw_wikipedia_subset", "develop", 1.0), ("nyt_room_for_debate", "train", np.nan)]
    data = pd.DataFrame(rows, columns=["source", "part", "toxicity"])
    found, weight = goals.civil_rows(data)
    assert found["source"].value_counts().to_dict() == {
        "jigsaw_wikipedia_subset": 7,
        "nyt_room_for_debate": 3,
    }
    news = weight[(found["source"] == "nyt_room_for_debate").to_numpy()].sum()
    assert news / weight.sum() == pytest.approx(0.65)


def test_block_precision_is_at_the_base_rate_with_both_rates_unsure() -> None:
    truth = np.repeat([True, False], 100)
    score = np.r_[np.full(80, 0.9), np.full(20, 0.1), np.full(2, 0.9), np.full(98, 0.1)]
    found = goals.precision(truth, score, np.ones(200), 0.5, 0.1)
    assert found is not None
    assert found["rows"] == 82
    assert found["value"] == pytest.approx(0.1 * 0.8 / (0.1 * 0.8 + 0.9 * 0.02), abs=1e-4)
    assert 0.4 < found["low"] < found["value"] < found["high"] < 1
    assert goals.precision(truth, score, np.ones(200), None, 0.1) is None
    assert goals.precision(truth, score, np.ones(200), 0.95, 0.1) is None


def test_every_head_is_scored_in_the_order_of_the_manifest(version_folder: Path) -> None:
    scorer = registry.load(version_folder)
    texts = [HARSH[0], PLAIN[0]]
    found = scorer.head_probabilities(texts)
    assert found.shape == (2, len(TEXT_LABELS) + 1)
    for row, one in zip(found, scorer.assess([Comment(text) for text in texts]), strict=True):
        shown = [one.scores[label] for label in TEXT_LABELS]
        assert row[: len(TEXT_LABELS)].tolist() == pytest.approx(shown, abs=1e-6)
    every = heads.scored(scorer, texts, FAST)
    assert list(every) == [*TEXT_LABELS, "severe_toxicity"]
    assert np.column_stack(list(every.values())).tolist() == found.tolist()


def test_a_scorer_of_labels_alone_has_no_other_head() -> None:
    found = heads.scored(WordScorer(), ["you fool", "anything"], FAST)
    assert list(found) == list(TEXT_LABELS)
    assert found["insult"].tolist() == [0.9, 0.1]


def test_cutoffs_that_never_block_have_no_precision() -> None:
    assert WordScorer().cutoffs[Label.INSULT] == Cutoffs(0.5, None)
    overall = evaluate(frame(), WordScorer())["labels"]["insult"]["overall"]
    assert overall["block_precision"] is None
