"""The shipped model on comments that people would not argue about."""

import json
from pathlib import Path

import joblib
import pytest

from moderation.comments import Comment
from moderation.scoring.relevance import Relevance

from .relevance_cases import BRIDGE, OFF_TOPIC, ON_TOPIC, SCHOOL, SHORT, TRANSFER, Case

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def relevance() -> Relevance:
    found = sorted(MODELS.glob("*/manifest.json"))
    assert len(found) == 1, "exactly one model is shipped in models/"
    arrays = joblib.load(found[0].with_name("arrays.joblib"), mmap_mode="r")
    return Relevance.from_arrays(arrays, json.loads(found[0].read_text("utf-8")))


def score(relevance: Relevance, comment: Comment) -> float:
    [found] = relevance.scores([comment])
    assert found is not None
    return found


@pytest.mark.parametrize("case", ON_TOPIC, ids=lambda case: case.name)
def test_an_ordinary_comment_is_on_topic(relevance: Relevance, case: Case) -> None:
    assert score(relevance, case.comment) < 0.2


@pytest.mark.parametrize("case", OFF_TOPIC, ids=lambda case: case.name)
def test_a_rant_about_something_else_is_off_topic(relevance: Relevance, case: Case) -> None:
    assert score(relevance, case.comment) > 0.5


@pytest.mark.parametrize("article", [BRIDGE, SCHOOL, TRANSFER], ids=["bridge", "school", "club"])
def test_a_rant_is_far_from_every_on_topic_comment_of_its_article(
    relevance: Relevance, article: object
) -> None:
    own = [score(relevance, c.comment) for c in ON_TOPIC if c.comment.article == article]
    rants = [score(relevance, c.comment) for c in OFF_TOPIC if c.comment.article == article]
    assert min(rants) >= max(own) + 0.3


@pytest.mark.parametrize("article", [BRIDGE, SCHOOL, TRANSFER], ids=["bridge", "school", "club"])
@pytest.mark.parametrize("text", SHORT)
def test_a_short_reaction_is_never_called_off_topic(
    relevance: Relevance, text: str, article: object
) -> None:
    assert score(relevance, Comment(text, article)) < 0.3
    assert score(relevance, Comment(text, article, "I think that it will rain.")) < 0.3


def test_a_comment_in_another_language_is_not_called_off_topic_for_it(relevance: Relevance) -> None:
    german = "Die Brücke war schon vor Jahren kaputt und niemand im Rathaus hat etwas getan."
    assert score(relevance, Comment(german, BRIDGE)) < 0.4
