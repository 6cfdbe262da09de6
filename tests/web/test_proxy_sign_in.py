"""Sign-in by a proxy's header: believed from the proxy, and from nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Role, User
from moderation.settings import Settings
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.factories import a_user
from tests.web.conftest import PASSWORD, Caller, fault

PROXY, ELSEWHERE = "10.0.0.7", "203.0.113.9"
Connect = Callable[..., FlaskClient]


@pytest.fixture
def connect(web: Services) -> Connect:
    """A client of an app that believes the header from the network of the proxy."""

    def connect(peer: str = PROXY, *, login: str = "", proxies: int = 0) -> FlaskClient:
        settings = Settings(
            secret_key="only for tests",
            trusted_proxies=proxies,
            proxy_user_header="X-Remote-User",
            proxy_auth_from="10.0.0.0/24, ::1",
        )
        client = create_app(settings, web).test_client()
        client.environ_base["REMOTE_ADDR"] = peer
        if login:
            client.environ_base["HTTP_X_REMOTE_USER"] = login
        return client

    return connect


@pytest.fixture
def mona(keep_user: Callable[[User], User]) -> User:
    return keep_user(a_user("mona"))


def status(client: FlaskClient, path: str = "/v1/queue", **headers: str) -> int:
    return client.get(path, headers=headers).status_code


@pytest.mark.parametrize("peer", [PROXY, "::1", "::ffff:10.0.0.7"])
def test_whom_the_proxy_names_is_signed_in(connect: Connect, mona: User, peer: str) -> None:
    assert status(connect(peer, login=mona.login)) == 200


@pytest.mark.parametrize("peer", [ELSEWHERE, "10.0.1.7", "::2", "", "unix"])
def test_the_header_is_nothing_from_elsewhere(connect: Connect, mona: User, peer: str) -> None:
    fault(connect(peer, login=mona.login).get("/v1/queue"), 401, "not_authenticated")


def test_who_forwards_an_address_is_not_believed_to_be_there(connect: Connect, mona: User) -> None:
    """Behind `trusted_proxies` the address is one that was told: the peer is what counts."""
    outside = connect(ELSEWHERE, login=mona.login, proxies=1)
    assert status(outside, **{"X-Forwarded-For": PROXY}) == 401
    inside = connect(PROXY, login=mona.login, proxies=1)
    assert status(inside, **{"X-Forwarded-For": ELSEWHERE}) == 200


@pytest.mark.parametrize("login", ["nobody", "mona@example.org,admin", "mona\0"])
def test_nobody_is_made_by_the_header(connect: Connect, mona: User, login: str) -> None:
    fault(connect(login=login).get("/v1/queue"), 403, "forbidden")


def test_a_deactivated_user_is_kept_out(
    connect: Connect, mona: User, keep_user: Callable[[User], User]
) -> None:
    keep_user(replace(mona, active=False))
    fault(connect(login=mona.login).get("/v1/queue"), 403, "forbidden")


def test_without_the_setting_the_header_is_nothing(web: Services, mona: User) -> None:
    client = create_app(Settings(secret_key="only for tests"), web).test_client()
    assert status(client, **{"X-Remote-User": mona.login}) == 401


def test_what_is_changed_still_needs_the_csrf_token(
    connect: Connect, keep_user: Callable[[User], User]
) -> None:
    ada = keep_user(a_user("ada", Role.ADMINISTRATOR))
    client = connect(login=ada.login)
    fault(client.post("/v1/queue/claim"), 400, "csrf")
    page = client.get("/admin/users/new", headers={"Accept": "text/html"}).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"login": "new", "role": "lead", "password": "a good long one", "csrf_token": token[1]}
    assert client.post("/admin/users/new", data=form).status_code == 303


def test_a_password_of_somebody_elses_does_not_matter_there(
    connect: Connect, mona: User, keep_user: Callable[[User], User]
) -> None:
    keep_user(replace(mona, password_once=True))
    assert status(connect(login=mona.login)) == 200


def test_the_proxy_goes_before_a_session_and_a_key_before_the_proxy(
    connect: Connect, mona: User, person: Callable[..., Caller]
) -> None:
    lea = person("lea", Role.LEAD)
    for_leads = "/v1/queue?escalated=true"
    client = connect()
    page = client.get("/login", headers={"Accept": "text/html"}).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"login": "lea@example.org", "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/login", data=form).status_code == 303
    assert status(client, for_leads) == 200
    client.environ_base["HTTP_X_REMOTE_USER"] = mona.login
    assert status(client, for_leads) == 403
    assert status(client, for_leads, Authorization=f"Bearer {lea.secret}") == 200


@pytest.mark.parametrize(
    "passed_on",
    ["Basic bW9uYTpzZWNyZXQ=", "Negotiate abc", "Bearer eyJhbGciOi.e30.x", "Bearer", ""],
)
def test_what_the_proxy_was_shown_and_passes_on_is_no_key(
    connect: Connect, mona: User, passed_on: str
) -> None:
    named = connect(login=mona.login)
    assert status(named, Authorization=passed_on) == 200
    assert named.get("/login", headers={"Authorization": passed_on}).location == "/review"
    assert status(connect(), Authorization=passed_on) == 401


def test_a_key_that_is_revoked_is_refused_whoever_the_proxy_names(
    connect: Connect, mona: User
) -> None:
    assert status(connect(login=mona.login), Authorization="Bearer user_gone") == 401


@pytest.mark.parametrize("sent", ["Basic bW9uYTpzZWNyZXQ=", "Bearer user_gone"])
def test_who_sends_a_bad_key_can_still_sign_in(connect: Connect, sent: str) -> None:
    assert status(connect(), "/login", Authorization=sent, Accept="text/html") == 200
