"""What is sent over HTTP: the shares that were asked for, at moments of their own."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import mean

import pytest

from benchmarks import vocabulary
from benchmarks.traffic import ABUSIVE, UNDER_ARTICLE, arrivals, bodies
from moderation.comments import MAX_TEXT

COUNT = 600


@pytest.fixture(scope="module")
def sent() -> list[str]:
    return [str(body["text"]) for body in bodies(COUNT, seed=1)]


def test_one_comment_in_a_hundred_is_long_and_all_are_taken(sent: list[str]) -> None:
    lengths = [len(text) for text in sent]
    assert sum(length > 5_000 for length in lengths) == COUNT // 100
    assert max(lengths) < MAX_TEXT
    assert len(set(sent)) == COUNT


def test_one_comment_in_ten_is_abusive(sent: list[str]) -> None:
    names = "|".join(vocabulary.HARSH_NAMES)
    line = re.compile(f"(You (?:{names}), you utter|What a (?:{names}) you are)")
    assert sum(bool(line.search(text)) for text in sent) / COUNT == pytest.approx(ABUSIVE, abs=0.04)


def test_half_of_the_comments_stand_under_one_of_ten_articles() -> None:
    found = [body["article"] for body in bodies(COUNT, seed=2) if "article" in body]
    assert len(found) / COUNT == pytest.approx(UNDER_ARTICLE, abs=0.08)
    assert len({article["title"] for article in found}) == 10


def test_the_same_seed_sends_the_same_comments() -> None:
    assert bodies(20, seed=3) == bodies(20, seed=3) != bodies(20, seed=4)


def test_comments_come_at_the_rate_that_was_asked_for_and_unevenly() -> None:
    due = arrivals(50.0, 20.0, seed=1)
    assert due == sorted(due)
    assert due[-1] < 20.0
    assert len(due) == pytest.approx(1_000, rel=0.1)
    gaps = [later - earlier for earlier, later in pairwise(due)]
    assert max(gaps) > 4 * mean(gaps)
