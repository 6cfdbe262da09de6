"""Every route of the app, tried by every kind of caller: who gets in is what this table says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import (
    ROLE_PERMISSIONS,
    SITE_KEY_PERMISSIONS,
    Key,
    KeyKind,
    Permission,
    Role,
    User,
)
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.web.auth import declared_access, keyed_its_own_way, requires
from tests.factories import a_user
from tests.web.conftest import PASSWORD, fault

P = Permission
EVERYBODY: frozenset[Permission] = frozenset()

OTHER_KEYS = ("/1.1/", "/1.2/", "/coral/")
"""What takes keys of a kind of its own; the tests of that protocol say who gets in."""

TABLE: tuple[tuple[str, frozenset[Permission]], ...] = (
    ("/", EVERYBODY),
    ("/static", EVERYBODY),
    ("/healthz", EVERYBODY),
    ("/readyz", EVERYBODY),
    ("/metrics", EVERYBODY),
    ("/login", EVERYBODY),
    ("/logout", EVERYBODY),
    ("/account", frozenset(P)),
    ("/admin", frozenset({P.ADMINISTER})),
    ("/admin$", frozenset({P.ADMINISTER, P.REVIEW_ESCALATED})),
    ("/admin/audit", frozenset({P.ADMINISTER, P.REVIEW_ESCALATED})),
    ("/review", frozenset({P.REVIEW})),
    ("/review/settings/everybody", frozenset({P.ADMINISTER})),
    ("/$discovery", EVERYBODY),
    ("/batch", EVERYBODY),
    ("/v1alpha1/comments:analyze", frozenset({P.SCORE})),
    ("/v1alpha1/comments:suggestscore", frozenset({P.SUBMIT})),
    ("/v1/moderations", frozenset({P.SCORE})),
    ("/1.1/", frozenset({P.SUBMIT})),
    ("/1.1/test", EVERYBODY),
    ("/1.2/", frozenset({P.SUBMIT})),
    ("/1.2/test", EVERYBODY),
    ("/docs", EVERYBODY),
    ("/v1/openapi.json", EVERYBODY),
    ("/v1/stats", frozenset({P.SUBMIT, P.REVIEW, P.EXPORT_FEEDBACK})),
    ("/v1/classify", frozenset({P.SCORE})),
    ("/v1/model", frozenset({P.SCORE, P.REVIEW})),
    ("/v1/articles", frozenset({P.SUBMIT})),
    ("/v1/comments", frozenset({P.SUBMIT})),
    ("/v1/queue", frozenset({P.REVIEW})),
    ("/v1/queue$", frozenset({P.REVIEW, P.SUBMIT})),
    ("/coral/phase", frozenset({P.SUBMIT})),
)
"""Who may use what lies under a path: the longest that fits. `$` ends one that is meant alone."""

FOR_PEOPLE = ("/account", "/admin")
"""Under these a key opens nothing, whatever it may do elsewhere."""

Tried = tuple[str, str, frozenset[Permission], Callable[..., object]]


@dataclass
class Somebody:
    """A caller: what they may do, and how they say who they are."""

    name: str
    permissions: frozenset[Permission] | None
    secret: str = ""
    cookie: str = ""
    token: str = ""

    def opens(self, client: FlaskClient, method: str, path: str, *, csrf: bool = True) -> int:
        headers = {"Accept": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        if self.cookie:
            client.set_cookie("moderation_session", self.cookie)
        if csrf:
            headers["X-CSRFToken"] = self.token
        with client.open(path, method=method, headers=headers) as answer:
            # Perspective says of a key that it is wrong in a 400.
            return 401 if b"API_KEY_INVALID" in answer.data else answer.status_code


def expected(path: str) -> frozenset[Permission] | None:
    """What the table says of a path; `None` where it says nothing."""
    fitting = [
        (prefix, needed)
        for prefix, needed in TABLE
        if path == prefix.rstrip("$") or (not prefix.endswith("$") and path.startswith(prefix))
    ]
    fitting = [found for found in fitting if found[0] != "/" or path == "/"]
    return max(fitting, key=lambda found: len(found[0]))[1] if fitting else None


def routes(app: Flask) -> list[Tried]:
    """Method, path, what is declared and the view of every route of the app."""
    found = list(_routes(app))
    paths = {path for _, path, _, _ in found}
    assert {"/v1/classify", "/review/none", "/admin/users"} <= paths
    return found


def _routes(app: Flask) -> Iterator[Tried]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        declared = declared_access(view)
        assert declared is not None, f"{rule.endpoint} declares nothing"
        path = re.sub(r"<[^>]+>", "none", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, declared, view


@pytest.fixture
def callers(
    app: Flask, daily: Site, keep_key: Callable[[Key], None], keep_user: Callable[[User], User]
) -> list[Somebody]:
    """Nobody, keys that no longer hold, a site's key, and every role by session and token."""
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(key)
    cookie, token = _session(app)
    everybody = [
        Somebody("nobody", None, cookie=cookie, token=token),
        Somebody("site key", SITE_KEY_PERMISSIONS, secret),
    ]
    past = datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("expired", "revoked"):
        secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
        over = {"expired": replace(key, expires_at=past), "revoked": replace(key, revoked_at=past)}
        keep_key(over[name])
        everybody.append(Somebody(f"{name} site key", None, secret))
    for role in Role:
        user = keep_user(a_user(role.value, role))
        secret, key = new_secret(KeyKind.PERSONAL, user_id=user.id)
        keep_key(key)
        may = ROLE_PERMISSIONS[role]
        everybody.append(Somebody(f"token of a {role}", may, secret))
        cookie, token = _session(app, user.login)
        everybody.append(Somebody(f"session of a {role}", may, cookie=cookie, token=token))
    return everybody


