"""What sites told of their own moderators' decisions becomes training rows, over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import Site, StoredArticle
from moderation.review_queue import Verdict
from moderation.stored import Suggestion
from moderation.workflow import Services
from moderation.workflow.intake import put_article, submit
from moderation.workflow.reviewing import give_verdict
from moderation.workflow.suggesting import keep_suggestion, suggestion_id
from tests.factories import MILD, NOON, a_new_comment, a_user
from training.feedback import Context, FeedbackRow, row_of_suggestion, rows

KEY = b"a key of this test"
NOWHERE = Context("", "", "")


def a_suggestion(number: int = 0, **fields: object) -> Suggestion:
    made = Suggestion(
        id=suggestion_id("daily", str(number)),
        site_id="daily",
        source="perspective",
        at=NOON + timedelta(seconds=number),
        text=f"A {MILD} thing.",
        labels={"toxicity": 1.0},
        verdict="reject",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def found(services: Services) -> list[FeedbackRow]:
    return list(rows(services.store, key=KEY, audit_rate=0.01))


def test_a_verdict_given_here_comes_before_a_suggestion(services: Services, site: Site) -> None:
    submitted = submit(services, site, a_new_comment("c1", f"A {MILD} thing."))
    keep_suggestion(services, a_suggestion(comment_id="c1"))
    assert [row.reasons for row in found(services)] == [["suggestion"]]
    actor = a_user()
    with services.store.write() as work:
        work.accounts.put_user(actor)
        work.commit()
    assert submitted.item is not None
    give_verdict(services, actor, submitted.item.id, Verdict.APPROVE, submitted.item.version)
    assert [row.verdict for row in found(services)] == ["approve"]


def test_a_row_stands_under_what_is_stored_with_its_comment(services: Services, site: Site) -> None:
    put_article(services, StoredArticle(site.id, "a1", "Bridge closed", "Until May."))
    submit(services, site, a_new_comment("p1", "Which bridge?", article_id="a1"))
    new = a_new_comment("c1", f"A {MILD} thing.", article_id="a1", parent_id="p1")
    submit(services, site, new)
    keep_suggestion(services, a_suggestion(labels={"off_topic": 1.0}, comment_id="c1"))
    (row,) = found(services)
    assert (row.title, row.body, row.parent) == ("Bridge closed", "Until May.", "Which bridge?")
    assert row.labels == {"off_topic": 1.0}


def test_many_are_streamed_while_their_comments_are_looked_up(
    services: Services, site: Site
) -> None:
    comment = submit(services, site, a_new_comment("c1")).comment
    with services.store.write() as work:
        for number in range(1_100):
            key = comment.key if number % 2 else None
            work.suggestions.put(a_suggestion(number, comment_key=key))
        work.commit()
    assert [row.id for row in found(services)] == [a_suggestion(n).id for n in range(1_100)]


@pytest.mark.parametrize(
    ("labels", "context", "taken"),
    [
        ({"insult": 0.0}, NOWHERE, {"insult": 0.0}),
        ({}, NOWHERE, None),
        ({"spam": 1.0}, NOWHERE, None),
        ({"off_topic": 1.0}, NOWHERE, None),
        ({"off_topic": 1.0, "insult": 1.0}, NOWHERE, {"insult": 1.0}),
        ({"off_topic": 1.0}, Context("", "", "Which one?"), {"off_topic": 1.0}),
    ],
)
def test_a_row_says_what_was_told_and_no_more(
    labels: dict[str, float], context: Context, taken: dict[str, float] | None
) -> None:
    row = row_of_suggestion(a_suggestion(labels=labels), context, key=KEY)
    assert (row.labels if row else None) == taken


@pytest.mark.parametrize(
    ("text", "verdict", "taken"),
    [
        (f"A {MILD} thing.", "approve", [{"toxicity": 0.0, "insult": 0.0}]),
        (f"A {MILD} thing.", "reject", [{"toxicity": 1.0, "insult": 1.0}]),
        ("A thing that was let through.", "approve", [{"toxicity": 0.0}]),
        ("Cheap watches at my page.", "reject", []),
    ],
)
def test_spam_and_ham_say_what_a_verdict_on_what_was_flagged_says(
    services: Services, site: Site, text: str, verdict: str, taken: list[dict[str, float]]
) -> None:
    submit(services, site, a_new_comment("c1", text))
    told = a_suggestion(source="akismet", text=text, labels={}, verdict=verdict, comment_id="c1")
    keep_suggestion(services, told)
    assert [row.labels for row in found(services)] == taken


def test_ham_says_nothing_of_what_an_edited_text_was_flagged_for(
    services: Services, site: Site
) -> None:
    submit(services, site, a_new_comment("c1", f"A {MILD} thing."))
    told = a_suggestion(source="akismet", text="Before.", labels={}, verdict="approve")
    keep_suggestion(services, replace(told, comment_id="c1"))
    assert [row.labels for row in found(services)] == [{"toxicity": 0.0}]


def test_a_row_has_weight_one_and_no_scores() -> None:
    row = row_of_suggestion(a_suggestion(), NOWHERE, key=KEY)
    assert row is not None
    assert (row.weight, row.scores, row.model) == (1.0, {}, "")
    assert row.decided_at == "2026-03-01T12:00:00+00:00"
