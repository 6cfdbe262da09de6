"""The written sentences are what they say: labelled, balanced, distinct, and not the suites'."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.overlap import same_texts, shared_ngrams
from training.datasets import text_key
from training.pool import HEADS
from training.sentences import written_sentences
from training.sentences.registers import american
from training.sentences.templates import GROUP_FORMS, groups, slot_lists, templates

SUITES = Path(__file__).parents[2] / "training" / "suites"
SUITE_NAMES = ("functional.csv", "identity_templates.csv", "words_and_names.csv")
MOST_SHARED = 0.02


@pytest.fixture(scope="module")
def sentences() -> pd.DataFrame:
    return written_sentences(seed=1)


def test_the_same_seed_gives_the_same_sentences() -> None:
    first, again = written_sentences(3, per_family=40), written_sentences(3, per_family=40)
    pd.testing.assert_frame_equal(first, again)
    assert set(first["text"]) != set(written_sentences(4, per_family=40)["text"])


def test_a_bound_for_a_family_is_kept() -> None:
    assert written_sentences(3, per_family=25).groupby("family").size().eq(25).all()


def test_there_are_many_sentences_of_many_families_and_templates(sentences: pd.DataFrame) -> None:
    assert 15_000 <= len(sentences) <= 60_000
    assert sentences["family"].nunique() >= 40
    assert sentences["template"].nunique() >= 800
    assert set(sentences["template"]) == {template.text for template in templates()}


def test_no_sentence_comes_twice(sentences: pd.DataFrame) -> None:
    assert not sentences["text"].map(text_key).duplicated().any()


def test_no_template_is_written_down_twice() -> None:
    keys = pd.Series([text_key(template.text) for template in templates()])
    assert keys[keys.duplicated()].tolist() == []


def test_no_slot_is_left_open(sentences: pd.DataFrame) -> None:
    assert sentences.loc[sentences["text"].str.contains("[{}]"), "template"].tolist() == []


@pytest.mark.parametrize("family", sorted({template.family for template in templates()}))
def test_every_slot_is_a_list_or_a_form_that_a_group_has(family: str) -> None:
    for template in templates():
        if template.family == family:
            bare = {slot.rstrip("0123456789") for slot in template.slots}
            assert bare <= {*GROUP_FORMS, *slot_lists()}, template.text
            if template.names_group:
                assert any(template.fits(group) for group in groups()), template.text


def test_labels_are_zero_one_or_silent(sentences: pd.DataFrame) -> None:
    values = sentences[list(HEADS)].to_numpy()
    assert set(np.unique(values[~np.isnan(values)])) == {0.0, 1.0}
    assert sentences[list(HEADS)].notna().any(axis=1).all()
    assert [*sentences.columns] == ["text", "family", "group", "template", *HEADS]
    assert {head for template in templates() for head in template.yes | template.unsaid} <= {*HEADS}


def test_every_group_is_named_in_peace_at_least_as_often_as_attacked(
    sentences: pd.DataFrame,
) -> None:
    named = sentences[sentences["group"] != ""]
    hateful = named["toxicity"] == 1.0
    counts = pd.crosstab(named["group"], hateful)
    assert len(counts) >= 40
    assert set(counts.index) == {group.key for group in groups()}
    assert counts[counts[True] > counts[False]].index.tolist() == []


def test_every_group_is_attacked_in_plain_words_about_as_often_as_others(
    sentences: pd.DataFrame,
) -> None:
    counts = sentences.loc[sentences["family"] == "derogation", "group"].value_counts()
    assert set(counts.index) == {group.key for group in groups()}
    assert counts.max() <= 1.6 * counts.min()


def test_an_attack_on_an_unprotected_group_says_nothing_of_identity_attack(
    sentences: pd.DataFrame,
) -> None:
    attacks = sentences[sentences["family"] == "derogation"].set_index("group")["identity_attack"]
    assert attacks.loc["homeless"].isna().all()
    assert attacks.loc["muslim"].eq(1.0).all()


@pytest.mark.parametrize(
    ("british", "expected"),
    [
        ("My neighbour's favourite colour is grey.", "My neighbor's favorite color is gray."),
        ("Irish Travellers and their neighbours", "Irish Travellers and their neighbours"),
        ("a coarse word", "a coarse word"),
    ],
)
def test_american_spelling_leaves_words_alone_that_only_look_british(
    british: str, expected: str
) -> None:
    assert american(british) == expected


def _suite(name: str) -> list[str]:
    with (SUITES / name).open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", SUITE_NAMES)
def test_the_sentences_are_not_those_of_an_evaluation_suite(
    name: str, sentences: pd.DataFrame
) -> None:
    suite = _suite(name)
    same = same_texts(sentences["text"], suite)
    assert sorted(set(sentences.loc[same, "template"])) == []
    share = float(shared_ngrams(suite, sentences["text"], 5).mean())
    assert share <= MOST_SHARED, f"{share:.1%} of the suite; reword {_shared(sentences, suite)}"


def _shared(sentences: pd.DataFrame, suite: list[str]) -> list[str]:
    # Only templates are named: whoever writes them may not read the suites.
    ours = shared_ngrams(sentences["text"], suite, 5)
    return sorted(set(sentences.loc[ours, "template"]))


@pytest.mark.parametrize(
    ("text", "other", "shared"),
    [
        ("One, two THREE four five!", "zero one two three four five", True),
        ("one two three four", "one two three four", False),
        ("one two three five six", "one two three four five six", False),
        ("it isn't so bad at all", "it isn\N{RIGHT SINGLE QUOTATION MARK}t so bad at", True),
    ],
)
def test_runs_of_five_words_are_shared_whatever_case_and_punctuation(
    text: str, other: str, shared: bool
) -> None:
    assert shared_ngrams([text], [other], 5).tolist() == [shared]
