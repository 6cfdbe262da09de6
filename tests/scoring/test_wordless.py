"""Texts in which the model finds nothing to read, or nearly: a number for every label all the same.

Over the shipped model, since what it says of no word at all is what a site gets.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.comments import Comment, Decision
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.registry import Registry, load
from moderation.scoring.scorer import Scorer
from moderation.workflow.classify import Classified, classify

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """The shipped model."""
    registry = Registry(MODELS, MODELS / "none-made-here")
    active = registry.active()
    assert active is not None
    return load(registry.path_of(active))


def ruled(scorer: Scorer, text: str) -> Classified:
    return classify(scorer, None, [Comment(text)], explain=True)[0]


def scores(answer: Classified) -> list[float | None]:
    return [answer.ruling.scores[label] for label in TEXT_LABELS]


# Each row: what the text is made of; the text; whether anything of it is read as a word.
WORDLESS = [
    ("blanks", " \n ", False),
    ("marks that do not show", "\u200b\u200d\ufeff", False),
    ("direction marks", "\u202e\u202c", False),
    ("punctuation", "?!... --", False),
    ("one full stop", ".", False),
    ("signs", "$$$ *** ### @@@", False),
    ("markup without text", "<b></b>", False),
    ("accents without letters", "\u0301\u0302", False),
    ("a friendly emoji", "\U0001f600", True),
    ("hearts", "\u2764\ufe0f" * 3, True),
    ("a family of one sign", "\U0001f468\u200d\U0001f469\u200d\U0001f467", True),
    ("digits", "12345", True),
]


@pytest.mark.parametrize(("words", "text", "read"), WORDLESS, ids=[row[0] for row in WORDLESS])
def test_a_text_without_words_has_a_number_for_every_text_label(
    scorer: Scorer, words: str, text: str, read: bool
) -> None:
    answer = ruled(scorer, text)
    assert all(score is not None and 0 <= score <= 1 for score in scores(answer))
    assert answer.ruling.scores[Label.OFF_TOPIC] is None
    assert (scores(answer) == scores(ruled(scorer, ""))) is not read
    assert bool(answer.spans) is read


@pytest.mark.parametrize(("words", "text", "read"), WORDLESS, ids=[row[0] for row in WORDLESS])
def test_the_decision_on_a_text_without_words_is_what_the_cut_offs_say(
    scorer: Scorer, words: str, text: str, read: bool
) -> None:
    ruling = ruled(scorer, text).ruling
    over = {
        label.value
        for label in TEXT_LABELS
        if (cutoff := scorer.cutoffs[label].review) is not None
        and (score := ruling.scores[label]) is not None
        and score >= cutoff
    }
    assert {reason.label for reason in ruling.reasons if reason.code == "label"} == over
    assert ruling.decision is (Decision.REVIEW if ruling.reasons else Decision.ALLOW)


def test_no_word_at_all_is_no_reason_to_hold_a_text(scorer: Scorer) -> None:
    assert ruled(scorer, "?!...").ruling.decision is Decision.ALLOW
