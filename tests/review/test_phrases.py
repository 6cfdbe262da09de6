"""Reasons and times in plain words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.comments import Reason
from moderation.web.review.phrases import ago, listed, reason_in_words
from tests.factories import NOON


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            Reason("label", "insult", 0.914, 0.42, "review"),
            "insult 0.91, over the review threshold 0.42",
        ),
        (
            Reason("label", "identity_attack", 0.99, 0.97, "block"),
            "slur / identity attack 0.99, over the block threshold 0.97",
        ),
        # Digits enough to see that one is over the other.
        (
            Reason("label", "threat", 0.0213, 0.0187, "review"),
            "threat 0.021, over the review threshold 0.019",
        ),
        (
            Reason("label", "off_topic", 0.83, 0.6, "review"),
            "not about what it stands under (0.83)",
        ),
        (
            Reason(
                "label", "off_topic", 0.83, 0.6, "review", "does not fit the parent: parent 0.05"
            ),
            "off-topic 0.83: does not fit the parent: parent 0.05",
        ),
        (Reason("label", "sarcasm", 0.7), "sarcasm 0.70"),
        (Reason("language", level="review", detail="pl"), "written in another language (pl)"),
        (Reason("rule", detail="held at its source"), "held at its source"),
        (Reason("reported"), "reported by a reader"),
        (Reason("appeal"), "the author appeals"),
        (Reason("audit"), "random sample"),
        (
            Reason("out_of_time", detail="answered by the linear model alone"),
            "scored by the linear model alone, as there was no time for more",
        ),
        (Reason("made_up_later"), "made up later"),
    ],
)
def test_a_reason_is_said_in_plain_words(reason: Reason, words: str) -> None:
    assert reason_in_words(reason) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=59), "59 days ago"),
        (timedelta(days=60), "31 December 2025"),
    ],
)
def test_a_time_is_told_in_the_largest_unit_that_fits(passed: timedelta, words: str) -> None:
    assert ago(NOON - passed, NOON) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_become_a_list(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
