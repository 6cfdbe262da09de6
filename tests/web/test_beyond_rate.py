"""A comment that comes beyond its key's rate is kept and scored later; a flood of them is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from moderation.accounts import KeyKind, Permission
from moderation.comments import Site
from moderation.rulebook import SiteRules
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.keyring import make_site_key
from moderation.workflow.late_scoring import score_waiting
from tests.factories import Clock, KeywordScorer
from tests.web.conftest import Caller, fault

_ONCE, _TWICE = "1 per minute", "2 per minute"


@pytest.fixture
def key_with(app: Flask, web: Services, daily: Site) -> Callable[..., Caller]:
    """Makes a key of the daily site with scopes or a rate of its own."""

    def make(**limits: object) -> Caller:
        secret, _ = make_site_key(web, None, KeyKind.SITE, daily.id, "", **limits)  # type: ignore[arg-type]
        return Caller(app.test_client(), secret)

    return make


def send(caller: Caller, id: str, text: str = "Thank you.") -> TestResponse:
    return caller.post("/v1/comments", {"id": id, "text": text})


def score_all(web: Services) -> None:
    while score_waiting(web):
        pass


def test_a_comment_beyond_the_rate_is_kept_and_scored_later(
    key_with: Callable[..., Caller], web: Services, clock: Clock
) -> None:
    caller = key_with(rate=_ONCE)
    clock.advance(seconds=20)
    assert send(caller, "c1").status_code == 201
    answer = send(caller, "c2")
    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "40"
    assert answer.headers["RateLimit"] == '"key";r=0;t=40'
    told = answer.json
    assert (told["decision"], told["scores"], told["status"]) == (None, {}, "held")
    assert told["reasons"] == [
        {"code": "not_scored", "detail": "beyond the rate of its key; scored later"}
    ]
    assert (told["wanted"], told["retry_after"]) == ("hold", 40)
    assert told["item_id"]
    score_all(web)
    clock.advance(seconds=40)
    again = send(caller, "c2")
    assert (again.status_code, again.json["decision"]) == (200, "allow")


def test_the_site_hears_of_its_score_once(
    key_with: Callable[..., Caller], web: Services, sqlite_store: SqlStore
) -> None:
    caller = key_with(rate=_ONCE)
    for id in ("c1", "c2"):
        send(caller, id)
    score_all(web)
    with sqlite_store.read() as work:
        told = [(one.type, one.payload["comment_id"]) for one in work.outbox.pending(9)]
    assert sorted(told) == [("comment.scored", "c1"), ("comment.scored", "c2")]


def test_no_model_is_asked_about_it(
    key_with: Callable[..., Caller], scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = key_with(rate=_ONCE)
    send(caller, "c1")

    def asked() -> KeywordScorer:
        raise AssertionError

    monkeypatch.setattr(scorer, "current", asked)
    assert send(caller, "c2").status_code == 202


def test_a_site_may_want_it_published_meanwhile(
    key_with: Callable[..., Caller], sqlite_store: SqlStore, daily: Site
) -> None:
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, rules=SiteRules(unscored="publish")))
        work.commit()
    caller = key_with(rate=_ONCE)
    send(caller, "c1")
    told = send(caller, "c2").json
    assert (told["wanted"], told["status"]) == ("publish", "published")


def test_sent_again_beyond_the_rate_it_is_the_same_comment(
    key_with: Callable[..., Caller], web: Services, clock: Clock
) -> None:
    caller = key_with(rate="3 per minute")
    for id in ("c1", "c2", "c2"):
        send(caller, id)
    first, known, waiting = send(caller, "c3"), send(caller, "c1"), send(caller, "c3")
    assert (known.status_code, known.json["decision"]) == (200, "allow")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "60")
    assert "Retry-After" not in known.headers
    clock.advance(minutes=1)
    score_all(web)
    scored = send(caller, "c3").json
    assert (scored["revision"], scored["item_id"]) == (1, first.json["item_id"])
    assert len(caller.get("/v1/comments").json["comments"]) == 3


def test_another_text_beyond_the_rate_is_a_revision_that_waits(
    key_with: Callable[..., Caller], web: Services, clock: Clock
) -> None:
    caller = key_with(rate=_ONCE)
    send(caller, "c1")
    told = send(caller, "c1", "Thank you, all.")
    assert (told.status_code, told.json["revision"], told.json["status"]) == (202, 2, "held")
    score_all(web)
    clock.advance(minutes=1)
    assert caller.get("/v1/comments/c1").json["decision"] == "allow"


def test_no_more_are_kept_than_the_rate_allows_again(
    key_with: Callable[..., Caller], program: Caller, clock: Clock
) -> None:
    caller = key_with(rate=_TWICE)
    clock.advance(seconds=20)
    answers = [send(caller, f"c{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [201, 201, 202, 202, 429, 429]
    error = fault(answers[4], 429, "rate_limited")
    assert error["details"] == {"retry_after": 40, "wanted": "hold"}
    assert "nothing of this one is kept" in error["message"]
    assert answers[4].headers["Retry-After"] == "40"
    fault(program.get("/v1/comments/c4"), 404, "not_found")
    clock.advance(seconds=40)
    assert send(caller, "c4").status_code == 201


def test_what_else_was_called_takes_nothing_of_what_is_kept(
    key_with: Callable[..., Caller],
) -> None:
    caller = key_with(rate=_ONCE)
    refused = [caller.post("/v1/classify", {"text": "Thank you."}) for _ in range(4)][1:]
    for answer in refused:
        error = fault(answer, 429, "rate_limited")
        assert error["details"]["wanted"] == "hold"
    assert [send(caller, id).status_code for id in ("c1", "c2")] == [202, 429]


def test_what_is_wrong_is_refused_beyond_the_rate_as_ever(
    key_with: Callable[..., Caller],
) -> None:
    caller, scores = key_with(rate="3 per minute"), key_with(rate=_ONCE, scopes={Permission.SCORE})
    for number in range(3):
        send(caller, f"c{number}")
    fault(send(caller, "c3", ""), 400, "invalid_input", "text")
    unknown = {"id": "c3", "text": "Hi.", "article_id": "a9"}
    fault(caller.post("/v1/comments", unknown), 422, "unknown_reference")
    for _ in range(2):
        fault(send(scores, "c9"), 403, "forbidden")


@pytest.mark.parametrize("path", ["/v1/comments/c1", "/v1/comments"])
def test_reading_is_refused_beyond_the_rate(key_with: Callable[..., Caller], path: str) -> None:
    caller = key_with(rate=_ONCE)
    send(caller, "c1")
    fault(caller.get(path), 429, "rate_limited")
