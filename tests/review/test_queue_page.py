"""The page of the queue: what waits, what can be chosen, what is kept, and its counts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.review_queue import Verdict
from moderation.stored import Facets, Objection, QueueFilter, QueueOrder
from moderation.web.review.queue_view import SHOWN, args_of, chips, groups, orders
from moderation.workflow.intake import submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict
from moderation.workflow.saved_filters import MOST
from tests.factories import a_new_comment, a_site
from tests.review.conftest import Desk, signed_in, token


def page_of(client: FlaskClient, path: str, status: int = 200) -> str:
    reply = client.get(path, follow_redirects=True)
    assert reply.status_code == status
    return reply.get_data(as_text=True)


def in_order(page: str) -> list[str]:
    """The excerpts of the list, from top to bottom."""
    listing = page.partition('class="listing"')[2]
    return re.findall(r'<span class="excerpt" dir="auto">(.*?)</span>', listing)


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data=form | {"csrf_token": token(client)})


@pytest.fixture
def four(desk: Desk) -> Desk:
    """Four that wait: one off-topic, one in German, one reported, one of another site."""
    desk.queued("c1", "A silly idea.")
    desk.queued("c2", "A silly idea about bitcoin.")
    desk.queued("c3", "A silly report.")
    object_to(desk.services, desk.site, "c3", Objection("report", desk.clock(), by="r1"))
    weekly = a_site("weekly")
    with desk.services.store.write() as work:
        work.sites.put(replace(weekly, name="The Weekly", language="de"))
        work.commit()
    desk.clock.advance(minutes=1)
    german = replace(weekly, language="de")
    submit(desk.services, german, a_new_comment("w1", "Eine silly Idee."))
    return desk


def test_the_queue_lists_what_waits_with_reasons_and_counts(four: Desk) -> None:
    page = page_of(signed_in(four, "mona"), "/review/queue")
    assert in_order(page)[0] == "A silly report."  # what a reader reported goes before all else
    assert "not about what it stands under (0.80)" in page
    shown = dict(re.findall(r'data-count="([^"]+)">(\d+)<', page))
    assert shown == {
        "waiting": "4",
        "label:toxicity": "4",
        "label:insult": "4",
        "label:off_topic": "1",
        "reason:language": "1",
        "reason:reported": "1",
        "site:daily": "3",
        "site:weekly": "1",
        "language:en": "3",
        "language:de": "1",
    }


def test_choices_add_up_and_each_can_be_taken_off(four: Desk) -> None:
    client = signed_in(four, "mona")
    page = page_of(client, "/review/queue?site=daily&label=off_topic")
    assert in_order(page) == ["A silly idea about bitcoin."]
    assert 'Chosen: <span data-count="fitting">1</span>' in page
    assert 'href="/review/queue?label=off_topic"><bdi>Site: The Daily</bdi>' in page
    assert 'href="/review/queue?site=daily"><bdi>Label: off-topic</bdi>' in page
    assert 'href="/review?site=daily&amp;label=off_topic"' in page
    none = page_of(client, "/review/queue?site=weekly&label=off_topic&language=en&reason=reported")
    assert "Nothing waits here" in none


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("oldest", "A silly idea."),
        ("newest", "Eine silly Idee."),
        ("reported", "A silly report."),
        ("severest", "A silly report."),
        ("rank", "A silly report."),
    ],
)
def test_the_order_is_chosen_for_the_list_and_for_what_comes_next(
    four: Desk, order: str, first: str
) -> None:
    client = signed_in(four, "mona")
    page = page_of(client, f"/review/queue?order={order}")
    assert in_order(page)[0] == first
    assert len(in_order(page)) == 4
    item = claim_next(four.services, four.person("bo"), QueueFilter(order=QueueOrder(order)))
    assert item is not None
    with four.services.store.read() as work:
        comment = work.comments.by_key(item.comment_key)
    assert comment is not None
    assert comment.text == first


def test_an_order_that_is_none_is_the_callers_mistake(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    assert client.get("/review/queue?order=random").status_code == 400
    assert client.get("/review?order=random").status_code == 400


def test_escalated_ones_are_offered_to_leads_alone(desk: Desk) -> None:
    item = desk.queued("c1")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    for name in ("bo", "mona"):
        page = page_of(signed_in(desk, name), "/review/queue")
        assert "Nothing waits here" in page
        assert "silly" not in page
    lead = signed_in(desk, "lea")
    assert 'data-count="escalated:yes">1<' in page_of(lead, "/review/queue")
    chosen = page_of(lead, "/review/queue?escalated=yes")
    assert in_order(chosen) == ["What a silly idea."]
    assert lead.get("/review/counts").get_json()["escalated:yes"] == 1
    assert "escalated:yes" not in signed_in(desk, "bo").get("/review/counts").get_json()


def test_what_one_holds_is_shown_whatever_is_chosen(four: Desk) -> None:
    mona = signed_in(four, "mona")
    assert "You are reviewing this one" not in page_of(mona, "/review/queue")
    held = claim_next(four.services, four.person("mona"), QueueFilter(reason="reported"))
    assert held is not None
    page = page_of(mona, "/review/queue?label=off_topic")
    card = page.partition('class="card held"')[2].partition("</section>")[0]
    assert "A silly report." in card
    assert "It comes first, whatever you choose below" in card
    assert f'href="/review/{held.id}?label=off_topic"' in card
    reply = post(mona, f"/review/{held.id}/release", label="off_topic")
    assert reply.location == "/review/queue?label=off_topic"
    assert "You are reviewing this one" not in page_of(mona, reply.location)
    assert "about bitcoin" in page_of(mona, "/review?label=off_topic").replace("</mark>", "")


def test_counts_are_told_without_the_page(four: Desk) -> None:
    client = signed_in(four, "mona")
    counts = client.get("/review/counts?site=daily").get_json()
    assert (counts["waiting"], counts["fitting"], counts["site:weekly"]) == (4, 3, 1)
    assert "language:de" not in counts
    item = claim_next(four.services, four.person("bo"), QueueFilter(label="off_topic"))
    assert item is not None
    give_verdict(four.services, four.person("bo"), item.id, Verdict.REJECT, 1)
    counts = client.get("/review/counts?site=daily").get_json()
    assert (counts["waiting"], counts["fitting"]) == (3, 2)
    assert "label:off_topic" not in counts
    stranger = four.app.test_client().get("/review/counts")
    assert stranger.status_code == 302


def test_a_filter_is_saved_used_replaced_and_removed_by_its_owner(four: Desk) -> None:
    mona, bo = signed_in(four, "mona"), signed_in(four, "bo")
    reply = post(
        mona, "/review/filters", name=" My  <b>worst</b> ", label="off_topic", order="newest"
    )
    assert reply.location == "/review/queue?label=off_topic&order=newest"
    page = page_of(mona, reply.location)
    assert "Saved as My &lt;b&gt;worst&lt;/b&gt;." in page
    assert 'href="/review/queue?label=off_topic&amp;order=newest" aria-current="true"' in page
    assert "Your filters" not in page_of(bo, "/review/queue")
    post(mona, "/review/filters", name="My <b>worst</b>", language="de")
    page = page_of(mona, "/review/queue")
    assert 'href="/review/queue?language=de" ><bdi>My' in page
    (removal,) = set(re.findall(r"/review/filters/\w+/remove", page))
    assert post(bo, removal).status_code == 404
    assert post(mona, removal).status_code == 303
    assert "Your filters" not in page_of(mona, "/review/queue")


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "label": "insult"},
        {"name": "x" * 61, "label": "insult"},
        {"name": "all of it"},
        {"name": "bell\x07", "label": "insult"},
    ],
)
def test_a_filter_without_a_name_or_a_choice_is_refused(desk: Desk, form: dict[str, str]) -> None:
    assert post(signed_in(desk, "mona"), "/review/filters", **form).status_code == 400


def test_nobody_keeps_more_filters_than_fit_on_the_page(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    answers = [
        post(client, "/review/filters", name=f"filter {n}", label="insult").status_code
        for n in range(MOST + 1)
    ]
    assert answers == [303] * MOST + [400]


def test_a_long_list_of_values_is_folded_and_what_is_chosen_stays_in_sight() -> None:
    counted = {f"l{number:02}": 100 - number for number in range(SHOWN + 5)}
    rare = f"l{SHOWN + 4:02}"
    facets = Facets(1, {"language": counted})
    (group,) = groups(facets, {"language": rare}, {}, with_escalated=False)
    assert [option.name for option in group.options][:2] == [rare, "l00"]
    assert (len(group.options), len(group.folded)) == (SHOWN, 5)


def test_a_chosen_value_that_nothing_has_can_still_be_taken_off() -> None:
    chosen = {"label": "threat", "site": "gone", "escalated": "yes", "order": "oldest"}
    assert [chip.name for chip in chips(chosen, {})] == [
        "Label: threat",
        "Site: gone",
        "Escalated",
    ]
    found = groups(Facets(0, {}), chosen, {}, with_escalated=True)
    assert [(group.name, group.options[0].count) for group in found] == [
        ("Label", 0),
        ("Site", 0),
        ("For leads", 0),
    ]
    assert [option.name for option in orders(chosen) if option.chosen] == ["Oldest"]


def test_a_filter_stands_in_an_address_as_the_page_reads_it() -> None:
    wanted = QueueFilter("daily", "reported", "insult", "de", True, order=QueueOrder.OLDEST)
    assert args_of(wanted) == {
        "site": "daily",
        "reason": "reported",
        "label": "insult",
        "language": "de",
        "escalated": "yes",
        "order": "oldest",
    }
    assert args_of(QueueFilter()) == {}


def test_what_no_model_has_scored_can_be_read_and_decided(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.scorer, "assess", break_down)
    item = desk.queued("c1", "What a silly idea.")
    client = signed_in(desk, "mona")
    assert "Not scored" in page_of(client, "/review/queue")
    page = page_of(client, f"/review/{item.id}")
    assert "not scored when it came" in page
    assert "No model has scored it." in page
    assert "Scored by model" not in page
