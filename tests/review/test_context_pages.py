"""The context of a comment as its page shows it, asked without a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from moderation.comments import Author, StoredArticle
from moderation.review_queue import Verdict
from moderation.scoring.scorer import ContextFit
from moderation.stored import Objection
from moderation.workflow.intake import erase, put_article, submit
from moderation.workflow.notes import add_note
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_item, give_verdict, release_item, undo_verdict
from tests.factories import a_new_comment
from tests.review.conftest import Desk, signed_in, token

SECOND_LINE = (50, 69)
"""Where `The vote was close.` stands in the desk's article."""


def page_of(client: FlaskClient, item_id: str) -> str:
    reply = client.get(f"/review/{item_id}")
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def part(page: str, id: str) -> str:
    """The card with that id."""
    return page.split(f'id="{id}"', 1)[1].split("</section>", 1)[0]


def in_words(markup: str) -> str:
    """What a person reads of some markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def report(desk: Desk, text: str, **fields: str) -> None:
    object_to(desk.services, desk.site, "c1", Objection("report", desk.clock(), text, **fields))


def test_the_closest_passage_stands_with_the_article_and_is_marked_in_it(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    assert "Closest to the comment" not in page_of(client, item.id)
    desk.scorer.fit = ContextFit(0.8, 0.1, 0.3, None, SECOND_LINE)
    page = page_of(client, item.id)
    shown = page.split("Closest to the comment", 1)[1].split("</section>", 1)[0]
    assert in_words(shown.split("<details>")[0]) == "… The vote was close."
    assert '<span class="closest">The vote was close.</span>' in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://daily.example/ferry",
            "Under the article https://daily.example/ferry "
            "Only its address came with this comment.",
        ),
        ("javascript:alert(1)", "No article came with this comment."),
        ("", "No article came with this comment."),
    ],
)
def test_an_article_of_which_only_the_address_came_can_be_opened(
    desk: Desk, url: str, shown: str
) -> None:
    put_article(desk.services, StoredArticle(desk.site.id, "ferry", "", "", url))
    new = a_new_comment("c1", "A silly remark.", article_id="ferry")
    item = submit(desk.services, desk.site, new).item
    assert item is not None
    page = page_of(signed_in(desk, "mona"), item.id)
    assert shown in in_words(page)
    assert (f'href="{url}"' in page) == url.startswith("https:")


def test_off_topic_says_what_of_its_context_it_missed(desk: Desk) -> None:
    item = desk.queued("c1", "Buy bitcoin, silly.")
    desk.scorer.fit = ContextFit(0.8, 0.08, 0.31, None, SECOND_LINE)
    page = page_of(signed_in(desk, "mona"), item.id)
    assert "It does not fit the title (0.08), hardly fits the closest passage (0.31)." in page
    assert "off-topic</strong> 0.80, over the review threshold 0.50" in page
    only_silly = desk.queued("c2", "A silly remark.")
    assert "fits the closest passage" not in page_of(signed_in(desk, "mona"), only_silly.id)


def test_reasons_name_threshold_model_mode_and_policy(desk: Desk) -> None:
    item = desk.queued("c1")
    page = in_words(page_of(signed_in(desk, "mona"), item.id))
    assert "insult 0.60, over the review threshold 0.50" in page
    assert re.search(
        r"Scored by model keywords-1 \(the linear model alone\) and judged by policy default-\w+\.",
        page,
    )


def test_what_answers_the_same_stands_folded_beside_it(desk: Desk) -> None:
    desk.hand_in("top", "I am glad.")
    desk.hand_in("a1", "So am I.", parent_id="top", author=Author("u5", "Ines"))
    item = desk.queued("a2", parent_id="top")
    desk.hand_in("elsewhere", "I am not.")
    page = page_of(signed_in(desk, "mona"), item.id)
    siblings = page.split('<details class="siblings">', 1)[1].split("</details>", 1)[0]
    assert "1 other answer to the same comment" in siblings
    assert "So am I." in siblings
    assert "I am not." not in siblings


def test_an_authors_card_tells_verdicts_reports_and_last_comments(desk: Desk) -> None:
    bo = desk.person("bo")
    otto = Author("u4", "Otto <i>")
    first = desk.queued("o1", "A silly lie.", author=otto)
    second = desk.queued("o2", "A silly joke.", author=otto)
    give_verdict(desk.services, bo, first.id, Verdict.REJECT, 1, ("threat",))
    give_verdict(desk.services, bo, second.id, Verdict.ESCALATE, 1)
    object_to(desk.services, desk.site, "o1", Objection("report", desk.clock()))
    item = desk.queued("c1", author=otto)
    desk.queued("c2", "A silly stranger.", author=Author("u5", "Nele"))
    card = part(page_of(signed_in(desk, "mona"), item.id), "author")
    said = in_words(card)
    assert "Otto &lt;i&gt; : 3 comments here, first seen 3 min ago" in said
    assert "Verdicts 1 rejected, 1 escalated" in said
    assert "Rejected as threat 1" in said
    assert "Reports 1" in said
    assert "A silly lie." in said
    assert "rejected as threat by a moderator, 1 report" in said
    assert "stranger" not in said
    assert f'href="/review/{first.id}"' in card


@pytest.mark.parametrize(("who", "sees"), [("mona", False), ("bo", True), ("lea", True)])
def test_in_a_history_what_waits_for_a_lead_is_shown_to_leads_and_to_who_escalated_it(
    desk: Desk, who: str, *, sees: bool
) -> None:
    before = desk.queued("o1", "A silly secret.")
    give_verdict(desk.services, desk.person("bo"), before.id, Verdict.ESCALATE, 1, ("threat",))
    item = desk.queued("c1")
    card = part(page_of(signed_in(desk, who), item.id), "author")
    assert "Verdicts 1 escalated" in in_words(card)
    shown = ["A silly secret.", f'href="/review/{before.id}"', "escalated as threat by a moderator"]
    assert [said in card for said in shown] == [sees] * 3
    assert ("This comment waits for a lead." in card) is not sees


def test_in_a_thread_what_waits_for_a_lead_stays_readable(desk: Desk) -> None:
    desk.hand_in("top", "The library is closed.")
    parent = desk.queued("p1", "A silly parent.", parent_id="top", author=Author("u4", "Otto"))
    beside = desk.queued("s1", "A silly sibling.", parent_id="p1", author=Author("u5", "Ines"))
    item = desk.queued("c1", parent_id="p1")
    below = desk.queued("r1", "A silly reply.", parent_id="c1", author=Author("u6", "Nele"))
    for other in (parent, beside, below):
        give_verdict(desk.services, desk.person("bo"), other.id, Verdict.ESCALATE, 1)
    said = in_words(page_of(signed_in(desk, "mona"), item.id))
    for text in ("A silly parent.", "A silly sibling.", "A silly reply."):
        assert text in said


def test_what_an_author_had_erased_is_in_no_history(desk: Desk) -> None:
    desk.queued("o1", "A silly secret.")
    erase(desk.services, desk.site, "o1")
    item = desk.queued("c1")
    card = part(page_of(signed_in(desk, "mona"), item.id), "author")
    assert "1 comment here" in card
    assert "secret" not in card


def test_who_is_not_named_has_no_history(desk: Desk) -> None:
    item = desk.queued("c1", author=Author())
    page = page_of(signed_in(desk, "mona"), item.id)
    assert "The site names nobody who could be known again." in page


def test_a_report_leads_to_the_version_it_was_about(desk: Desk) -> None:
    desk.queued("c1", "You silly old goose.")
    report(desk, "He <b>means</b> me.", reason="insulting", by="u9")
    report(desk, "So do I think.")
    item = desk.queued("c1", "You silly old swan.")
    report(desk, "Still me.", reason="insulting", by="u9")
    page = page_of(signed_in(desk, "mona"), item.id)
    card = part(page, "objections")
    assert "3 reports by 2 people" in card
    assert "insulting (2)" in card
    assert card.count("Report by") == 1
    assert "and again" in card
    assert "He &lt;b&gt;means&lt;/b&gt; me." in card
    assert card.count('href="#version-1"') == 2
    version = page.split('id="version-1"', 1)[1].split("</li>", 1)[0]
    assert "<del>goose.</del><ins>swan.</ins>" in version


def test_a_moderators_note_is_shown_to_the_others_as_text(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    form = {
        "text": "<script>alert(1)</script>\r\nSecond line\u202e.",
        "csrf_token": token(client),
        "label": "insult",
    }
    reply = client.post(f"/review/{item.id}/note", data=form)
    assert reply.status_code == 303
    assert reply.location == f"/review/{item.id}?label=insult#notes"
    page = page_of(signed_in(desk, "bo"), item.id)
    card = part(page, "notes")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nSecond line" in card
    assert "right-to-left override" in card
    assert "Mona" in card
    assert "note by Mona" in in_words(part(page, "timeline"))


@pytest.mark.parametrize(
    ("form", "status"),
    [({"text": "No token."}, 400), ({"text": " "}, 400), ({"text": "n" * 2001}, 400), ({}, 400)],
)
def test_a_note_that_is_refused_is_not_kept(desk: Desk, form: dict[str, str], status: int) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    if form.get("text") != "No token.":
        form = form | {"csrf_token": token(client)}
    assert client.post(f"/review/{item.id}/note", data=form).status_code == status
    with desk.services.store.read() as work:
        assert work.notes.of_item(item.id) == []


def test_a_note_on_what_waits_for_a_lead_is_not_for_everybody(desk: Desk) -> None:
    item = desk.queued("c1")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    for name, status in (("bo", 403), ("mona", 303), ("lea", 303)):
        client = signed_in(desk, name)
        form = {"text": f"From {name}.", "csrf_token": token(client)}
        assert client.post(f"/review/{item.id}/note", data=form).status_code == status


def test_the_whole_timeline_is_on_the_page_the_older_part_folded(desk: Desk) -> None:
    item = desk.queued("c1")
    mona, lea = desk.person("mona"), desk.person("lea")
    for _ in range(10):
        for person in (mona, lea):
            claim_item(desk.services, person, item.id)
            release_item(desk.services, person, item.id)
            desk.clock.advance(minutes=1)
    claim_item(desk.services, mona, item.id)
    claim_item(desk.services, lea, item.id, take_over=True)
    give_verdict(desk.services, lea, item.id, Verdict.REJECT, 1, ("insult",))
    undo_verdict(desk.services, lea, item.id)
    add_note(desk.services, mona, item.id, "Was it a joke?")
    card = part(page_of(signed_in(desk, "bo"), item.id), "timeline")
    in_view, _, folded = card.partition("<details>")
    assert in_view.count("<li") == 8
    assert "38 earlier" in folded
    assert card.count("<li") == 46
    assert "came into the queue" in in_words(folded)
    told = in_words(in_view)
    assert told.index("note by Mona") < told.index("took back “rejected as insult” by Lea")
    assert "rejected as insult by Lea and taken back" in told
    assert "taken over by Lea" in told
    assert 'title="1 March 2026, 12:21:00 UTC"' in in_view


def test_a_text_that_was_removed_can_still_be_read_by_moderators(desk: Desk) -> None:
    item = desk.queued("c1", "A silly removed text.")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    desk.clock.time += timedelta(days=200)
    page = page_of(signed_in(desk, "mona"), item.id)
    assert "removed text." in page
    assert "The comment is rejected." in page
