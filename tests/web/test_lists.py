"""What a site gets in pages and numbers, and what a call that is sent again does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.accounts import Role
from moderation.stored import QueueFilter
from moderation.workflow import Services
from tests.factories import Clock
from tests.web.conftest import Caller, fault

Person = Callable[..., Caller]


@pytest.fixture
def five(program: Caller, clock: Clock) -> Caller:
    """The program of a site that has handed in five comments, two of them for review."""
    for number in range(5):
        text = "You silly goose." if number % 2 else "Thank you."
        assert program.post("/v1/comments", {"id": f"c{number}", "text": text}).status_code == 201
        clock.advance(minutes=1)
    return program


def _pages(caller: Caller, path: str, field: str) -> list[list[str]]:
    pages, cursor = [], ""
    while cursor is not None:
        answer = caller.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200
        pages.append([one["id"] for one in answer.json[field]])
        cursor = answer.json["next_cursor"]
    return pages


def test_comments_are_listed_page_by_page_latest_first(five: Caller) -> None:
    assert _pages(five, "/v1/comments?limit=2", "comments") == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert _pages(five, "/v1/comments?status=held", "comments") == [["c3", "c1"]]
    assert _pages(five, "/v1/comments?limit=5", "comments") == [["c4", "c3", "c2", "c1", "c0"]]


def test_a_listed_comment_is_what_is_shown_of_it_alone(five: Caller) -> None:
    (first, *_) = five.get("/v1/comments?status=held").json["comments"]
    assert first == five.get("/v1/comments/c3").json
    assert first["item_id"]


def test_what_comes_meanwhile_moves_nothing_on_later_pages(five: Caller) -> None:
    page = five.get("/v1/comments?limit=2").json
    five.post("/v1/comments", {"id": "new", "text": "Hello."})
    five.send("DELETE", "/v1/comments/c2")
    rest = five.get(f"/v1/comments?cursor={page['next_cursor']}").json
    assert [one["id"] for one in rest["comments"]] == ["c1", "c0"]


def test_a_site_lists_its_own(five: Caller, other_program: Caller) -> None:
    assert other_program.get("/v1/comments").json == {"comments": [], "next_cursor": None}
    assert other_program.get("/v1/articles").json == {"articles": [], "next_cursor": None}


def test_articles_are_listed_in_order_of_their_ids(program: Caller) -> None:
    for name in ("b/2", "a", "c d"):
        program.send("PUT", f"/v1/articles/{name}", {"title": name, "text": "A text."})
    assert _pages(program, "/v1/articles?limit=2", "articles") == [["a", "b/2"], ["c d"]]
    (first, *_) = program.get("/v1/articles").json["articles"]
    assert sorted(first) == ["id", "title", "updated_at", "url"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/comments?limit=0", "limit"),
        ("/v1/comments?limit=201", "limit"),
        ("/v1/comments?limit=many", "limit"),
        ("/v1/comments?status=gone", "status"),
        ("/v1/comments?cursor=", "cursor"),
        ("/v1/comments?cursor=12-xyz", "cursor"),
        ("/v1/comments?cursor=" + "9" * 18 + "-" + "0" * 32, "cursor"),
        ("/v1/comments?page=2", "page"),
        ("/v1/articles?cursor=", "cursor"),
        ("/v1/articles?cursor=a%00b", "cursor"),
        ("/v1/articles?cursor=" + "x" * 201, "cursor"),
        ("/v1/stats?days=3", "days"),
        ("/v1/stats?site=", "site"),
        ("/v1/stats?site=weekly", "site"),
    ],
)
def test_what_no_list_knows_is_named(program: Caller, path: str, field: str) -> None:
    answer = program.get(path)
    assert answer.status_code == 400
    assert answer.json["error"]["details"]["field"] == field


def test_a_site_sees_its_numbers(five: Caller, other_program: Caller, person: Person) -> None:
    item = person().post("/v1/queue/claim").json["item"]
    person().post(f"/v1/queue/{item['id']}/verdict", {"verdict": "reject", "version": 1})
    other_program.post("/v1/comments", {"id": "x", "text": "You idiot."})
    found = five.get("/v1/stats").json
    assert found["site"] == "daily"
    assert found["comments"] == {
        "total": 5,
        "not_scored": 0,
        "by_status": {"published": 3, "held": 1, "rejected": 1},
        "by_decision": {"allow": 3, "review": 2, "block": 0},
        "by_model": {"keywords-1": 5},
        "share_held": 0.4,
    }
    assert found["queue"]["open"] == 1
    assert found["verdicts"][0] == {"day": "2026-03-01", "approved": 0, "rejected": 1}
    assert [day["day"] for day in found["verdicts"]][-1] == "2026-02-23"


def test_a_person_sees_the_numbers_of_all_sites_or_of_one(
    five: Caller, other_program: Caller, person: Person
) -> None:
    other_program.post("/v1/comments", {"id": "x", "text": "You idiot."})
    for role in (Role.MODERATOR, Role.SCIENTIST):
        caller = person(role.value, role)
        every = caller.get("/v1/stats").json
        assert (every["site"], every["comments"]["total"]) == (None, 6)
        assert every["comments"]["by_decision"]["block"] == 1
        assert caller.get("/v1/stats?site=weekly").json["comments"]["total"] == 1
        fault(caller.get("/v1/stats?site=nowhere"), 404, "not_found")


def test_what_waits_for_a_lead_is_counted_for_leads_alone(five: Caller, person: Person) -> None:
    mona = person()
    item = mona.post("/v1/queue/claim").json["item"]
    mona.post(f"/v1/queue/{item['id']}/verdict", {"verdict": "escalate", "version": 1})
    assert mona.get("/v1/stats").json["queue"]["escalated"] == 0
    assert person("lena", Role.LEAD).get("/v1/stats").json["queue"]["escalated"] == 1


def test_the_numbers_of_nothing_are_noughts(program: Caller) -> None:
    found = program.get("/v1/stats").json
    assert found["comments"]["share_held"] is None
    assert found["comments"]["total"] == 0
    assert found["queue"] == {"open": 0, "escalated": 0}


# Calls that are sent again, because their answer was lost.


def _reports(web: Services) -> int:
    with web.store.read() as work:
        (item,) = work.queue.waiting(QueueFilter(site_id="daily", reason="reported"), 5).items
        return item.reports


@pytest.mark.parametrize("key", ["abc", '"abc"', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])
def test_a_report_that_is_sent_again_under_its_key_counts_once(
    five: Caller, web: Services, key: str
) -> None:
    def send(path: str, body: object, key: str) -> object:
        headers = {"Authorization": f"Bearer {five.secret}", "Idempotency-Key": key}
        return five.client.post(path, json=body, headers=headers)

    path, body = "/v1/comments/c0/reports", {"text": "Rude."}
    first, again = send(path, body, key), send(path, body, key)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert _reports(web) == 1
    fault(send(path, {"text": "Other."}, key), 422, "key_reused", "Idempotency-Key")
    assert send(path, body, "another").status_code == 201
    assert _reports(web) == 2
    fault(send(path, body, "a b"), 400, "invalid_input", "Idempotency-Key")
    for none in ("", '""'):
        fault(send(path, body, none), 400, "invalid_input", "Idempotency-Key")
    fault(send(path, body, "x" * 256), 400, "invalid_input", "Idempotency-Key")


def test_a_report_without_a_key_counts_by_person_or_each_time(five: Caller, web: Services) -> None:
    for _ in range(2):
        five.post("/v1/comments/c0/reports", {"by": "u1"})
    assert _reports(web) == 1
    for _ in range(2):
        five.post("/v1/comments/c0/reports")
    assert _reports(web) == 3


def test_an_article_or_a_comment_that_is_sent_again_is_there_once(five: Caller) -> None:
    article, comment = {"title": "A", "text": "B"}, {"id": "c9", "text": "Hello."}
    puts = [five.send("PUT", "/v1/articles/a", article) for _ in range(2)]
    assert puts[0].json == puts[1].json
    first, again = (five.post("/v1/comments", comment) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert [five.send("DELETE", "/v1/comments/c9").status_code for _ in range(2)] == [204, 204]
    assert five.get("/v1/stats").json["comments"]["total"] == 5


def test_acts_of_the_queue_can_be_sent_again(five: Caller, person: Person) -> None:
    mona = person()
    first, again = (mona.post("/v1/queue/claim").json["item"] for _ in range(2))
    assert first["id"] == again["id"]
    path = f"/v1/queue/{first['id']}"
    for act in ("claim", "renew", "release"):
        assert [mona.post(f"{path}/{act}").status_code for _ in range(2)] == [200, 200]
    verdict = {"verdict": "reject", "version": first["version"]}
    given, repeated = (mona.post(f"{path}/verdict", verdict) for _ in range(2))
    assert given.json == repeated.json
    sequence = given.json["verdict"]["sequence"]
    undone, once_more = (mona.post(f"{path}/undo", {"sequence": sequence}) for _ in range(2))
    assert (undone.status_code, once_more.status_code) == (200, 200)
    assert undone.json == once_more.json


def test_undoing_again_takes_back_nothing_more(five: Caller, person: Person) -> None:
    mona = person()
    item = mona.post("/v1/queue/claim").json["item"]
    path = f"/v1/queue/{item['id']}"
    mona.post(f"{path}/verdict", {"verdict": "skip", "version": 1})
    given = mona.post(f"{path}/verdict", {"verdict": "reject", "version": 1}).json
    for _ in range(2):
        mona.post(f"{path}/undo", {"sequence": given["verdict"]["sequence"]})
    kinds = [event["kind"] for event in mona.get(path).json["events"]]
    assert kinds.count("undone") == 1
    fault(mona.post(f"{path}/undo", {"sequence": 99}), 409, "conflict")


def test_a_site_s_numbers_need_a_scope(five: Caller, web: Services) -> None:
    with web.store.write() as work:
        (key,) = work.accounts.keys("daily")
        work.accounts.put_key(replace(key, scopes=frozenset({"score"})))
        work.commit()
    fault(five.get("/v1/stats"), 403, "forbidden")
    fault(five.get("/v1/comments"), 403, "forbidden")
