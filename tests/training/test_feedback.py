"""A verdict becomes a training row that says no more than the moderator did."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation.comments import (
    Author,
    Decision,
    Reason,
    Ruling,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.labels import Label
from moderation.review_queue import Event, EventKind, ReviewItem, Verdict, fold
from moderation.stored import GivenVerdict
from training.feedback import FeedbackInvalid, FeedbackRow, labels_of, read, row_of, write

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
KEY = b"a key of this test"


def over(label: str) -> Reason:
    return Reason("label", label=label, score=0.7, threshold=0.3, level="review")


@pytest.mark.parametrize(
    ("verdict", "named", "flagged", "expected"),
    [
        # An approval clears toxicity and whatever was flagged, and nothing else.
        ("approve", [], [], {"toxicity": 0.0}),
        ("approve", [], ["insult"], {"toxicity": 0.0, "insult": 0.0}),
        ("approve", [], ["off_topic"], {"toxicity": 0.0, "off_topic": 0.0}),
        # A label named beside an approval applies and may stand: it is not cleared.
        ("approve", ["profanity"], ["profanity", "insult"], {"toxicity": 0.0, "insult": 0.0}),
        # A rejection is for what the moderator named.
        ("reject", ["threat"], ["insult"], {"threat": 1.0}),
        # Named nothing: for what was flagged.
        ("reject", [], ["insult", "profanity"], {"insult": 1.0, "profanity": 1.0}),
        ("reject", [], ["off_topic"], {"off_topic": 1.0}),
        # Nothing named and nothing flagged: toxic, and never off topic.
        ("reject", [], [], {"toxicity": 1.0}),
        # Labels that the product does not have are passed over.
        ("reject", ["spam"], [], {"toxicity": 1.0}),
        # No judgement on the comment was made.
        ("skip", ["insult"], ["insult"], {}),
        ("escalate", [], ["insult"], {}),
    ],
)
def test_a_verdict_says_what_it_says_and_no_more(
    verdict: str, named: list[str], flagged: list[str], expected: dict[str, float]
) -> None:
    assert labels_of(Verdict(verdict), named, flagged) == expected


def item(events: Iterable[tuple[EventKind, Verdict | None]], why: tuple[Reason, ...]) -> ReviewItem:
    record = [
        Event(
            "item-1", 1, EventKind.OPENED, NOW, site_id="site", comment_key="key-1", reasons=why,
            status=Status.HELD, revision=1, severity=0.7,
        )
    ]  # fmt: skip
    for number, (kind, verdict) in enumerate(events, start=2):
        record.append(Event("item-1", number, kind, NOW, "anna", verdict=verdict))
    return fold(record)


def given(
    *events: tuple[EventKind, Verdict | None],
    why: tuple[Reason, ...] = (over("insult"),),
    text: str = "What a silly thing to say",
) -> GivenVerdict:
    flagged = tuple(reason for reason in why if reason.code in ("label", "rule"))
    ruling = Ruling(
        {Label.INSULT: 0.7, Label.OFF_TOPIC: None}, Decision.REVIEW, flagged, "en", "m-1", "p-1",
        "fast",
    )  # fmt: skip
    comment = StoredComment(
        key="key-1", site_id="site", id="c1", text=text, article_id="a1", parent_id=None,
        parent_key=None, author=Author(id="u7", name="Reader"), kind="comment",
        status=Status.HELD, source_status=None, revision=1, ruling=ruling, created_at=NOW,
        received_at=NOW,
    )  # fmt: skip
    article = StoredArticle("site", "a1", "A title", "A text")
    return GivenVerdict(item(events, why), comment, article, "The parent")


APPROVED = (EventKind.DECIDED, Verdict.APPROVE)
REJECTED = (EventKind.DECIDED, Verdict.REJECT)


def row(verdict: GivenVerdict) -> FeedbackRow | None:
    return row_of(verdict, key=KEY, audit_rate=0.02)


def test_a_row_carries_what_the_verdict_was_given_on() -> None:
    found = row(given(REJECTED))
    assert found is not None
    assert (found.text, found.title, found.body, found.parent) == (
        "What a silly thing to say",
        "A title",
        "A text",
        "The parent",
    )
    assert (found.labels, found.reasons, found.weight) == ({"insult": 1.0}, ["label"], 1.0)
    assert (found.scores, found.model, found.policy) == (
        {"insult": 0.7, "off_topic": None},
        "m-1",
        "p-1",
    )
    assert found.decided_at == "2026-11-02T09:30:00+00:00"


CLOSED = Reason("rule", level="review", detail="closed article")
LISTED = Reason("rule", "profanity", level="review", detail="word list: zonk")


@pytest.mark.parametrize(
    ("events", "why", "labels"),
    [
        # A closed article, or one link too many, says nothing about the words.
        (REJECTED, (CLOSED,), None),
        # Nobody would have approved what is toxic.
        (APPROVED, (CLOSED,), {"toxicity": 0.0}),
        # What was flagged beside counts as ever.
        (REJECTED, (CLOSED, over("insult")), {"insult": 1.0}),
        # A listed word may be the sign of a label.
        (REJECTED, (LISTED,), {"profanity": 1.0}),
        # To have been edited is no rule of the site.
        (REJECTED, (Reason("rule", detail="edited after it was queued"),), {"toxicity": 1.0}),
    ],
)
def test_a_rule_of_the_site_teaches_only_what_it_names(
    events: tuple[EventKind, Verdict],
    why: tuple[Reason, ...],
    labels: dict[str, float] | None,
) -> None:
    found = row(given(events, why=why))
    assert (found and found.labels) == labels


def test_nobody_is_named_in_a_row() -> None:
    found = row(given(REJECTED))
    assert found is not None
    line = io.BytesIO()
    write([found], line)
    assert b"anna" not in line.getvalue()
    assert b"Reader" not in line.getvalue()
    assert b"u7" not in line.getvalue()
    other = row_of(given(REJECTED), key=b"another key", audit_rate=0.02)
    assert other is not None
    assert other.decider != found.decider


@pytest.mark.parametrize(
    "events",
    [
        [],
        [(EventKind.CLAIMED, None)],
        [(EventKind.SKIPPED, Verdict.SKIP)],
        [(EventKind.DECIDED, Verdict.ESCALATE)],
        [REJECTED, (EventKind.UNDONE, None)],
        [REJECTED, (EventKind.REPORTED, None)],
        [REJECTED, (EventKind.REVISED, None)],
    ],
    ids=["open", "claimed", "skipped", "escalated", "undone", "reported again", "revised"],
)
def test_only_a_final_verdict_is_a_row(events: list[tuple[EventKind, Verdict | None]]) -> None:
    assert row(given(*events)) is None


def test_a_verdict_on_an_earlier_text_is_no_row() -> None:
    found = given(APPROVED)
    assert row(replace(found, comment=replace(found.comment, revision=2))) is None


def test_an_erased_comment_is_no_row() -> None:
    found = given(APPROVED)
    assert row(replace(found, comment=replace(found.comment, text="", ruling=None))) is None


@pytest.mark.parametrize(
    ("why", "weight"),
    [
        ((Reason("audit"),), 50.0),
        ((over("insult"),), 1.0),
        ((Reason("audit"), Reason("reported")), 1.0),
    ],
)
def test_a_row_that_came_by_chance_stands_for_many(why: tuple[Reason, ...], weight: float) -> None:
    found = row(given(APPROVED, why=why))
    assert found is not None
    assert found.weight == weight


def test_rows_come_back_as_they_were_written() -> None:
    found = row(given(APPROVED, text="zwei\nZeilen \u2028 und ein 😀"))
    assert found is not None
    out = io.BytesIO()
    assert write([found, found], out) == 2
    assert list(read(out.getvalue().splitlines(keepends=True))) == [found, found]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "line 2"),
        (b'{"id": "1"}', "text"),
        (b'{"id":"1","text":5,"verdict":"reject","labels":{"insult":1}}', r"\$.text"),
        (b'{"id":"1","text":" ","verdict":"reject","labels":{"insult":1}}', "text"),
        (b'{"id":"1","text":"x","verdict":"reject","labels":{}}', "labels"),
        (b'{"id":"1","text":"x","verdict":"reject","labels":{"spam":1}}', "labels"),
        (b'{"id":"1","text":"x","verdict":"reject","labels":{"insult":2}}', "labels"),
        (b'{"id":"1","text":"x","verdict":"reject","labels":{"insult":1},"weight":0}', "weight"),
        (b"\xff\xfe", "line 2"),
    ],
)
def test_a_bad_line_is_named_and_not_quoted(line: bytes, problem: str) -> None:
    good = b'{"id":"1","text":"secret words","verdict":"reject","labels":{"insult":1}}\n'
    with pytest.raises(FeedbackInvalid, match=problem) as error:
        list(read([good, line]))
    assert str(error.value).startswith("feedback: line 2: ")
    assert "secret" not in str(error.value)