def test_every_route_is_in_the_table_and_declares_what_it_says(app: Flask) -> None:
    for method, path, declared, _ in routes(app):
        assert expected(path) == declared, f"{method} {path}"


def test_every_route_opens_to_exactly_those_who_may(app: Flask, callers: list[Somebody]) -> None:
    wrong = []
    for method, path, declared, view in routes(app):
        if path.startswith(OTHER_KEYS):
            continue
        # Another protocol sends keys in its own way, and looks at no session.
        own_way = keyed_its_own_way(view)
        for one in callers:
            status = one.opens(app.test_client(), method, path)
            refused = status in (401, 403)
            if path.startswith("/$discovery"):
                right = (status == 401) is bool(one.secret and one.permissions is None)
            elif not declared:
                right = status != 401  # a wrong password is 403
            elif one.permissions is None or (own_way and not one.secret):
                right = refused if own_way else status == 401
            elif one.secret and path.startswith(FOR_PEOPLE):
                right = status == 403
            else:
                right = refused is not bool(declared & one.permissions)
            if not right and not (refused and _for_the_other_kind(one, declared)):
                wrong.append(f"{one.name}: {method} {path} gave {status}")
    assert not wrong


def test_no_session_and_no_key_of_ours_opens_what_has_keys_of_another_kind(
    app: Flask, callers: list[Somebody]
) -> None:
    opened = []
    for method, path, declared, _ in routes(app):
        for one in callers if declared and path.startswith(OTHER_KEYS) else ():
            status = one.opens(app.test_client(), method, path)
            # Akismet says `invalid` of a key in a 200.
            if status != 401 and not path.endswith("/verify-key"):
                opened.append(f"{one.name}: {method} {path} gave {status}")
    assert not opened


def _for_the_other_kind(one: Somebody, declared: frozenset[Permission]) -> bool:
    """What a site's program does needs its site: no person has one, and may be told so."""
    return Permission.SUBMIT in declared and one.permissions != SITE_KEY_PERMISSIONS


def test_every_change_by_session_needs_the_csrf_token(app: Flask, callers: list[Somebody]) -> None:
    tried = 0
    (admin,) = [one for one in callers if one.name == "session of a administrator"]
    for method, path, _, view in routes(app):
        if method == "GET" or keyed_its_own_way(view):
            continue
        tried += 1
        status = admin.opens(app.test_client(), method, path, csrf=False)
        assert status in (302, 303, 400), f"{method} {path} gave {status} ({view.__name__})"
        if status in (302, 303):
            # The sign-in pages lead back to themselves; the session is as it was.
            assert path in ("/login", "/logout")
    assert tried > 15
    assert admin.opens(app.test_client(), "GET", "/admin/users") == 200


@pytest.fixture
def forgotten(app: Flask) -> str:
    """A route whose author forgot to say who may use it."""
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    return "/forgotten"


@pytest.fixture
def rows(app: Flask) -> str:
    """A route for those who train."""
    view = requires(Permission.EXPORT_FEEDBACK)(lambda: "open")
    app.add_url_rule("/rows", "rows", view)
    return "/rows"


def test_a_route_that_declares_nothing_is_closed(
    app: Flask, forgotten: str, callers: list[Somebody]
) -> None:
    for one in callers:
        assert one.opens(app.test_client(), "GET", forgotten) == 403


def test_what_is_for_those_who_train_is_open_to_them_alone(
    app: Flask, rows: str, callers: list[Somebody]
) -> None:
    found = {one.name for one in callers if one.opens(app.test_client(), "GET", rows) == 200}
    assert found == {
        f"{way} of a {role}"
        for way in ("token", "session")
        for role in ("scientist", "administrator")
    }


def test_a_password_of_somebody_elses_opens_only_the_way_to_ones_own(
    app: Flask, keep_user: Callable[[User], User]
) -> None:
    user = keep_user(replace(a_user("ada", Role.ADMINISTRATOR), password_once=True))
    cookie, token = _session(app, user.login)
    ada = Somebody("ada", ROLE_PERMISSIONS[user.role], cookie=cookie, token=token)
    opened = set()
    for method, path, declared, _ in routes(app):
        status = ada.opens(app.test_client(), method, path)
        if declared and status not in (401, 403) and not path.startswith(OTHER_KEYS):
            opened.add((method, path))
    assert opened == {("GET", "/account"), ("POST", "/account/password")}
    client = app.test_client()
    client.set_cookie("moderation_session", cookie)
    fault(client.get("/v1/queue"), 403, "password_to_replace")
    answer = client.get("/review", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, "/account")


def _session(app: Flask, login: str = "") -> tuple[str, str]:
    """The cookie and the CSRF token of a fresh session, signed in where a login is given."""
    client = app.test_client()
    page = client.get("/login", headers={"Accept": "text/html"}).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    token = found[1]
    if login:
        form = {"login": login, "password": PASSWORD, "csrf_token": token}
        assert client.post("/login", data=form).status_code == 303
        page = client.get("/account", headers={"Accept": "text/html"}).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        token = found[1]
    cookie = client.get_cookie("moderation_session")
    assert cookie is not None
    return cookie.value, token
