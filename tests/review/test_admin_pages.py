"""What the pages of the administration show and do, asked without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.accounts import Key, KeyKind, Role
from moderation.changes import Subject
from moderation.credentials import digest, new_secret
from moderation.errors import NotScored
from moderation.review_queue import Verdict
from moderation.scoring.scorer import Scorer
from moderation.settings import Settings
from moderation.web.app import create_app
from moderation.web.headers import CONTENT_SECURITY_POLICY
from moderation.workflow.people import find_person
from moderation.workflow.reviewing import give_verdict
from moderation.workflow.site_policy import change_site, read_site
from tests.review.conftest import PASSWORD, Desk, send, show, signed_in, token

NEW = "a good and new one"


def secret_of(answer: TestResponse) -> str:
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'<code id="secret"[^>]*>([^<]+)</code>', answer.text)
    assert found
    return found[1]


def fault(answer: TestResponse, status: int, field: str) -> str:
    """What a refused form says beside the field at fault."""
    assert answer.status_code == status, answer.text
    assert f'href="#{field}"' in answer.text
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', answer.text)
    said = re.search(rf'id="problem-{field}">([^<]+)<', answer.text)
    assert said
    return said[1]


def keys_of(desk: Desk, **of: str) -> list[Key]:
    with desk.services.store.read() as work:
        return work.accounts.keys(**of)  # type: ignore[arg-type]


def test_somebody_who_is_added_signs_in_once_and_chooses_a_password(
    desk: Desk, ada: FlaskClient
) -> None:
    answer = send(ada, "/admin/users/new", login="nia", name="Nia", role="moderator")
    assert answer.status_code == 201
    given = secret_of(answer)
    nia = desk.app.test_client()
    form = {"login": "nia", "password": given, "csrf_token": token(nia)}
    assert nia.post("/login", data=form).location == "/review"
    assert nia.get("/review").location == "/account"
    assert "Choose your own" in show(nia, "/account")
    answer = send(nia, "/account/password", old=given, password="short")
    assert fault(answer, 400, "password") == "must have 10 to 1000 characters"
    assert send(nia, "/account/password", old=given, password=NEW).location == "/account"
    assert nia.get("/review").status_code == 200
    assert "last signed in" in show(ada, "/admin/users")


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(
    desk: Desk, ada: FlaskClient
) -> None:
    answer = send(ada, "/admin/users/new", login="Mona@example.org", name="Mo", role="lead")
    assert fault(answer, 409, "login") == "This login is taken."
    assert 'value="Mona@example.org"' in answer.text
    assert '<option value="lead" selected>' in answer.text
    assert fault(send(ada, "/admin/users/new", login="x", role="king"), 400, "role")
    answer = send(ada, "/admin/keys/new", site="daily", kind="site", label="CMS", days="soon")
    assert fault(answer, 400, "days")
    assert 'value="CMS"' in answer.text
    assert keys_of(desk) == []


def test_a_person_is_changed_and_the_change_taken_back(desk: Desk, ada: FlaskClient) -> None:
    mona = signed_in(desk, "mona")
    answer = send(ada, "/admin/users/mona", name="Mona", role="lead")
    assert answer.location == "/admin/users/mona"
    assert find_person(desk.services, "mona").role is Role.LEAD
    assert mona.get("/review").location == "/login?next=/review"
    page = show(ada, "/admin/users/mona")
    assert "role: moderator → lead moderator" in page
    back = re.search(r'action="(/admin/changes/\w+/undo)"', page)
    assert back
    assert send(ada, back[1]).location == "/admin/users/mona"
    user = find_person(desk.services, "mona")
    assert (user.role, user.active) == (Role.MODERATOR, True)
    assert send(ada, back[1]).status_code == 409


def test_the_last_administrator_is_told_beside_the_field(desk: Desk, ada: FlaskClient) -> None:
    answer = send(ada, "/admin/users/ada", name="Ada", role="lead", active="yes")
    assert fault(answer, 409, "role") == "This is the last active administrator."


def test_ending_sessions_and_a_reset_end_what_is_open(desk: Desk, ada: FlaskClient) -> None:
    for path in ("/admin/users/mona/sessions", "/admin/users/mona/password"):
        mona = signed_in(desk, "mona")
        assert mona.get("/review").status_code == 200
        assert send(ada, path).status_code in (200, 303)
        assert mona.get("/review").status_code == 302
    assert find_person(desk.services, "mona").password_once


def test_ones_own_password_ends_other_sessions_and_not_this_one(desk: Desk) -> None:
    here, there = signed_in(desk, "mona"), signed_in(desk, "mona")
    answer = send(here, "/account/password", old="not this", password=NEW)
    assert fault(answer, 400, "old") == "This is not your present password."
    assert send(here, "/account/password", old=PASSWORD, password=NEW).status_code == 303
    assert here.get("/review").status_code == 200
    assert there.get("/review").status_code == 302


def test_in_a_session_one_can_guess_at_its_password_so_often_and_no_more(desk: Desk) -> None:
    settings = Settings(
        secret_key="for tests " * 4, login_rate="999/minute", login_name_rate="3 per minute"
    )
    at = replace(desk, app=create_app(settings, desk.services))
    stolen, own, other = signed_in(at, "mona"), signed_in(at, "mona"), signed_in(at, "bo")

    def change(client: FlaskClient, old: str) -> TestResponse:
        return send(client, "/account/password", old=old, password=NEW)

    assert [change(stolen, "a guess").status_code for _ in range(3)] == [400, 400, 400]
    for client in (stolen, own):
        answer = change(client, PASSWORD)
        assert fault(answer, 429, "old").startswith("Too many attempts")
    assert change(other, PASSWORD).status_code == 303
    assert own.get("/review").status_code == 200


def test_a_key_is_made_replaced_and_revoked(desk: Desk, ada: FlaskClient) -> None:
    answer = send(ada, "/admin/keys/new", site="daily", kind="site", label="CMS", days="90")
    assert answer.status_code == 201
    secret = secret_of(answer)
    program = desk.app.test_client()

    def works(secret: str) -> bool:
        return program.get("/v1/model", headers={"X-API-Key": secret}).status_code == 200

    assert works(secret)
    (key,) = keys_of(desk)
    assert secret not in show(ada, f"/admin/keys/{key.id}")
    following = secret_of(send(ada, f"/admin/keys/{key.id}/rotate", grace="1"))
    assert works(secret)
    assert works(following)
    desk.clock.advance(hours=1)
    assert not works(secret)
    assert "expired" in show(ada, f"/admin/keys/{key.id}")
    new = next(one for one in keys_of(desk) if one.id != key.id)
    assert send(ada, f"/admin/keys/{new.id}/revoke").status_code == 303
    assert not works(following)
    assert "2 that have ended" in show(ada, "/admin/keys?site=daily")


GIVEN = "empsec_6f1d0c9a4b7e2f58a3c1d9e0b4f7a6c2"


def test_a_secret_that_coral_made_is_entered_and_never_shown(desk: Desk, ada: FlaskClient) -> None:
    form = {"site": "daily", "kind": "coral", "label": "Coral", "days": ""}
    answer = send(ada, "/admin/keys/new", **form, secret=f" {GIVEN} ")
    assert answer.status_code == 303
    (key,) = keys_of(desk)
    assert (key.secret, key.digest) == (GIVEN, digest(GIVEN))
    shown = show(ada, f"/admin/keys/{key.id}")
    assert GIVEN not in shown
    assert "Coral makes its signing secrets itself" in shown
    assert fault(send(ada, "/admin/keys/new", **form, secret=GIVEN), 409, "secret")


@pytest.mark.parametrize(
    "secret", ["too-short-for-a-secret", "with a blank in the midst of it", "é" * 30]
)
def test_a_secret_that_will_not_do_is_told(desk: Desk, ada: FlaskClient, secret: str) -> None:
    form = {"site": "daily", "kind": "coral", "label": "", "days": "", "secret": secret}
    answer = send(ada, "/admin/keys/new", **form)
    assert fault(answer, 400, "secret")
    assert secret not in answer.text
    assert keys_of(desk) == []


@pytest.mark.parametrize("kind", ["site", "akismet"])
def test_only_coral_makes_its_secrets_itself(desk: Desk, ada: FlaskClient, kind: str) -> None:
    form = {"site": "daily", "kind": kind, "label": "", "days": "", "secret": GIVEN}
    assert fault(send(ada, "/admin/keys/new", **form), 400, "secret")


def test_a_signing_key_from_before_secrets_were_kept_is_said_to_be_of_no_use(
    desk: Desk, ada: FlaskClient
) -> None:
    _, key = new_secret(KeyKind.CORAL, site_id="daily")
    with desk.services.store.write() as work:
        work.accounts.put_key(replace(key, secret=None))
        work.commit()
    assert "it checks no signature" in show(ada, "/admin/keys")


def test_the_last_day_of_a_key_is_kept_where_it_was_not_touched(
    desk: Desk, ada: FlaskClient
) -> None:
    send(ada, "/admin/keys/new", site="daily", kind="site", label="CMS", days="90")
    (key,) = keys_of(desk)
    path = f"/admin/keys/{key.id}"
    assert send(ada, path, label="Blog", expires=f"{key.expires_at:%Y-%m-%d}").status_code == 303
    assert keys_of(desk) == [replace(key, label="Blog")]
    assert fault(send(ada, path, label="Blog", expires="2026-02-28"), 400, "expires")
    assert fault(send(ada, path, label="Blog", expires="9999-12-31"), 400, "expires")
    assert send(ada, path, label="Blog", expires="").status_code == 303
    assert keys_of(desk)[0].expires_at is None


def test_a_token_is_made_by_its_owner_and_is_nobody_elses(desk: Desk) -> None:
    mona, bo = signed_in(desk, "mona"), signed_in(desk, "bo")
    secret = secret_of(send(mona, "/account/tokens", label="laptop"))
    headers = {"Authorization": f"Bearer {secret}"}
    assert desk.app.test_client().get("/v1/queue", headers=headers).status_code == 200
    (token,) = keys_of(desk, user_id="mona")
    assert send(bo, f"/account/tokens/{token.id}/revoke").status_code == 404
    assert send(bo, f"/account/tokens/{token.id}/rotate", grace="0").status_code == 404
    assert send(mona, f"/account/tokens/{token.id}/revoke").status_code == 303
    assert desk.app.test_client().get("/v1/queue", headers=headers).status_code == 401


def test_a_site_is_tried_saved_and_put_back(desk: Desk, ada: FlaskClient) -> None:
    desk.queued("c1", "What a silly idea.")
    desk.hand_in("c2", "A fine day.")
    page = show(ada, "/admin/sites/daily")
    assert "the model's: 0.500" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    form = {
        "seen": seen[1],
        "name": "The Daily",
        "language": "en",
        "rules.words": "fine day | review | | weather",
        "rules.closed_action": "review",
        "rules.foreign": "review",
        "thresholds.toxicity.review": "0.7",
    }
    tried = send(ada, "/admin/sites/daily", do="rehearse", **form)
    assert "Of the last 2 comments, 1 would be decided otherwise" in tried.text
    assert "weather" in tried.text
    assert 'value="0.7"' in tried.text
    assert read_site(desk.services, "daily") == desk.site
    assert send(ada, "/admin/sites/daily", do="save", **form).status_code == 303
    kept = read_site(desk.services, "daily")
    assert kept.thresholds == {"toxicity": {"review": 0.7}}
    assert [word.entry for word in kept.rules.words] == ["fine day"]
    stale = send(ada, "/admin/sites/daily", do="save", **form | {"name": "Other"})
    assert stale.status_code == 409
    assert "Show it as it is now" in stale.text
    back = re.search(r'action="(/admin/changes/\w+/undo)"', show(ada, "/admin/sites/daily"))
    assert back
    assert send(ada, back[1]).location == "/admin/sites/daily"
    assert read_site(desk.services, "daily") == desk.site


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("language", "english"),
        ("url", "ftp://example.org"),
        ("thresholds.insult.review", "much"),
        ("thresholds.insult.block", "1.5"),
        ("rules.words", "fine | shout"),
        ("rules.words", "good\n!!!"),
        ("rules.max_links", "-1"),
        ("rules.closed_action", "shout"),
        ("rules.audit_rate", "2"),
    ],
)
def test_what_a_site_cannot_be_is_told_beside_its_field(
    desk: Desk, ada: FlaskClient, field: str, value: str
) -> None:
    form = {
        "name": "The Daily",
        "language": "en",
        "rules.closed_action": "review",
        "rules.foreign": "review",
    }
    assert fault(send(ada, "/admin/sites/daily", **form | {field: value}), 400, field)
    assert read_site(desk.services, "daily") == desk.site


def test_a_refused_field_goes_by_the_name_that_it_has_on_the_page(ada: FlaskClient) -> None:
    site = send(ada, "/admin/new-site", id="weekly", language="en", url="javascript:alert(1)")
    own = send(ada, "/account/password", old="not this one", password=NEW)
    for answer, field, name in ((site, "url", "Address"), (own, "old", "Present password")):
        assert fault(answer, 400, field)
        assert f'<a href="#{field}">{name}</a>' in answer.text
        assert f'<label for="{field}">{name}</label>' in answer.text


@pytest.mark.parametrize(
    "field", ["words", "new_author_comments", "max_links", "close_after_days", "audit_rate"]
)
def test_a_refused_rule_goes_by_the_name_that_it_has_on_the_page(
    desk: Desk, ada: FlaskClient, field: str
) -> None:
    address = f"/admin/sites/{desk.site.id}"
    answer = send(ada, address, name="Daily", language="en", seen="", **{f"rules.{field}": "a | b"})
    name = re.search(rf'<label for="rules.{field}">([^<]+)</label>', answer.text)
    assert answer.status_code == 400
    assert name
    assert f'<a href="#rules.{field}">{name[1]}</a>' in answer.text


def test_a_site_is_added_once(desk: Desk, ada: FlaskClient) -> None:
    form = {"id": "a/b", "name": "", "language": "pl"}
    assert send(ada, "/admin/new-site", **form).location == "/admin/sites/a/b"
    assert "a/b" in show(ada, "/admin/sites/a/b")
    assert "already" in fault(send(ada, "/admin/new-site", **form), 409, "id")


def test_without_a_model_a_site_can_be_set_and_not_tried(desk: Desk, ada: FlaskClient) -> None:
    class NoModel:
        def current(self) -> Scorer:
            raise NotScored("There is no model.", retry_after=5)

    settings = Settings(secret_key="for tests " * 4)
    app = create_app(settings, replace(desk.services, scorers=NoModel()))
    client = app.test_client()
    kept = ada.get_cookie("moderation_session")
    assert kept
    client.set_cookie("moderation_session", kept.value)
    assert "the model's: never" in show(client, "/admin/sites/daily")
    form = {
        "rules.closed_action": "block",
        "rules.foreign": "review",
        "name": "D",
        "language": "en",
    }
    tried = send(client, "/admin/sites/daily", do="rehearse", **form)
    assert tried.status_code == 400
    assert "There is no model." in tried.text
    assert send(client, "/admin/sites/daily", do="save", **form).status_code == 303


def test_every_page_keeps_the_strict_policy_and_escapes_what_it_shows(
    desk: Desk, ada: FlaskClient
) -> None:
    hostile = "<script>alert(1)</script>"
    send(ada, "/admin/users/mona", name=hostile, role="moderator", active="yes")
    send(ada, "/admin/keys/new", site="daily", kind="site", label=hostile)
    change_site(desk.services, None, replace(desk.site, name=hostile))
    (key,) = keys_of(desk)
    item = desk.queued("c1", hostile + " silly")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.REJECT, 1)
    for path in (
        *("/admin/users", "/admin/users/new", "/admin/users/mona", "/admin/keys"),
        *("/admin/keys/new", f"/admin/keys/{key.id}", "/admin/sites", "/admin/sites/daily"),
        *("/admin/new-site", "/admin/audit", "/account", "/review/me"),
    ):
        answer = ada.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        for inline in (" style=", "<style", " onclick=", "javascript:"):
            assert inline not in answer.text, path
        assert answer.text.count("<script") == answer.text.count('<script src="/static/'), path
        tokens = answer.text.count('name="csrf_token"')
        assert answer.text.count('method="post"') == tokens, path
    with desk.services.store.read() as work:
        assert work.changes.latest(1, subject=Subject.USER, subject_id="mona")


def test_guessing_at_a_login_slows_down_the_guessing_and_not_its_owner(desk: Desk) -> None:
    settings = Settings(
        secret_key="for tests " * 4, login_rate="999/minute", login_name_rate="3 per minute"
    )
    app = create_app(settings, desk.services)

    def attempt(client: FlaskClient, password: str, login: str = "mona@example.org") -> int:
        form = {"login": login, "password": password, "csrf_token": token(client)}
        return client.post("/login", data=form).status_code

    known = app.test_client()
    assert attempt(known, PASSWORD) == 303
    guessers = [app.test_client() for _ in range(4)]
    assert [attempt(guesser, "a guess") for guesser in guessers] == [403, 403, 403, 429]
    assert attempt(app.test_client(), PASSWORD) == 429
    assert attempt(app.test_client(), PASSWORD, "bo@example.org") == 303
    known.post("/logout", data={"csrf_token": token(known)})
    assert attempt(known, PASSWORD) == 303
