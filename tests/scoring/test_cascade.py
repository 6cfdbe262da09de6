"""Whom the encoder is asked about, as a table: the rule in words above each row."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.errors import ModelInvalid
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.cascade import Cascade, Doubt

BANDS = {Label.TOXICITY: (0.2, 0.8), Label.INSULT: (0.3, 0.7), Label.OFF_TOPIC: (0.4, 0.6)}

_ROWS = [
    # Under every band a comment is civil to both.
    ({}, None, Doubt(False, False)),
    ({"toxicity": 0.199}, None, Doubt(False, False)),
    # Both ends of a band are in it.
    ({"toxicity": 0.2}, None, Doubt(True, False)),
    ({"toxicity": 0.8}, None, Doubt(True, False)),
    ({"insult": 0.5}, None, Doubt(True, False)),
    # What is over one band is held, whatever another label leaves open.
    ({"toxicity": 0.801}, None, Doubt(False, False)),
    ({"toxicity": 0.801, "insult": 0.5}, None, Doubt(False, False)),
    # A label without a band never asks, and is never certain.
    ({"threat": 1.0}, None, Doubt(False, False)),
    ({"threat": 1.0, "insult": 0.5}, None, Doubt(True, False)),
    # Off-topic has its own doubt, and none where there is nothing to be off of.
    ({}, 0.5, Doubt(False, True)),
    ({"toxicity": 0.9}, 0.4, Doubt(False, True)),
    ({"insult": 0.5}, 0.6, Doubt(True, True)),
    ({"insult": 0.5}, 0.61, Doubt(True, False)),
    ({}, 0.39, Doubt(False, False)),
]


@pytest.mark.parametrize(("scores", "off_topic", "expected"), _ROWS)
def test_doubt(scores: dict[str, float], off_topic: float | None, expected: Doubt) -> None:
    row = [scores.get(label.value, 0.0) for label in TEXT_LABELS]
    found = Cascade(BANDS).doubt(row, off_topic)
    assert found == expected
    assert bool(found) is (expected.labels or expected.off_topic)


def test_without_bands_nobody_asks() -> None:
    assert not Cascade({}).doubt([1.0] * len(TEXT_LABELS), 1.0)


def test_bands_are_read_from_the_manifest() -> None:
    read = Cascade.from_manifest({"bands": {"insult": [0.3, 0.7]}})
    scores = [0.5 if label is Label.INSULT else 0.0 for label in TEXT_LABELS]
    assert read.doubt(scores, None) == Doubt(True, False)


@pytest.mark.parametrize(
    "deep",
    [
        {},
        {"bands": None},
        {"bands": []},
        {"bands": {"rudeness": [0.1, 0.2]}},
        {"bands": {"insult": 0.5}},
        {"bands": {"insult": [0.1]}},
        {"bands": {"insult": [0.1, 0.2, 0.3]}},
        {"bands": {"insult": ["low", "high"]}},
        {"bands": {"insult": [0.7, 0.3]}},
        {"bands": {"insult": [float("nan"), 0.3]}},
    ],
)
def test_odd_bands_are_refused_by_name(deep: dict[str, Any]) -> None:
    with pytest.raises(ModelInvalid, match=r"deep\.bands"):
        Cascade.from_manifest(deep)
