"""`/v1/articles` and `/v1/comments`: what comes in, is read, objected to and erased."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from moderation.accounts import Role
from moderation.assembly import jobs
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.workflow import Services
from tests.factories import KeywordScorer
from tests.web.conftest import Caller, fault

ARTICLE = {"title": "Bridge closed", "text": "The old bridge is closed.", "url": "https://a.test/1"}


def test_an_article_is_kept_and_replaced(program: Caller) -> None:
    for title in ("Bridge closed", "Bridge open"):
        sent = ARTICLE | {"title": title}
        put = program.send("PUT", "/v1/articles/2026/bridge", sent)
        assert put.json == {"id": "2026/bridge"} | sent
        assert program.get("/v1/articles/2026/bridge").json == put.json


SLASHED = ["/2026/11/29/hello#c1", "//a", "a//b/", "/", "/reports", "/c/appeals/"]


def _written(own_id: str) -> list[str]:
    """The ways in which an address may hold an id: its slashes as they are, and escaped."""
    return [quote(own_id, safe="/"), quote(own_id, safe="")]


@pytest.mark.parametrize("own_id", SLASHED)
def test_an_article_s_id_may_have_slashes_anywhere(program: Caller, own_id: str) -> None:
    for written in _written(own_id):
        put = program.send("PUT", f"/v1/articles/{written}", ARTICLE)
        assert put.json == {"id": own_id} | ARTICLE
        assert program.get(f"/v1/articles/{written}").json == put.json


@pytest.mark.parametrize("own_id", SLASHED)
def test_a_comment_s_id_may_have_slashes_anywhere(program: Caller, own_id: str) -> None:
    sent = {"id": own_id, "text": "You silly goose."}
    assert program.post("/v1/comments", sent).status_code == 201
    for written in _written(own_id):
        at = f"/v1/comments/{written}"
        assert program.get(at).json["id"] == own_id
        for kind in ("reports", "appeals"):
            objected = program.post(f"{at}/{kind}", {"by": "u1"})
            assert (objected.status_code, objected.json["id"]) == (201, own_id)
    for written in _written(own_id):
        assert program.send("DELETE", f"/v1/comments/{written}").status_code == 204
        fault(program.get(f"/v1/comments/{written}"), 410, "erased", None)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1969-12-31T23:00:00-02:00", "1970-01-01T01:00:00Z"),
        ("1970-01-01T00:00:00+14:00", None),
        ("2100-12-31T23:59:59-14:00", None),
        ("2101-01-01T01:00:00+02:00", "2100-12-31T23:00:00Z"),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_a_time_lies_within_the_years_as_it_is_told(
    program: Caller, sent: str, kept: str | None
) -> None:
    comment = {"id": "c1", "text": "Hello.", "created_at": sent}
    answer = program.post("/v1/comments", comment)
    if kept is None:
        fault(answer, 400, "invalid_input", "created_at")
        return
    assert answer.json["created_at"] == kept
    again = program.post("/v1/comments", comment | {"created_at": kept})
    assert (again.status_code, again.json) == (200, answer.json)


def test_an_address_without_an_id_is_nobody_s(program: Caller) -> None:
    for method, path in (("GET", "/v1/comments/"), ("GET", "/v1/articles/")):
        fault(program.send(method, path), 404, "not_found", None)
    fault(program.post("/v1/comments//reports"), 405, "method_not_allowed", None)


def test_an_article_belongs_to_its_site(program: Caller, other_program: Caller) -> None:
    program.send("PUT", "/v1/articles/a1", ARTICLE)
    fault(other_program.get("/v1/articles/a1"), 404, "not_found", None)


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("a1", {"title": 1}, "title"),
        ("a1", {"title": "a\x00"}, "title"),
        ("a1", {"url": "javascript:alert(1)"}, "url"),
        ("a1", {"url": "https://[bad"}, "url"),
        ("a1", {"id": "a1"}, "id"),
        ("a%00b", {}, "id"),
        ("a%1Bb", {}, "id"),
        ("%20", {}, "id"),
    ],
)
def test_an_article_that_is_no_good_is_not_kept(
    program: Caller, sqlite_store: SqlStore, path: str, change: dict, field: str
) -> None:
    answer = program.send("PUT", f"/v1/articles/{path}", ARTICLE | change)
    fault(answer, 400, "invalid_input", field)
    with sqlite_store.read() as work:
        assert work.articles.get("daily", "a1") is None


def test_an_article_needs_both_its_parts(program: Caller) -> None:
    answer = program.send("PUT", "/v1/articles/a1", {"title": "Bridge"})
    fault(answer, 400, "invalid_input", "text")


def test_a_new_comment_is_created_and_the_same_again_is_answered_alike(
    program: Caller, scorer: KeywordScorer
) -> None:
    program.send("PUT", "/v1/articles/a1", ARTICLE)
    sent = {
        "id": "c1",
        "text": "You silly goose.",
        "article_id": "a1",
        "author": {"id": "u1", "name": "Ann"},
        "created_at": "2026-02-28T23:30:00-05:00",
    }
    first = program.post("/v1/comments", sent)
    assert first.status_code == 201
    answer = first.json
    assert answer["decision"] == "review"
    assert answer["scores"]["off_topic"] == 0.1
    assert (answer["id"], answer["status"], answer["revision"]) == ("c1", "held", 1)
    assert (answer["article_id"], answer["parent_id"], answer["orphan"]) == ("a1", None, False)
    assert answer["item_id"]
    assert answer["created_at"] == "2026-03-01T04:30:00Z"
    again = program.post("/v1/comments", sent)
    assert (again.status_code, again.json) == (200, answer)
    assert len(scorer.heard) == 1


def test_another_text_under_the_same_id_is_a_revision(program: Caller) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "Thank you."})
    answer = program.post("/v1/comments", {"id": "c1", "text": "You idiot."})
    assert answer.status_code == 200
    assert (answer.json["revision"], answer.json["decision"]) == (2, "block")
    assert program.get("/v1/comments/c1").json["text"] == "You idiot."


def test_a_parent_may_arrive_later(program: Caller) -> None:
    reply = {"id": "c2", "text": "silly", "parent_id": "c1"}
    assert program.post("/v1/comments", reply).json["orphan"] is True
    program.post("/v1/comments", {"id": "c1", "text": "Thank you."})
    assert program.get("/v1/comments/c2").json["orphan"] is False


def test_a_comment_is_read_as_it_was_sent(program: Caller) -> None:
    program.post("/v1/comments", {"id": "a/b c", "text": "Grüße \U0001f642", "author": {"id": "u"}})
    answer = program.get("/v1/comments/a/b%20c").json
    assert (answer["id"], answer["text"]) == ("a/b c", "Grüße \U0001f642")
    assert answer["author"] == {"id": "u", "name": None}
    assert answer["item_id"] is None


def test_a_comment_belongs_to_its_site(program: Caller, other_program: Caller) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "Thank you."})
    fault(other_program.get("/v1/comments/c1"), 404, "not_found")
    fault(other_program.send("DELETE", "/v1/comments/c1"), 404, "not_found")
    fault(other_program.post("/v1/comments/c1/reports"), 404, "not_found")


def test_an_erased_comment_is_gone(program: Caller) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "You silly goose."})
    gone = program.send("DELETE", "/v1/comments/c1")
    assert (gone.status_code, gone.data) == (204, b"")
    assert program.send("DELETE", "/v1/comments/c1").status_code == 204
    fault(program.get("/v1/comments/c1"), 410, "erased")
    fault(program.post("/v1/comments", {"id": "c1", "text": "Again."}), 410, "erased")
    fault(program.post("/v1/comments/c1/appeals"), 410, "erased")
    fault(program.send("DELETE", "/v1/comments/none"), 404, "not_found")


@pytest.mark.parametrize(("path", "code"), [("reports", "reported"), ("appeals", "appeal")])
def test_an_objection_brings_a_comment_before_a_person(
    program: Caller, path: str, code: str
) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "Thank you."})
    sent = {"reason": "spam", "text": "I think so.", "by": "u9"}
    answer = program.post(f"/v1/comments/c1/{path}", sent)
    assert answer.status_code == 201
    assert answer.json["stage"] == "open"
    (row,) = program.get("/v1/queue").json["items"]
    assert row["item"]["id"] == answer.json["item_id"]
    assert row["item"]["reasons"] == [{"code": code}]
    assert program.post(f"/v1/comments/c1/{path}").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"), [({"by": 1}, "by"), ({"text": "a\x00"}, "text"), ({"why": "x"}, "why")]
)
def test_an_objection_that_is_no_good_is_not_kept(program: Caller, body: dict, field: str) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "Thank you."})
    fault(program.post("/v1/comments/c1/reports", body), 400, "invalid_input", field)
    assert program.get("/v1/queue").json["items"] == []


def test_a_person_hands_in_nothing_for_a_site(person: Callable[..., Caller]) -> None:
    answer = person("ada", Role.ADMINISTRATOR).post("/v1/comments", {"id": "c1", "text": "Hi."})
    fault(answer, 403, "forbidden")


def test_each_worker_sweeps_up_after_erasures(
    web: Services, program: Caller, sqlite_url: str
) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "A quetzal in the garden."})
    assert program.send("DELETE", "/v1/comments/c1").status_code == 204
    (job,) = [job for job in jobs(Settings(), web) if job.name == "sweeping"]
    assert job.every <= 60.0
    assert job.run() is False
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    held = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"quetzal" not in held
