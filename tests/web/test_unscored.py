"""Whoever gets no score is never told "allow", but what to do and when to ask again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage
from sqlalchemy.exc import OperationalError

from moderation.accounts import Key, KeyKind, Role
from moderation.comments import Comment, Site
from moderation.credentials import new_secret
from moderation.errors import NotScored, Unavailable
from moderation.rulebook import SiteRules
from moderation.scoring.scorer import Assessment
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.web.limits import limiter
from moderation.workflow import Services
from moderation.workflow.late_scoring import score_waiting
from tests.factories import Clock, KeywordScorer
from tests.web.conftest import Caller, fault

_THANKS = {"id": "c1", "text": "Thank you."}


@pytest.fixture
def no_model(scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The model is away; a call of this brings it back."""

    def nothing() -> KeywordScorer:
        raise NotScored("no valid model is loaded", retry_after=7)

    monkeypatch.setattr(scorer, "current", nothing)
    return monkeypatch.undo


@pytest.fixture
def chokes(scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model fails on every text with `poison` in it."""
    assess = scorer.assess

    def fail(comments: Sequence[Comment], **options: Any) -> list[Assessment]:  # noqa: ANN401
        if any("poison" in comment.text for comment in comments):
            raise MemoryError
        return assess(comments, **options)

    monkeypatch.setattr(scorer, "assess", fail)


@pytest.fixture
def no_database(sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has the database go away when called."""

    def away() -> object:
        raise Unavailable("The database cannot be reached.")

    def go() -> None:
        monkeypatch.setattr(sqlite_store, "read", away)
        monkeypatch.setattr(sqlite_store, "write", away)

    return go


def _publishing(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(replace(site, rules=SiteRules(unscored="publish")))
        work.commit()


def test_a_comment_that_cannot_be_scored_is_accepted_and_scored_later(
    program: Caller, web: Services, no_model: Callable[[], None]
) -> None:
    answer = program.post("/v1/comments", _THANKS)
    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "7"
    told = answer.json
    assert (told["decision"], told["scores"], told["status"]) == (None, {}, "held")
    assert told["reasons"] == [{"code": "not_scored"}]
    assert (told["wanted"], told["retry_after"]) == ("hold", 7)
    assert told["item_id"]
    for again, status in (
        (program.post("/v1/comments", _THANKS), 202),
        (program.get("/v1/comments/c1"), 200),
    ):
        assert again.status_code == status
        assert again.headers["Retry-After"] == "30"
        assert told | {"retry_after": 30} == {name: again.json[name] for name in told}
    no_model()
    while score_waiting(web):
        pass
    again = program.post("/v1/comments", _THANKS)
    assert again.status_code == 200
    assert (again.json["decision"], again.json["status"]) == ("allow", "published")
    assert "wanted" not in again.json
    assert "Retry-After" not in again.headers
    assert program.get("/v1/comments/c1").json["decision"] == "allow"


def test_a_site_may_want_it_published_meanwhile(
    program: Caller, sqlite_store: SqlStore, daily: Site, no_model: Callable[[], None]
) -> None:
    _publishing(sqlite_store, daily)
    told = program.post("/v1/comments", _THANKS).json
    assert (told["wanted"], told["status"], told["decision"]) == ("publish", "published", None)


def test_moderators_find_it_and_decide_it(
    program: Caller, person: Callable[..., Caller], no_model: Callable[[], None]
) -> None:
    program.post("/v1/comments", _THANKS)
    mona = person("mona")
    (row,) = mona.get("/v1/queue?reason=not_scored").json["items"]
    assert row["comment"]["reasons"] == [{"code": "not_scored"}]
    item = mona.post("/v1/queue/claim").json["item"]
    verdict = {"verdict": "approve", "version": item["version"]}
    assert mona.post(f"/v1/queue/{item['id']}/verdict", verdict).status_code == 200
    again = program.post("/v1/comments", _THANKS)
    assert (again.status_code, again.json["status"]) == (202, "published")


def test_what_the_model_fails_on_has_its_error_in_its_place(
    program: Caller, sqlite_store: SqlStore, daily: Site, chokes: None
) -> None:
    _publishing(sqlite_store, daily)
    sent = [{"text": text} for text in ("Thanks.", "poison", "You idiot.", "")]
    answer = program.post("/v1/classify", {"comments": sent})
    assert answer.status_code == 200
    assert answer.headers["Retry-After"] == "30"
    good, failed, bad, empty = answer.json["results"]
    assert (good["decision"], bad["decision"]) == ("allow", "block")
    assert failed["error"]["code"] == "not_scored"
    assert failed["error"]["details"] == {"retry_after": 30, "wanted": "publish"}
    assert empty["error"]["code"] == "invalid_input"
    details = fault(program.post("/v1/classify", {"text": "poison"}), 503, "not_scored")["details"]
    assert details == {"retry_after": 30, "wanted": "publish"}


def test_a_batch_without_a_model_says_so_of_each_and_once_in_the_log(
    program: Caller, no_model: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    answer = program.post("/v1/classify", {"comments": [{"text": "Thanks."}] * 3})
    assert answer.status_code == 200
    assert answer.headers["Retry-After"] == "7"
    codes = [result["error"]["code"] for result in answer.json["results"]]
    assert codes == ["not_scored"] * 3
    assert len([one for one in caplog.records if one.name == "moderation.errors"]) == 1


def test_a_person_is_told_nothing_of_what_a_site_wants(
    person: Callable[..., Caller], no_model: Callable[[], None]
) -> None:
    answer = person("sam", Role.SCIENTIST).post("/v1/classify", {"text": "Thanks."})
    assert fault(answer, 503, "not_scored")["details"] == {"retry_after": 7}


# The database.


def test_a_batch_goes_on_without_the_database_but_for_what_names_an_article(
    program: Caller, no_database: Callable[[], None]
) -> None:
    thanks = {"text": "Thank you."}
    assert program.post("/v1/classify", thanks).status_code == 200
    no_database()
    named = thanks | {"article": {"id": "bridge-1"}}
    answer = program.post("/v1/classify", {"comments": [thanks, named, {"text": ""}, named]})
    assert answer.status_code == 200
    good, away, bad, also_away = answer.json["results"]
    assert good["decision"] == "allow"
    assert away["error"]["code"] == also_away["error"]["code"] == "unavailable"
    assert away["error"]["details"] == {"wanted": "hold", "retry_after": 5}
    assert answer.headers["Retry-After"] == "5"
    assert bad["error"]["code"] == "invalid_input"
    fault(program.post("/v1/classify", named), 503, "unavailable")


def test_without_a_database_nothing_is_acknowledged(
    program: Caller, no_database: Callable[[], None]
) -> None:
    no_database()
    for asked in ("/v1/comments", "/v1/classify"):
        answer = program.post(asked, _THANKS)
        details = fault(answer, 503, "unavailable")["details"]
        assert details == {"retry_after": 5, "wanted": "hold"}
        assert answer.headers["Retry-After"] == "5"


def test_scoring_goes_on_through_a_short_outage_for_a_key_that_was_live(
    program: Caller,
    sqlite_store: SqlStore,
    daily: Site,
    clock: Clock,
    no_database: Callable[[], None],
) -> None:
    _publishing(sqlite_store, daily)
    first = program.post("/v1/classify", {"text": "You idiot."})
    no_database()
    clock.advance(seconds=60)
    assert program.post("/v1/classify", {"text": "You idiot."}).json == first.json
    details = fault(program.post("/v1/comments", _THANKS), 503, "unavailable")["details"]
    assert details["wanted"] == "publish"
    clock.advance(seconds=1)
    answer = program.post("/v1/classify", {"text": "You idiot."})
    assert fault(answer, 503, "unavailable")["details"]["wanted"] == "hold"


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_a_key_that_was_ended_is_believed_no_more(
    app: Flask,
    daily: Site,
    keep_key: Callable[[Key], None],
    clock: Clock,
    no_database: Callable[[], None],
    end: str,
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(key)
    program = Caller(app.test_client(), secret)
    assert program.post("/v1/classify", {"text": "Hi."}).status_code == 200
    keep_key(replace(key, **{end: clock()}))
    fault(program.post("/v1/classify", {"text": "Hi."}), 401, "not_authenticated")
    no_database()
    fault(program.post("/v1/classify", {"text": "Hi."}), 503, "unavailable")


def test_a_key_that_expires_during_an_outage_ends_in_time(
    app: Flask,
    daily: Site,
    keep_key: Callable[[Key], None],
    clock: Clock,
    no_database: Callable[[], None],
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(replace(key, expires_at=clock.time.replace(second=10)))
    program = Caller(app.test_client(), secret)
    assert program.post("/v1/classify", {"text": "Hi."}).status_code == 200
    no_database()
    clock.advance(seconds=9)
    assert program.post("/v1/classify", {"text": "Hi."}).status_code == 200
    clock.advance(seconds=1)
    fault(program.post("/v1/classify", {"text": "Hi."}), 503, "unavailable")


def test_a_database_that_does_not_answer_is_left_alone_for_a_moment(
    program: Caller,
    web: Services,
    sqlite_store: SqlStore,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program.post("/v1/classify", {"text": "Hi."})
    tries = []

    def away() -> object:
        tries.append(clock())
        raise Unavailable("The database cannot be reached.")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_store, "read", away)
        for _ in range(4):
            assert program.post("/v1/classify", {"text": "Hi."}).status_code == 200
            clock.advance(seconds=1)
    assert len(tries) == 2
    clock.advance(seconds=1)
    assert program.post("/v1/classify", {"text": "Hi."}).status_code == 200
    assert not web.known_keys.outage.goes_on(clock())


# Counting.


class _Dead(MemoryStorage):
    """A place to count in that is away."""

    STORAGE_SCHEME = ("dead",)

    def incr(self, *_: object, **__: object) -> int:
        raise OperationalError("INCR", None, Exception("away"))

    def get(self, *_: object) -> int:
        raise ConnectionError


@pytest.fixture
def uncounted(web: Services) -> Iterator[FlaskClient]:
    """Somebody who signs in where sign-ins cannot be counted for all workers."""
    settings = Settings(
        secret_key="only for tests", limits_url="dead://", login_rate="2 per minute"
    )
    made = create_app(settings, web)
    yield made.test_client()
    limiter._storage_dead = False


def test_without_the_place_to_count_in_each_worker_counts_for_itself(
    uncounted: FlaskClient,
) -> None:
    headers = {"Accept": "application/json"}
    token = uncounted.get("/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"login": "mona", "password": "wrong", "csrf_token": token}
    answers = [uncounted.post("/login", data=form, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
