"""Mentions of groups, as examples and counter-examples."""

from __future__ import annotations

import csv

import pytest

from training import identity
from training.evaluate import SUITES

MENTIONS = [
    ("Muslims", "a Muslim family moved in"),
    ("Muslims", "MUSLIMS, too, were asked"),
    ("black people", "for African-American voters"),
    ("black people", "two black  women spoke"),
    ("trans people", "She is a transgender nurse."),
    ("disabled people", "people with disabilities"),
    ("women", "that woman's bicycle"),
    ("Jews", "(Jewish)"),
    ("autistic people", "He has Asperger's."),
]
NONE = [
    ("black people", "the black market and Mr Black"),
    ("white people", "a white Christmas, the White House"),
    ("men", "the amendment was mentioned in Yemen"),
    ("women", "Newoman"),
    ("Roma", "Roma won the cup"),
    ("gay people", "Gayle said nothing"),
    ("old people", "the old bridge"),
    ("Jews", "jewellery"),
]


@pytest.mark.parametrize(("group", "text"), MENTIONS)
def test_a_term_is_found_as_a_whole_word_in_any_case(group: str, text: str) -> None:
    assert identity.mentions([text])[group].tolist() == [True]


@pytest.mark.parametrize(("group", "text"), NONE)
def test_a_word_that_only_looks_like_it_is_no_mention(group: str, text: str) -> None:
    assert identity.mentions([text])[group].tolist() == [False]


def test_the_groups_are_those_of_the_templates_and_each_template_mentions_its_own() -> None:
    with (SUITES / "identity_templates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(identity.terms()) == {row["group"] for row in rows}
    found = identity.mentions(row["text"] for row in rows)
    missed = {row["group"] for at, row in enumerate(rows) if not found[row["group"]][at]}
    # "Man" is left out of its terms: in comments it is mostly an interjection.
    assert missed == {"men"}


@pytest.mark.parametrize(
    ("cell", "groups"),
    [
        ("gay people", {"gay people"}),
        ("african_descent", {"black people"}),
        ("['bla', 'mus']", {"black people", "Muslims"}),
        ("['none']", set()),
        ("", set()),
        ("individual", set()),
    ],
)
def test_a_cell_of_a_data_set_names_its_groups(cell: str, groups: set[str]) -> None:
    assert {name for name, named in identity.targets([cell]).items() if named[0]} == groups


def test_every_code_stands_for_a_group_that_has_terms() -> None:
    assert set(identity._codes().values()) <= set(identity.terms())
