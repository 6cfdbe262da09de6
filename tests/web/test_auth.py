"""Keys, tokens and sessions: who gets in, and when no longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import Key, KeyKind, Role, User
from moderation.comments import Site
from moderation.credentials import (
    digest,
    hash_password,
    kept_secret,
    new_secret,
    verify_password,
)
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.factories import NOON, Clock, a_user
from tests.web.conftest import PASSWORD, Caller, fault

Keep = Callable[[Key], None]
KeepUser = Callable[[User], User]


def signed_in(client: FlaskClient, login: str, password: str = PASSWORD) -> str:
    """Sign in by the page; the CSRF token of the session, empty where it was refused."""
    form = {"login": login, "password": password, "csrf_token": _token(client, "/login")}
    answer = client.post("/login", data=form)
    return _token(client, "/review") if answer.status_code == 303 else ""


def test_a_key_is_taken_from_either_header(anyone: FlaskClient, program: Caller) -> None:
    for headers in (
        {"Authorization": f"Bearer {program.secret}"},
        {"Authorization": f"bearer  {program.secret}"},
        {"X-API-Key": program.secret},
    ):
        assert anyone.get("/v1/model", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer \xff"},
        {"Authorization": "Basic dTpw"},
        {"X-API-Key": ""},
        {},
    ],
)
def test_what_is_no_key_is_not_let_in(anyone: FlaskClient, headers: dict[str, str]) -> None:
    fault(anyone.get("/v1/model", headers=headers), 401, "not_authenticated")


@pytest.mark.parametrize(
    "end",
    [
        {"revoked_at": NOON},
        {"expires_at": NOON},
        {"kind": KeyKind.AKISMET},
        {"site_id": None},
    ],
)
def test_a_key_that_is_dead_or_of_another_kind_is_not_let_in(
    anyone: FlaskClient, daily: Site, keep_key: Keep, end: dict[str, object]
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(replace(key, **end))  # type: ignore[arg-type]
    answer = anyone.get("/v1/model", headers={"X-API-Key": secret})
    fault(answer, 401, "not_authenticated")
    assert secret not in answer.text


def test_a_token_dies_with_its_user(
    anyone: FlaskClient, keep_key: Keep, keep_user: KeepUser
) -> None:
    user = keep_user(a_user())
    secret, key = new_secret(KeyKind.PERSONAL, user_id=user.id)
    keep_key(key)
    headers = {"Authorization": f"Bearer {secret}"}
    assert anyone.get("/v1/queue", headers=headers).status_code == 200
    keep_user(replace(user, active=False))
    fault(anyone.get("/v1/queue", headers=headers), 401, "not_authenticated")


def test_a_session_reads_and_changes_with_the_csrf_token_only(
    anyone: FlaskClient, program: Caller, keep_user: KeepUser
) -> None:
    program.post("/v1/comments", {"id": "c1", "text": "You silly goose."})
    keep_user(a_user())
    token = signed_in(anyone, "mona@example.org")
    assert anyone.get("/v1/queue").status_code == 200
    fault(anyone.post("/v1/queue/claim"), 400, "csrf")
    claimed = anyone.post("/v1/queue/claim", headers={"X-CSRFToken": token})
    assert claimed.json["item"]["lease"]["holder"] == "mona"


def test_a_bad_key_is_not_saved_by_a_session(anyone: FlaskClient, keep_user: KeepUser) -> None:
    keep_user(a_user())
    signed_in(anyone, "mona@example.org")
    answer = anyone.get("/v1/queue", headers={"X-API-Key": "nonsense"})
    fault(answer, 401, "not_authenticated")


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("mona@example.org", "wrong"),
        ("mona@example.org", ""),
        ("nobody@example.org", PASSWORD),
        ("mona\x00", PASSWORD),
    ],
)
def test_a_wrong_password_opens_nothing(
    anyone: FlaskClient, keep_user: KeepUser, login: str, password: str
) -> None:
    keep_user(a_user())
    assert signed_in(anyone, login, password) == ""
    fault(anyone.get("/v1/queue"), 401, "not_authenticated")


def test_a_session_ends_with_its_epoch_its_user_and_its_hours(
    app: Flask, keep_user: KeepUser, clock: Clock
) -> None:
    user = keep_user(a_user(role=Role.LEAD))

    def still_in(client: FlaskClient) -> bool:
        return client.get("/v1/queue").status_code == 200

    first, second, third = (app.test_client() for _ in range(3))
    signed_in(first, user.login)
    assert still_in(first)
    keep_user(replace(user, session_epoch=1))
    assert not still_in(first)
    signed_in(second, user.login)
    assert still_in(second)
    clock.advance(hours=11, minutes=59)
    assert still_in(second)
    clock.advance(minutes=1)
    assert not still_in(second)
    signed_in(third, user.login)
    keep_user(replace(user, session_epoch=1, active=False))
    assert not still_in(third)


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "https://mod.example.org"])
def test_cookies_are_secure_exactly_where_people_come_over_https(
    web: Services, public_url: str
) -> None:
    https = public_url.startswith("https")
    made = create_app(Settings(secret_key="only for tests", public_url=public_url), web)
    answer = made.test_client().get("/login")
    cookie = answer.headers["Set-Cookie"]
    assert ("Secure" in cookie) is https
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Strict-Transport-Security" in answer.headers) is https


def test_sign_in_attempts_are_limited(web: Services) -> None:
    settings = Settings(secret_key="only for tests", login_rate="3 per minute")
    client = create_app(settings, web).test_client()
    token = _token(client, "/login")
    form = {"login": "mona", "password": "guess", "csrf_token": token}
    statuses = [client.post("/login", data=form).status_code for _ in range(4)]
    assert statuses == [403, 403, 403, 429]


@pytest.mark.parametrize(("proxies", "third"), [(0, 429), (1, 403)])
def test_an_address_is_believed_from_as_many_proxies_as_are_trusted(
    web: Services, proxies: int, third: int
) -> None:
    settings = Settings(
        secret_key="only for tests", login_rate="2 per minute", trusted_proxies=proxies
    )
    client = create_app(settings, web).test_client()
    form = {"login": "mona", "password": "guess", "csrf_token": _token(client, "/login")}
    for number in range(3):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        status = client.post("/login", data=form, headers=headers).status_code
    assert status == third


def test_a_page_without_a_session_leads_to_the_login(anyone: FlaskClient) -> None:
    answer = anyone.get("/review", headers={"Accept": "text/html"})
    assert answer.status_code in (302, 303)
    assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_secret_is_found_by_its_digest_and_not_kept(kind: KeyKind) -> None:
    secret, key = new_secret(kind, label="for tests", expires_at=NOON + timedelta(days=1))
    assert key.digest == digest(secret)
    assert secret not in repr(key)
    assert secret != new_secret(kind)[0]


def test_an_akismet_key_is_twelve_hex_digits() -> None:
    assert re.fullmatch("[0-9a-f]{12}", new_secret(KeyKind.AKISMET)[0])


def test_a_password_fits_its_own_hash_alone() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert verify_password(PASSWORD, hashed)
    assert not verify_password(PASSWORD + " ", hashed)
    assert not verify_password(PASSWORD, None)
    assert not verify_password(PASSWORD, "!")
    assert not verify_password("\ud800" * 2_000, hashed)
    assert not verify_password("\ud800", hashed)


def test_a_kept_secret_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    made = kept_secret(path)
    assert len(made) >= 64
    assert kept_secret(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [kept.name for kept in path.parent.iterdir()] == ["secret_key"]


def test_no_key_reaches_the_database(program: Caller, sqlite_store: SqlStore) -> None:
    with sqlite_store.read() as work:
        (key,) = work.accounts.keys()
    assert key.digest == digest(program.secret)


def _token(client: FlaskClient, path: str) -> str:
    page = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text
    found = re.search(r'name="csrf[_-]token"[^>]*?(?:value|content)="([^"]+)"', page)
    return found[1] if found else ""
