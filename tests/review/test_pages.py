"""What the pages answer to whom, asked without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Role
from moderation.errors import NotScored
from moderation.labels import Label
from moderation.review_queue import Verdict
from moderation.scoring.scorer import EncoderShare, Scorer, Span
from moderation.settings import Settings
from moderation.stored import Objection, QueueFilter
from moderation.web.app import create_app
from moderation.web.headers import CONTENT_SECURITY_POLICY
from moderation.workflow.intake import erase, submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.factories import a_new_comment
from tests.review.conftest import Desk, signed_in, token


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status
    return reply.get_data(as_text=True)


def decide(client: FlaskClient, item: str, verdict: str, version: int | str = 1) -> tuple[int, str]:
    form = {"verdict": verdict, "version": version, "csrf_token": token(client)}
    reply = client.post(f"/review/{item}/verdict", data=form)
    return reply.status_code, reply.get_data(as_text=True)


def test_home_leads_to_the_desk_and_a_stranger_to_the_sign_in(desk: Desk) -> None:
    client = desk.app.test_client()
    assert client.get("/").location == "/review"
    reply = client.get("/review?label=insult")
    assert reply.status_code == 302
    assert reply.location == "/login?next=/review%3Flabel%3Dinsult"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/review/queue?label=insult", "/review/queue?label=insult"),
        # A verdict sent after the session ended: back to the comment, not to a dead address.
        ("/review/abc/verdict", "/review/abc"),
        ("", "/review"),
        ("/nowhere", "/review"),
        ("https://evil.example/review", "/review"),
        ("//evil.example/review", "/review"),
        ("/\\evil.example", "/review"),
        ("/\t/evil.example", "/review"),
        ("javascript:alert(1)", "/review"),
    ],
)
def test_signing_in_leads_to_a_page_of_this_service(desk: Desk, wanted: str, target: str) -> None:
    client = signed_in(desk, "mona")
    assert client.get("/login", query_string={"next": wanted}).location == target


def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    reply = client.post(f"/review/{item.id}/verdict", data={"verdict": "approve", "version": 1})
    assert reply.status_code == 400
    assert "This page was out of date" in reply.get_data(as_text=True)
    with desk.services.store.read() as work:
        assert work.queue.item(item.id) == item


def test_too_many_attempts_are_told_on_the_sign_in_page(desk: Desk) -> None:
    settings = Settings(var="unused", secret_key="for tests " * 4, login_rate="2 per minute")
    client = create_app(settings, desk.services).test_client()
    form = {"login": "mona", "password": "no", "csrf_token": token(client)}
    answers = [client.post("/login", data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert "Too many attempts." in answers[2].get_data(as_text=True)


def test_the_desk_is_for_those_who_review(desk: Desk) -> None:
    assert "not yours to see" in text_of(signed_in(desk, "sam"), "/review", 403)


def test_after_signing_out_the_desk_is_closed(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    assert client.post("/logout", data={"csrf_token": token(client)}).status_code == 303
    assert client.get("/review").location == "/login?next=/review"


def test_no_page_needs_more_than_the_strict_policy_allows(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    for path in ("/login", "/review", "/review/queue", f"/review/{item.id}", "/review/none"):
        reply = client.get(path, follow_redirects=True)
        page = reply.get_data(as_text=True)
        assert reply.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        for inline in (" style=", "<style", " onclick=", "javascript:", "https://cdn"):
            assert inline not in page
        assert re.findall(r"<script(?![^>]* src=)", page) == []


def test_the_encoders_share_is_shown_by_label_and_its_words_as_an_estimate(desk: Desk) -> None:
    item = desk.queued("c1", "What a silly idea of yours.")
    client = signed_in(desk, "mona")
    page = text_of(client, f"/review/{item.id}")
    assert "encoder" not in page
    assert "estimate" not in page
    words = (Span(7, 12, Label.INSULT, 1.0), Span(13, 17, Label.INSULT, 1.4))
    desk.scorer.encoder = EncoderShare({Label.INSULT: 2.52, Label.THREAT: -1.25}, words)
    page = text_of(client, f"/review/{item.id}")
    assert "<dt>insult</dt><dd>+2.5</dd>" in page
    assert "<dt>threat</dt><dd>-1.2</dd>" in page
    assert '<span class="estimate" title="estimate: raises insult with the encoder">idea' in page
    both = re.search(r'<mark class="weight-3 estimate"[^>]*>silly(.*?)</mark>', page)
    assert both
    assert both[1] == '<span class="unseen"> (estimate)</span>'
    assert "Dotted underline" in page


def test_an_encoders_share_without_words_underlines_none(desk: Desk) -> None:
    item = desk.queued("c1", "What a silly idea of yours.")
    desk.scorer.encoder = EncoderShare({Label.INSULT: 2.5}, None)
    page = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "<dt>insult</dt><dd>+2.5</dd>" in page
    assert "Dotted underline" not in page


def test_nothing_is_explained_before_somebody_looks(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "mona")
    before = desk.scorer.asked
    text_of(client, "/review/queue")
    assert desk.scorer.asked == before
    text_of(client, f"/review/{item.id}")
    assert desk.scorer.asked == before + 1


def test_an_escalated_comment_is_for_leads_and_for_who_escalated_it(desk: Desk) -> None:
    item = desk.queued("c1")
    assert decide(signed_in(desk, "mona"), item.id, "escalate")[0] == 303
    seen_again = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "waits for a lead" in seen_again
    assert 'value="approve"' not in seen_again
    bos = signed_in(desk, "bo")
    text_of(bos, f"/review/{item.id}", 403)
    assert decide(bos, item.id, "approve", 2)[0] == 403
    assert "Nothing waits for you" in text_of(bos, "/review")
    assert "Escalated by Mona" in text_of(signed_in(desk, "lea"), "/review")
    assert decide(signed_in(desk, "lea"), item.id, "approve", 2)[0] == 303


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("act", ["verdict", "undo", "claim", "release", "renew", "note"])
def test_a_refusal_shows_nothing_of_an_escalated_comment(
    desk: Desk, act: str, *, as_json: bool
) -> None:
    item = desk.queued("c1", "What a silly idea.")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    claim_next(desk.services, desk.person("lea"), QueueFilter())
    client = signed_in(desk, "bo")
    form = {"verdict": "approve", "version": 1, "text": "Look.", "csrf_token": token(client)}
    headers = {"Accept": "application/json"} if as_json else {}
    reply = client.post(f"/review/{item.id}/{act}", data=form, headers=headers)
    assert reply.status_code in (403, 409)
    assert "silly" not in reply.text
    assert "Lea" not in reply.text
    assert item.id not in reply.text


def test_a_late_verdict_is_told_who_escalated_the_comment(desk: Desk) -> None:
    item = desk.queued("c1")
    client = signed_in(desk, "bo")
    assert decide(client, item.id, "skip")[0] == 303
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    status, page = decide(client, item.id, "approve")
    assert (status, "Escalated by Mona" in page) == (409, True)


def test_who_is_no_lead_any_more_is_shown_another_comment(desk: Desk) -> None:
    item = desk.queued("c1", "What a silly idea.")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    client = signed_in(desk, "lea")
    assert item.id in text_of(client, "/review")
    other = desk.queued("c2")
    with desk.services.store.write() as work:
        work.accounts.put_user(replace(desk.person("lea"), role=Role.MODERATOR))
        work.commit()
    assert other.id in text_of(client, "/review")


def test_a_lead_who_escalates_is_shown_another_comment_first(desk: Desk) -> None:
    item = desk.queued("c1", "The first silly idea.")
    desk.queued("c2", "The second silly idea.")
    client = signed_in(desk, "lea")
    assert decide(client, item.id, "escalate")[0] == 303
    assert "Comment by Reader One" in text_of(client, "/review")
    with desk.services.store.read() as work:
        [held] = work.queue.held_by("lea", desk.clock())
    assert held.id != item.id


def test_who_takes_another_comment_gives_back_the_one_before(desk: Desk) -> None:
    first, second = desk.queued("c1"), desk.queued("c2")
    client = signed_in(desk, "mona")
    for item in (first, second):
        form = {"csrf_token": token(client)}
        assert client.post(f"/review/{item.id}/claim", data=form).status_code == 303
    with desk.services.store.read() as work:
        holders = [
            (found.held_by(desk.clock()) if (found := work.queue.item(item.id)) else "?")
            for item in (first, second)
        ]
    assert holders == [None, "mona"]


def test_the_same_verdict_after_a_colleague_is_no_error_and_says_so(desk: Desk) -> None:
    item = desk.queued("c1")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    client = signed_in(desk, "mona")
    assert decide(client, item.id, "reject")[0] == 303
    assert "Rejected by Bo before you" in text_of(client, "/review")


def test_an_edited_comment_sends_the_verdict_back(desk: Desk) -> None:
    item = desk.queued("c1", "A silly idea.")
    desk.queued("c1", "Another silly idea.")
    status, page = decide(signed_in(desk, "mona"), item.id, "approve")
    assert status == 409
    assert "The comment has changed" in page
    assert "Another silly idea." in page


@pytest.mark.parametrize(
    ("verdict", "version"), [("maybe", 1), ("", 1), ("approve", "one"), ("approve", "²")]
)
def test_a_verdict_that_is_none_is_refused(desk: Desk, verdict: str, version: int | str) -> None:
    item = desk.queued("c1")
    assert decide(signed_in(desk, "mona"), item.id, verdict, version)[0] == 400


def test_what_a_colleague_undid_cannot_be_undone(desk: Desk) -> None:
    item = desk.queued("c1")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    client = signed_in(desk, "mona")
    reply = client.post(f"/review/{item.id}/undo", data={"csrf_token": token(client)})
    assert reply.status_code == 409
    assert "Rejected by Bo" in reply.get_data(as_text=True)


def test_a_renewal_that_fails_is_told_in_json(desk: Desk) -> None:
    item = desk.queued("c1")
    claim_next(desk.services, desk.person("bo"), QueueFilter())
    client = signed_in(desk, "mona")
    headers = {"X-CSRFToken": token(client), "Accept": "application/json"}
    reply = client.post(f"/review/{item.id}/renew", headers=headers)
    assert reply.status_code == 409
    assert reply.get_json()["error"]["code"] == "not_held"


def test_the_page_opens_without_a_model(desk: Desk) -> None:
    item = desk.queued("c1", "What a silly idea.")

    class NoModel:
        def current(self) -> Scorer:
            raise NotScored("No model can be loaded.")

    app = create_app(
        Settings(var="unused", secret_key="for tests " * 4, login_rate="999/minute"),
        replace(desk.services, scorers=NoModel()),
    )
    page = text_of(signed_in(replace(desk, app=app), "mona"), f"/review/{item.id}")
    assert "What a silly idea." in page
    assert "<mark" not in page


def test_a_page_opens_when_the_model_breaks_on_its_comment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = desk.queued("c1", "What a silly idea.")

    def break_down(*_: object, **__: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.services.scorers.current(), "assess", break_down)
    page = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "What a silly idea." in page
    assert "<mark" not in page


@pytest.mark.parametrize(
    "path", ["/review/a%00b", "/review?site=a%00", "/review/queue?cursor=1:%00"]
)
def test_a_nul_is_named_before_a_database_meets_it(desk: Desk, path: str) -> None:
    assert "holds a NUL" in text_of(signed_in(desk, "mona"), path, 400)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"/review/queue?order=reported&cursor=reported|{1 << 70}|0.5|a", "cursor"),
        ("/review?escalated=no", "escalated"),
    ],
)
def test_a_choice_that_no_page_gave_is_named(desk: Desk, path: str, field: str) -> None:
    assert f"{field}: must be" in text_of(signed_in(desk, "mona"), path, 400)


def test_an_erased_comment_is_gone_from_every_page(desk: Desk) -> None:
    item = desk.queued("c1", "A silly secret.")
    client = signed_in(desk, "mona")
    assert decide(client, item.id, "reject")[0] == 303
    erase(desk.services, desk.site, "c1")
    for path, status in (
        ("/review", 200),
        ("/review/queue", 200),
        (f"/review/{item.id}", 410),
    ):
        assert "secret" not in text_of(client, path, status)


def test_reports_earlier_texts_and_the_record_are_on_the_page(desk: Desk) -> None:
    item = desk.queued("c1", "A silly first text.")
    desk.queued("c1", "A silly second text.")
    report = Objection("report", desk.clock(), "He <b>means</b> me.", "insulting", "u9")
    object_to(desk.services, desk.site, "c1", report)
    page = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "He &lt;b&gt;means&lt;/b&gt; me." in page
    assert "reported by a reader" in page
    assert "1 earlier version" in page
    assert "edited by its author" in page
    assert "keywords-1" in page


def test_a_chosen_kind_is_reviewed_to_its_end(desk: Desk) -> None:
    desk.queued("c1", "A silly idea.")
    wanted = desk.queued("c2", "A silly idea about bitcoin.")
    client = signed_in(desk, "mona")
    assert "about bitcoin" in text_of(client, "/review?label=off_topic").replace("</mark>", "")
    form = {
        "verdict": "reject",
        "version": 1,
        "label": "off_topic",
        "csrf_token": token(client),
    }
    reply = client.post(f"/review/{wanted.id}/verdict", data=form)
    assert reply.location == "/review?label=off_topic"
    assert "No comment fits this choice" in text_of(client, reply.location)


def test_an_article_link_that_is_no_web_address_is_not_a_link(desk: Desk) -> None:
    with desk.services.store.write() as work:
        article = work.articles.get(desk.site.id, "library")
        assert article is not None
        work.articles.put(replace(article, url="javascript:alert(1)"), desk.clock())
        work.commit()
    item = desk.queued("c1")
    assert "javascript:" not in text_of(signed_in(desk, "mona"), f"/review/{item.id}")


def test_an_answer_whose_parent_is_missing_says_so(desk: Desk) -> None:
    item = desk.queued("c1", parent_id="not-here-yet")
    page = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "It answers a comment that has not arrived." in page


def test_a_comment_without_an_article_is_shown_all_the_same(desk: Desk) -> None:
    new = a_new_comment("c9", "A silly remark.")
    item = submit(desk.services, desk.site, new).item
    assert item is not None
    page = text_of(signed_in(desk, "mona"), f"/review/{item.id}")
    assert "No article came with this comment." in page
    assert "not judged" in page


def test_a_session_ends_after_its_hours(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    desk.clock.time += timedelta(hours=13)
    assert client.get("/review").status_code == 302
