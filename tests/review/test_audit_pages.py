"""What the audit log shows to whom, as a page and as a file, and a moderator's own page."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Role
from moderation.review_queue import Verdict
from moderation.web.review.rendering import UNDO_LIST
from moderation.workflow.reviewing import claim_item, give_verdict
from moderation.workflow.site_policy import change_site
from tests.review.conftest import Desk, send, show, signed_in, token


def test_the_log_shows_who_did_what_and_the_file_says_it_without_names(
    desk: Desk, ada: FlaskClient
) -> None:
    item = desk.queued("=c1", "What a silly idea.")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.REJECT, 1, ("insult",))
    send(ada, "/admin/users/mona", name="Mona Secret", role="lead", active="yes")
    change_site(desk.services, None, replace(desk.site, name="The Nightly"))
    page = show(ada, "/admin/audit")
    assert "rejected as insult" in page
    assert "name: Mona → Mona Secret" in page
    assert "Name: “The Nightly”, was “The Daily”" in page
    assert "signed in" in page
    assert "rejected as insult" not in show(ada, "/admin/audit?who=bo")
    assert "rejected as insult" in show(ada, "/admin/audit?about=%3Dc1&kind=decided")
    answer = ada.get("/admin/audit.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    kinds = [row["kind"] for row in rows]
    assert kinds == ["decided", "opened", "change_site", "change_user", "sign_in"]
    (verdict,) = [row for row in rows if row["kind"] == "decided"]
    assert verdict["comment"] == "'=c1"
    assert (verdict["actor"], verdict["verdict"], verdict["labels"]) == ("mona", "reject", "insult")
    assert "Mona" not in answer.text
    assert "example.org" not in answer.text
    only = list(csv.DictReader(io.StringIO(ada.get("/admin/audit.csv?kind=decided").text)))
    assert only == [verdict]


def test_an_attempt_on_a_login_that_is_not_there_is_told_without_it(
    desk: Desk, ada: FlaskClient
) -> None:
    client = desk.app.test_client()
    form = {"login": "hunter2hunter2", "password": "any", "csrf_token": token(client)}
    assert client.post("/login", data=form).status_code == 403
    page = show(ada, "/admin/audit?kind=sign_in_unknown")
    assert "a login that is not there was tried" in page
    assert "signed in" not in page
    (row,) = csv.DictReader(io.StringIO(show(ada, "/admin/audit.csv?kind=sign_in_unknown")))
    assert [value for value in row.values() if value] == [row["at"], "sign_in_unknown"]
    assert "hunter2" not in page


def test_a_lead_reads_of_comments_alone(desk: Desk, ada: FlaskClient) -> None:
    desk.queued("c1")
    send(ada, "/admin/users/mona", name="Mona B", role="lead", active="yes")
    lea = signed_in(desk, "lea")
    assert lea.get("/admin").location == "/admin/audit"
    for page in (show(lea, "/admin/audit"), show(lea, "/admin/audit.csv")):
        assert "opened" in page
        for of_others in ("Mona → Mona B", "change_user", "signed in", "sign_in"):
            assert of_others not in page
    assert "came into the queue" in show(lea, "/admin/audit")
    for path in ("/admin/users", "/admin/keys", "/admin/sites"):
        show(lea, path, 403)


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=9999-12-31",
        "since=0001-01-01",
        "cursor=x",
        "cursor=2026-01-01|0|-1|",
        "cursor=0001-01-01T00:00:00%2B23:00|0|1|",
    ],
)
def test_a_filter_that_cannot_be_is_told(desk: Desk, ada: FlaskClient, query: str) -> None:
    assert ada.get(f"/admin/audit?{query}").status_code == 400
    assert ada.get("/admin/audit?until=2026-03-01&site=nowhere&kind=none").status_code == 200


def test_a_long_log_is_read_a_page_at_a_time(
    desk: Desk, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.web.admin.audit.ENTRIES", 2)
    for number in range(4):
        desk.queued(f"c{number}")
    told, path = [], "/admin/audit?kind=opened"
    while path:
        page = show(ada, path)
        told += re.findall(r"comment <bdi>(c\d)</bdi>", page)
        more = re.search(r'href="(/admin/audit\?cursor=[^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert told == ["c3", "c2", "c1", "c0"]


def test_ones_own_page_can_take_back_as_much_as_the_desk(desk: Desk) -> None:
    for number in range(UNDO_LIST + 2):
        item = desk.queued(f"c{number}")
        give_verdict(desk.services, desk.person("mona"), item.id, Verdict.REJECT, item.version)
    mona = signed_in(desk, "mona")
    on_desk = show(mona, "/review").split('class="card recent"')[1].split("</section>")[0]
    own = show(mona, "/review/me").split('id="undo-title"')[1].split("</section>")[0]
    wanted = re.findall(r"/review/(\w+)/undo", on_desk)
    assert len(wanted) == UNDO_LIST
    assert re.findall(r"/review/(\w+)/undo", own) == wanted


def test_ones_own_page_does_not_show_what_somebody_else_has_escalated_since(desk: Desk) -> None:
    item = desk.queued("c1", "A silly secret.")
    for who, verdict in (("mona", "reject"), ("bo", "approve"), ("bo", "escalate")):
        with desk.services.store.read() as work:
            version = work.queue.items([item.id])[item.id].version
        give_verdict(desk.services, desk.person(who), item.id, Verdict(verdict), version)
    page = show(signed_in(desk, "mona"), "/review/me")
    for part in ("What did not last", "All your verdicts"):
        listed = page.split(part)[1].split("</section>")[0]
        assert "This comment waits for a lead." in listed
        assert "secret" not in listed
        assert item.id not in listed
    assert "since then escalated by Bo" in page
    own = show(signed_in(desk, "bo"), "/review/me")
    assert own.count("A silly secret.") > own.count("This comment waits for a lead.") == 0


def test_who_is_no_lead_any_more_reads_nothing_of_what_was_escalated(desk: Desk) -> None:
    skipped, held = desk.queued("c1", "A silly secret."), desk.queued("c2", "A silly riddle.")
    for item in (skipped, held):
        give_verdict(desk.services, desk.person("bo"), item.id, Verdict.ESCALATE, 1)
    lea = desk.person("lea")
    give_verdict(desk.services, lea, skipped.id, Verdict.SKIP, 2)
    claim_item(desk.services, lea, held.id)
    client = signed_in(desk, "lea")
    assert "A silly secret." in show(client, "/review")
    assert "A silly riddle." in show(client, "/review/queue")
    with desk.services.store.write() as work:
        work.accounts.put_user(replace(lea, role=Role.MODERATOR))
        work.commit()
    for path in ("/review", "/review/me", "/review/queue"):
        page = show(client, path)
        assert "A silly" not in page, path
        assert ("This comment waits for a lead." in page) is (path != "/review/queue")


def test_ones_own_page_tells_of_ones_own_verdicts(desk: Desk) -> None:
    kept, turned = desk.queued("c1", "A silly thing."), desk.queued("c2", "Another silly thing.")
    for item in (kept, turned):
        give_verdict(desk.services, desk.person("mona"), item.id, Verdict.REJECT, 1)
    give_verdict(desk.services, desk.person("bo"), turned.id, Verdict.APPROVE, 2)
    mona = signed_in(desk, "mona")
    page = show(mona, "/review/me")
    assert page.count("2 rejected") == 2
    assert "since then approved by Bo" in page
    what_did_not_last = page.split("What did not last")[1].split("All your verdicts")[0]
    assert "Another silly thing." in what_did_not_last
    assert "A silly thing." not in what_did_not_last
    assert send(mona, f"/review/{kept.id}/undo").status_code == 303
    assert "not in force" in show(mona, "/review/me")
    assert "1 rejected" in show(mona, "/review/me")
    assert "Nobody has decided otherwise." in show(signed_in(desk, "bo"), "/review/me")
