"""What a key may do and how often, and what is known of its use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from moderation.accounts import Key, KeyKind, KeyUse, Permission, Role
from moderation.assembly import jobs
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.errors import InvalidInput
from moderation.rates import Rate, rate_of
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web import quota
from moderation.web.app import create_app
from moderation.web.quota import CallCounter
from moderation.web.shared_counts import SharedCounts
from moderation.workflow import Services
from moderation.workflow.key_usage import days_of_key, keep_usage, usage_of_keys
from moderation.workflow.keyring import list_keys, make_site_key, make_token, rotate_key
from tests.factories import NOON, Clock
from tests.statements import statements
from tests.web.conftest import Caller, fault

A_TEXT = {"text": "Thank you."}


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("600 per minute", Rate(600, 60)),
        ("1/second", Rate(1, 1)),
        ("5 / 15 minutes", Rate(5, 900)),
        ("20 per 15 minutes", Rate(20, 900)),
        ("2  PER 1 hour", Rate(2, 3600)),
        ("9 per days", Rate(9, 86_400)),
    ],
)
def test_a_rate_is_written_as_people_say_it(written: str, rate: Rate) -> None:
    assert rate_of(written) == rate


@pytest.mark.parametrize("written", ["0 per minute", "often", "5", "5 per week", "-1 per hour"])
def test_what_is_no_rate_is_refused(services: Services, site: Site, written: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_site_key(services, None, KeyKind.SITE, site.id, "", rate=written)
    assert refused.value.field == "rate"


def test_a_key_keeps_its_scopes_and_its_rate_when_it_is_replaced(
    services: Services, site: Site
) -> None:
    scopes = {Permission.SCORE}
    _, key = make_site_key(
        services, None, KeyKind.SITE, site.id, "", scopes=scopes, rate="5 per minute"
    )
    _, new = rotate_key(services, None, key.id, timedelta(hours=1))
    assert (new.scopes, new.rate) == (frozenset(scopes), "5 per minute")
    assert list_keys(services)[1].scopes == frozenset(scopes)


@pytest.mark.parametrize("scopes", [set(), {Permission.REVIEW}])
def test_no_scope_is_more_than_a_site_may_or_nothing(
    services: Services, site: Site, scopes: set[Permission]
) -> None:
    with pytest.raises(InvalidInput):
        make_site_key(services, None, KeyKind.SITE, site.id, "", scopes=scopes)


@pytest.fixture
def key_with(app: Flask, web: Services, daily: Site) -> Callable[..., Caller]:
    """Makes a key of the daily site with scopes or a rate of its own."""

    def make(**limits: object) -> Caller:
        secret, _ = make_site_key(web, None, KeyKind.SITE, daily.id, "", **limits)  # type: ignore[arg-type]
        return Caller(app.test_client(), secret)

    return make


def test_a_key_opens_what_its_scopes_say(key_with: Callable[..., Caller]) -> None:
    scores, submits = key_with(scopes={Permission.SCORE}), key_with(scopes={Permission.SUBMIT})
    comment = {"id": "c1", "text": "Thank you."}
    assert scores.post("/v1/classify", A_TEXT).status_code == 200
    error = fault(scores.post("/v1/comments", comment), 403, "forbidden")
    assert error["details"] == {"needs": ["submit"]}
    fault(scores.send("DELETE", "/v1/comments/c1"), 403, "forbidden")
    assert submits.post("/v1/comments", comment).status_code == 201
    fault(submits.post("/v1/classify", A_TEXT), 403, "forbidden")


def test_every_answer_says_what_is_left_of_the_rate(
    key_with: Callable[..., Caller], clock: Clock
) -> None:
    caller = key_with(rate="2 per minute")
    clock.advance(seconds=20)
    first, second = caller.post("/v1/classify", A_TEXT), caller.post("/v1/classify", {})
    assert first.headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert first.headers["RateLimit"] == '"key";r=1;t=40'
    assert second.status_code == 400
    assert second.headers["RateLimit"] == '"key";r=0;t=40'
    refused = caller.post("/v1/classify", A_TEXT)
    assert fault(refused, 429, "rate_limited")["details"]["retry_after"] == 40
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"key";r=0;t=40'
    clock.advance(seconds=40)
    assert caller.post("/v1/classify", A_TEXT).status_code == 200


def test_keys_are_counted_apart_and_pages_not_at_all(
    key_with: Callable[..., Caller], anyone: FlaskClient
) -> None:
    one, other = key_with(rate="1 per hour"), key_with(rate="1 per hour")
    assert one.post("/v1/classify", A_TEXT).status_code == 200
    assert one.post("/v1/classify", A_TEXT).status_code == 429
    assert other.post("/v1/classify", A_TEXT).status_code == 200
    for path in ("/login", "/healthz"):
        assert "RateLimit" not in anyone.get(path).headers


def test_a_key_without_a_limit_is_told_of_none(key_with: Callable[..., Caller]) -> None:
    assert "RateLimit" not in key_with(rate="none").post("/v1/classify", A_TEXT).headers


def test_the_setting_holds_for_keys_and_tokens_without_a_rate(web: Services, daily: Site) -> None:
    app = create_app(Settings(secret_key="only for tests", key_rate="1 per day"), web)
    secret, _ = make_site_key(web, None, KeyKind.SITE, daily.id, "")
    caller = Caller(app.test_client(), secret)
    assert [caller.post("/v1/classify", A_TEXT).status_code for _ in range(2)] == [200, 429]


class _Away:
    """A storage that cannot be reached."""

    asked = 0

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.asked += 1
        raise OSError("no route to host")


def test_a_storage_that_is_away_refuses_nobody_and_is_left_alone(
    app: Flask, key_with: Callable[..., Caller]
) -> None:
    away = _Away()
    app.extensions[quota.__name__] = CallCounter(away)
    caller = key_with(rate="2 per day")
    answers = [caller.post("/v1/classify", A_TEXT).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert away.asked == 1


def test_a_storage_that_is_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "ASKED_AGAIN", 0.0)
    away = _Away()
    counter = CallCounter(away)
    assert [counter.count("a", 60) for _ in range(2)] == [1, 2]
    assert away.asked == 2


def test_a_storage_counts_for_all_who_share_it() -> None:
    shared = MemoryStorage()
    one, other = CallCounter(shared), CallCounter(shared)
    assert [one.count("a", 60), other.count("a", 60), other.count("b", 60)] == [1, 2, 1]


def test_a_number_is_forgotten_in_time_and_a_full_table_forgets_the_oldest() -> None:
    counts = SharedCounts(slots=2)
    assert [counts.incr("a", 0), counts.incr("a", 600), counts.incr("a", 600)] == [1, 1, 2]
    assert [counts.incr(name, 700) for name in ("b", "c", "c")] == [1, 1, 2]
    assert counts.incr("a", 800) == 1


def test_calls_are_noted_by_key_and_day_and_kept_together(
    web: Services, program: Caller, person: Callable[..., Caller], clock: Clock
) -> None:
    for _ in range(3):
        program.post("/v1/classify", A_TEXT)
    clock.advance(days=1)
    program.post("/v1/nowhere")
    program.get("/v1/queue/none")
    person().get("/v1/queue")
    with web.store.read() as work:
        assert work.key_uses.last() == {}
    site_key, token = list_keys(web)
    assert usage_of_keys(web).calls == {site_key.id: 4, token.id: 1}
    keep_usage(web)
    keep_usage(web)
    tomorrow = NOON + timedelta(days=1)
    assert days_of_key(web, site_key.id) == [
        KeyUse(site_key.id, tomorrow.date(), 1, tomorrow),
        KeyUse(site_key.id, NOON.date(), 3, NOON),
    ]
    assert usage_of_keys(web).last == {site_key.id: tomorrow, token.id: tomorrow}
    program.post("/v1/classify", A_TEXT)
    assert days_of_key(web, site_key.id)[0].calls == 2


def test_what_could_not_be_kept_is_kept_later(
    web: Services, program: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.post("/v1/classify", A_TEXT)

    def lose(self: SqlStore) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(SqlStore, "write", lose)
        with pytest.raises(ConnectionError):
            keep_usage(web)
    program.post("/v1/classify", A_TEXT)
    keep_usage(web)
    assert list(usage_of_keys(web).calls.values()) == [2]


def test_no_call_writes_for_the_sake_of_numbers(web: Services, program: Caller) -> None:
    program.post("/v1/classify", A_TEXT)
    with statements() as said:
        program.post("/v1/classify", A_TEXT)
    assert said
    assert [one for one in said if not one.lstrip().upper().startswith(("SELECT", "BEGIN"))] == []


def test_each_worker_keeps_its_numbers_as_it_goes(web: Services) -> None:
    (job,) = [job for job in jobs(Settings(), web) if job.name == "usage of keys"]
    assert job.every == 60.0
    assert job.run() is False


def test_a_key_that_is_refused_is_counted_and_a_dead_one_is_not(
    web: Services, program: Caller, keep_key: Callable[[Key], None], anyone: FlaskClient
) -> None:
    fault(program.post("/v1/queue/claim"), 403, "forbidden")
    secret, key = new_secret(KeyKind.SITE, site_id="daily")
    keep_key(replace(key, revoked_at=NOON))
    fault(anyone.get("/v1/model", headers={"X-API-Key": secret}), 401, "not_authenticated")
    assert list(usage_of_keys(web).calls.values()) == [1]


def test_a_key_that_ends_or_is_replaced_stops_working_when_it_says(
    app: Flask, web: Services, daily: Site, clock: Clock
) -> None:
    old, key = make_site_key(web, None, KeyKind.SITE, daily.id, "", days=30)
    new, _ = rotate_key(web, None, key.id, timedelta(hours=1))

    def opens(secret: str) -> int:
        return Caller(app.test_client(), secret).post("/v1/classify", A_TEXT).status_code

    assert (opens(old), opens(new)) == (200, 200)
    clock.advance(hours=1)
    assert (opens(old), opens(new)) == (401, 200)
    clock.advance(days=30)
    assert opens(new) == 401


def test_a_token_keeps_all_its_owner_may(
    app: Flask, web: Services, person: Callable[..., Caller]
) -> None:
    caller = person("lena", Role.LEAD)
    with web.store.read() as work:
        user = work.accounts.user("lena")
    assert user is not None
    secret, token = make_token(web, user, user, "laptop")
    assert token.scopes is None
    assert caller.get("/v1/queue").status_code == 200
    assert Caller(app.test_client(), secret).get("/v1/queue").status_code == 200


def test_the_pages_of_the_administration_tell_and_change_it(
    app: Flask, web: Services, daily: Site, person: Callable[..., Caller]
) -> None:
    from tests.web.test_auth import signed_in

    person("ada", Role.ADMINISTRATOR)
    browser = app.test_client()
    signed_in(browser, "ada@example.org")

    def post(path: str, **form: str) -> int:
        page = browser.get("/account", headers={"Accept": "text/html"}).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        return browser.post(path, data=form | {"csrf_token": found[1]}).status_code

    made = {"site": daily.id, "kind": "site", "label": "CMS", "days": ""}
    assert post("/admin/keys/new", **made, scopes="score", rate="5 per minute") == 201
    assert post("/admin/keys/new", **made, scopes="review", rate="") == 400
    assert post("/admin/keys/new", **made, scopes="", rate="often") == 400
    (key,) = list_keys(web, daily.id)
    assert (key.scopes, key.rate) == (frozenset({Permission.SCORE}), "5 per minute")
    web.key_calls.note(key.id, web.now())
    for path in ("/admin/keys", f"/admin/keys/{key.id}"):
        text = browser.get(path, headers={"Accept": "text/html"}).text
        assert "score texts only; 5 per minute" in text
        assert "1 call in 30 days" in text
    changed = {"label": "CMS", "expires": "", "scopes": "", "rate": "none"}
    assert post(f"/admin/keys/{key.id}", **changed) == 303
    (key,) = list_keys(web, daily.id)
    assert (key.scopes, key.rate) == (None, "none")
    text = browser.get(f"/admin/keys/{key.id}", headers={"Accept": "text/html"}).text
    assert "may: score texts → score texts and hand in comments" in text
