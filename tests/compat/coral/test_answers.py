"""What Coral is told of a ruling: the code of a rejection is of the label that blocks."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Decision, Reason
from moderation.labels import Label
from moderation.wire.coral import answer_to, code_of
from tests.compat.coral.imitation import is_valid
from tests.factories import a_ruling


def label(name: str, score: float, threshold: float, level: str = "block") -> Reason:
    return Reason("label", name, score, threshold, level)


REVIEWED_INSULT = label("insult", 0.99, 0.4, "review")
CASES: dict[str, tuple[list[Reason], str]] = {
    "an insult": ([label("insult", 0.99, 0.9)], "HARASSMENT_BULLYING"),
    "a slur": ([label("identity_attack", 0.9, 0.5)], "HATE_SPEECH"),
    "the stronger of two": (
        [label("insult", 0.91, 0.9), label("identity_attack", 0.9, 0.5)],
        "HATE_SPEECH",
    ),
    "an insult with a shade of more": (
        [label("insult", 0.95, 0.9), label("identity_attack", 0.1, 0.07, "review")],
        "HARASSMENT_BULLYING",
    ),
    "toxic, and an insult": (
        [label("toxicity", 0.99, 0.9), REVIEWED_INSULT],
        "HARASSMENT_BULLYING",
    ),
    "toxic alone": ([label("toxicity", 0.99, 0.9)], "ABUSIVE"),
    "a threat": ([label("threat", 0.9, 0.5)], "ABUSIVE"),
    "foul words": ([label("profanity", 0.99, 0.9)], "OFFENSIVE"),
    "foul words at somebody": (
        [label("profanity", 0.99, 0.5), label("insult", 0.6, 0.5)],
        "HARASSMENT_BULLYING",
    ),
    "a listed word": (
        [Reason("rule", level="block", detail="word list: crumpet"), REVIEWED_INSULT],
        "BANNED_WORD",
    ),
    "a listed slur": (
        [Reason("rule", "identity_attack", level="block", detail="word list: x")],
        "HATE_SPEECH",
    ),
    "a closed article": ([Reason("rule", level="block", detail="closed article")], "OTHER"),
    "a language, off topic": (
        [Reason("language", level="block"), label("off_topic", 0.9, 0.5, "review")],
        "IRRELEVANT_CONTENT",
    ),
}


@pytest.mark.parametrize(("reasons", "code"), CASES.values(), ids=CASES)
def test_a_rejection_has_the_code_of_what_blocks(reasons: list[Reason], code: str) -> None:
    assert code_of(tuple(reasons)) == code
    ruling = a_ruling(Decision.BLOCK, reasons=tuple(reasons))
    answer = answer_to(ruling, shows_under_review=False)
    assert answer["status"] == answer["moderationAction"]["status"] == "REJECTED"
    assert is_valid(answer)
    assert None not in answer.values()


HELD: dict[str, tuple[list[Reason], str]] = {
    "an insult": ([REVIEWED_INSULT], "HARASSMENT_BULLYING"),
    "a slur": ([label("identity_attack", 0.9, 0.5, "review")], "HATE_SPEECH"),
    "an insult, off topic": (
        [REVIEWED_INSULT, label("off_topic", 0.9, 0.5, "review")],
        "HARASSMENT_BULLYING",
    ),
    "toxic alone": ([label("toxicity", 0.9, 0.5, "review")], "ABUSIVE"),
    "off topic alone": ([label("off_topic", 0.9, 0.5, "review")], "IRRELEVANT_CONTENT"),
    "a listed word": ([Reason("rule", level="review", detail="word list: crumpet")], "BANNED_WORD"),
}


@pytest.mark.parametrize(("reasons", "code"), HELD.values(), ids=HELD)
def test_what_is_held_has_the_code_of_its_most_telling_label(
    reasons: list[Reason], code: str
) -> None:
    answer = answer_to(a_ruling(reasons=tuple(reasons)), shows_under_review=False)
    assert answer["status"] == "SYSTEM_WITHHELD"
    assert answer["moderationAction"] == {
        "status": "SYSTEM_WITHHELD",
        "rejectionReason": {"code": code},
    }
    assert is_valid(answer)


def test_a_rule_that_holds_is_no_flag() -> None:
    reasons = (Reason("rule", level="review", detail="3 links, more than 2"),)
    assert answer_to(a_ruling(reasons=reasons), shows_under_review=False) == {
        "status": "SYSTEM_WITHHELD"
    }
    assert answer_to(a_ruling(reasons=reasons), shows_under_review=True) == {}


share = st.none() | st.floats(0, 1)
reasons = st.builds(
    Reason,
    st.sampled_from(["label", "language", "rule", "not_scored", "out_of_time"]),
    st.none() | st.sampled_from([label.value for label in Label]),
    share,
    share,
    st.sampled_from(["review", "block"]),
    st.none() | st.sampled_from(["word list: crumpet", "closed article", ""]),
)


def everything_in(answer: object) -> list[object]:
    """Every value in an answer, of parts and of parts of parts."""
    if isinstance(answer, dict):
        return [answer, *chain.from_iterable(map(everything_in, answer.values()))]
    if isinstance(answer, list):
        return [answer, *chain.from_iterable(map(everything_in, answer))]
    return [answer]


@given(st.sampled_from(Decision), st.lists(reasons, max_size=6), st.booleans())
def test_whatever_the_ruling_coral_takes_the_answer(
    decision: Decision, why: list[Reason], shows_under_review: bool
) -> None:
    ruling = a_ruling(decision, reasons=tuple(why))
    answer = answer_to(ruling, shows_under_review=shows_under_review)
    assert is_valid(json.loads(json.dumps(answer)))
    assert all(everything_in(list(answer.values()))[1:]), "nothing is null or empty"
    told = answer.get("moderationAction", {}).get("status", answer.get("status"))
    assert told == answer.get("status"), "only a status on top ends what Coral asks"
    assert set(answer) <= {"status", "actions", "moderationAction"}
    if decision is Decision.ALLOW:
        assert answer == {}
    elif decision is Decision.BLOCK:
        assert answer["status"] == "REJECTED"
    elif shows_under_review:
        assert "status" not in answer
    else:
        assert answer["status"] == "SYSTEM_WITHHELD"
