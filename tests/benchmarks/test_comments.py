"""The comments that are measured: the same in every run, as long as asked, no two alike."""

from __future__ import annotations

import re
from statistics import mean

import pytest

from benchmarks.comments import ARTICLE_LENGTH, articles, comments


@pytest.fixture(scope="module")
def many() -> list[str]:
    """Two thousand long comments; not to be changed."""
    return comments(2_000, 400)


@pytest.mark.parametrize("length", [80, 400])
def test_comments_are_as_long_as_asked_on_average(length: int) -> None:
    assert mean(map(len, comments(1_000, length))) == pytest.approx(length, rel=0.05)


def test_comments_vary_in_length() -> None:
    lengths = [len(text) for text in comments(500, 80)]
    assert min(lengths) < 40
    assert max(lengths) > 120


def test_no_two_comments_are_alike() -> None:
    made = comments(3_000, 80)
    assert len(set(made)) == len(made) == 3_000


def test_the_same_seed_makes_the_same_comments_and_another_makes_others() -> None:
    assert comments(50, 80, seed=7) == comments(50, 80, seed=7)
    assert not set(comments(50, 80, seed=7)) & set(comments(50, 80, seed=8))


def test_more_comments_begin_with_the_same_ones() -> None:
    assert comments(80, 400)[:30] == comments(30, 400)


def test_the_vocabulary_is_large_and_later_comments_still_bring_new_words(
    many: list[str],
) -> None:
    cut = [set(re.findall(r"\w+", text.lower())) for text in many]
    first, second = set().union(*cut[:1_000]), set().union(*cut[1_000:])
    assert len(first) > 5_000
    assert len(second - first) > 2_000


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an emoji", "[\u2764\U0001f300-\U0001faff]"),
        ("a shouted word", r"\b[A-Z]{4,}\b"),
        ("a typographic apostrophe", "\u2019"),
        ("a link", r"https://\w+\.example/"),
        ("markup", r"<b>|&amp;"),
        ("a masked word", r"\b\w\*+\w"),
        ("letters set apart", r"\b\w \w \w \w\b"),
        ("a stretched word", r"([a-z])\1{4}"),
        ("a number", r"\b\d+\b"),
        ("a line break", r"\n"),
    ],
)
def test_some_comments_have(many: list[str], what: str, pattern: str) -> None:
    found = [text for text in many if re.search(pattern, text)]
    assert 0 < len(found) < 1_900, what


def test_articles_are_long_and_differ() -> None:
    made = articles(20)
    assert len({article.text for article in made}) == 20
    assert all(abs(len(article.text) - ARTICLE_LENGTH) < 50 for article in made)
    assert all(article.title for article in made)
