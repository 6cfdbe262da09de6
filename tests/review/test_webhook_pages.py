"""What the pages of the webhooks show and do, asked without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from moderation.errors import InvalidInput
from moderation.outgoing import Off, State
from moderation.settings import Settings
from moderation.web.app import create_app
from moderation.web.headers import CONTENT_SECURITY_POLICY
from moderation.webhooks.handing import hand_out, settle, take_up
from moderation.webhooks.schedule import FAILURES_TO_SWITCH_OFF, SWITCHED_OFF_AFTER, Outcome
from moderation.workflow.resending import endpoint_log
from moderation.workflow.webhooks import find_endpoint, list_endpoints
from tests.review.conftest import Desk, send, show, signed_in
from tests.review.test_admin_pages import fault, secret_of

URL = "https://cms.example.org/hook"


@pytest.fixture
def added(desk: Desk, ada: FlaskClient) -> str:
    """The id of an endpoint that is told of verdicts and of scored comments."""
    chosen = {"type.verdict.given": "yes", "type.comment.scored": "yes"}
    answer = send(ada, "/admin/webhooks/new", site="daily", url=URL, label="CMS", **chosen)
    assert answer.status_code == 201
    assert secret_of(answer).startswith("whsec_")
    [standing] = list_endpoints(desk.services, "daily")
    assert standing.endpoint.types == ("comment.scored", "verdict.given")
    return standing.endpoint.id


def fail(desk: Desk, endpoint_id: str, status: int | None = 500) -> None:
    """What is due for the endpoint is attempted and fails."""
    hand_out(desk.services)
    taken = take_up(desk.services, endpoint_id, 10, timedelta(minutes=1))
    assert taken is not None
    outcome = Outcome(desk.clock(), 12, status, f"Answered {status}.")
    tried = [(one, outcome) for one in taken[1]]
    settle(desk.services, taken[0], tried, lease=timedelta(minutes=1))


def test_an_endpoint_is_shown_without_its_secret_and_changed(
    desk: Desk, ada: FlaskClient, added: str
) -> None:
    path = f"/admin/webhooks/{added}"
    page = show(ada, path)
    assert "whsec_" not in page
    assert "signed with one secret" in page
    answer = send(ada, path, url=f"{URL}/new", label="The CMS")
    assert answer.location == path
    found = find_endpoint(desk.services, added).endpoint
    assert (found.url, found.label, found.types) == (f"{URL}/new", "The CMS", ())
    page = show(ada, path)
    assert f"address: {URL} → {URL}/new" in page
    assert "told of: comment.scored, verdict.given → everything" in page
    back = re.search(r'action="(/admin/changes/\w+/undo)"', page)
    assert back
    assert send(ada, back[1]).location == path
    found = find_endpoint(desk.services, added).endpoint
    assert (found.url, found.label, len(found.types)) == (URL, "CMS", 2)
    assert send(ada, back[1]).status_code == 409
    assert "The CMS" not in show(ada, "/admin/webhooks?site=daily")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "ftp://example.org/"),
        ("url", ""),
        ("url", "https://ada:secret@example.org/"),
        ("url", "https://i❤.example/"),
        ("url", "https://0x7f.1/"),
        ("url", "https://[fe80::1%eth0]/"),
        ("label", "a\x07b"),
        ("site", "none"),
    ],
)
def test_what_an_endpoint_cannot_be_is_told_beside_its_field(
    desk: Desk, ada: FlaskClient, field: str, value: str
) -> None:
    form = {"site": "daily", "url": URL, "label": "CMS"} | {field: value}
    assert fault(send(ada, "/admin/webhooks/new", **form), 400, field)
    assert list_endpoints(desk.services) == []


def test_an_address_that_is_never_called_is_told_beside_its_field(
    desk: Desk, ada: FlaskClient
) -> None:
    def refuse(url: str) -> None:
        raise InvalidInput("url", "This address lies inside a network.")

    app = create_app(
        Settings(secret_key="for tests " * 4), replace(desk.services, judge_address=refuse)
    )
    client, kept = app.test_client(), ada.get_cookie("moderation_session")
    assert kept
    client.set_cookie("moderation_session", kept.value)
    answer = send(client, "/admin/webhooks/new", site="daily", url="https://10.0.0.1/")
    assert fault(answer, 400, "url") == "This address lies inside a network."


def test_a_new_secret_is_shown_once(desk: Desk, ada: FlaskClient, added: str) -> None:
    answer = send(ada, f"/admin/webhooks/{added}/rotate", grace="1")
    assert answer.status_code == 201
    secret = secret_of(answer)
    assert secret in find_endpoint(desk.services, added).endpoint.live_secrets(desk.clock())
    page = show(ada, f"/admin/webhooks/{added}")
    assert "signed with 2 secrets" in page
    assert "new secret" in page
    assert secret not in page + show(ada, "/admin/audit") + ada.get("/admin/audit.csv").text
    desk.clock.advance(hours=1)
    assert find_endpoint(desk.services, added).endpoint.live_secrets(desk.clock()) == [secret]
    assert send(ada, f"/admin/webhooks/{added}/rotate", grace="9").status_code == 400


def test_what_failed_is_seen_and_sent_again(desk: Desk, ada: FlaskClient, added: str) -> None:
    path = f"/admin/webhooks/{added}"
    assert send(ada, f"{path}/test").location == path
    fail(desk, added)
    desk.queued("c1")
    page = show(ada, path)
    assert "failed for good, 1 attempt: Answered 500." in page
    assert "Nothing has got through since" not in page, "a test says nothing of the others"
    assert "well; 1 failed" in show(ada, "/admin/webhooks")
    message = re.search(r'name="message" value="(\w+)"', page)
    assert message
    assert send(ada, f"{path}/replay", message=message[1]).location == path
    [delivery] = endpoint_log(desk.services, added).deliveries
    assert delivery.state is State.PENDING
    fail(desk, added)
    page = show(ada, path)
    assert "Nothing has got through since" in page
    assert "1 failed attempt since then" in page
    assert "After ten failures or more over three days" in page
    listed = show(ada, "/admin/webhooks")
    assert re.search(r"failing since <time[^>]+>[^<]+</time>; 1 on their way, 1 failed", listed)
    assert send(ada, f"{path}/replay", since="24").location == path
    assert "0 messages are sent again." in show(ada, path)
    assert send(ada, f"{path}/replay", message="none").status_code == 404
    assert send(ada, f"{path}/replay", since="7").status_code == 400


def test_a_message_is_known_by_the_comment_that_it_tells_of(
    desk: Desk, ada: FlaskClient, added: str
) -> None:
    desk.queued("<c-17>")
    send(ada, f"/admin/webhooks/{added}/test")
    fail(desk, added)
    page = show(ada, f"/admin/webhooks/{added}").split("Last messages", 1)[1]
    assert page.split("Last attempts", 1)[0].count("comment <bdi>&lt;c-17&gt;</bdi>") == 1


def test_one_that_is_gone_is_told_of_until_it_is_switched_on(
    desk: Desk, ada: FlaskClient, added: str
) -> None:
    path = f"/admin/webhooks/{added}"
    desk.queued("c1")
    fail(desk, added, 410)
    assert ": it answered that it is gone (410)." in show(ada, path)
    listed = show(ada, "/admin/webhooks")
    assert re.search(r"switched off since <time[^>]+>[^<]+</time>; 1 discarded", listed)
    log = show(ada, "/admin/audit?kind=change_webhook")
    assert re.search(r"The service</bdi> changed: switched off: it answered 410", log)
    assert f'href="{path}"' in log
    assert send(ada, f"{path}/test").status_code == 409
    assert send(ada, f"{path}/on").location == path
    assert find_endpoint(desk.services, added).endpoint.off is None
    assert send(ada, f"{path}/off").location == path
    assert find_endpoint(desk.services, added).endpoint.off is Off.OPERATOR
    assert ": by an administrator." in show(ada, path)


def test_the_file_of_the_audit_log_withholds_addresses(ada: FlaskClient, added: str) -> None:
    told = ada.get("/admin/audit.csv").text
    assert "change_webhook" in told
    assert "cms.example.org" not in told


def test_one_that_failed_for_days_says_after_how_many_attempts(
    desk: Desk, ada: FlaskClient, added: str
) -> None:
    with desk.services.store.write() as work:
        endpoint = work.endpoints.get(added)
        assert endpoint
        work.endpoints.put(replace(endpoint, off=Off.FAILING, off_since=desk.clock()))
        work.commit()
    page = show(ada, f"/admin/webhooks/{added}")
    assert "nothing got through for three days, in ten attempts or more" in page
    assert (SWITCHED_OFF_AFTER.days, FAILURES_TO_SWITCH_OFF) == (3, 10)


def test_an_address_is_named_no_longer_than_one_can_take_in(desk: Desk, ada: FlaskClient) -> None:
    url = f"{URL}?token={'secret' * 30}"
    send(ada, "/admin/webhooks/new", site="daily", url=url)
    [standing] = list_endpoints(desk.services, "daily")
    listed, page = (
        show(ada, path) for path in ("/admin/webhooks", f"/admin/webhooks/{standing.endpoint.id}")
    )
    assert "secret" * 10 not in listed
    assert f'value="{url}"' in page
    for shown in (listed, page):
        assert "<bdi>cms.example.org/hook?token=secretsecretsecretsecretsecret" in shown


def test_a_fault_is_named_as_its_field_is(ada: FlaskClient) -> None:
    answer = send(ada, "/admin/webhooks/new", site="daily", url="ftp://example.org/")
    assert '<a href="#url">Address</a>' in answer.text


def test_webhooks_are_for_administrators(desk: Desk, added: str) -> None:
    lea = signed_in(desk, "lea")
    for path in ("/admin/webhooks", "/admin/webhooks/new", f"/admin/webhooks/{added}"):
        assert lea.get(path).status_code == 403
    for name in ("rotate", "on", "off", "test", "replay"):
        assert send(lea, f"/admin/webhooks/{added}/{name}").status_code == 403
    assert find_endpoint(desk.services, added).endpoint.off is None


def test_every_page_keeps_the_strict_policy_and_escapes_what_it_shows(
    desk: Desk, ada: FlaskClient, added: str
) -> None:
    hostile = "<script>alert(1)</script>"
    send(ada, f"/admin/webhooks/{added}", url=f"{URL}?{hostile}", label=hostile)
    send(ada, f"/admin/webhooks/{added}/test")
    fail(desk, added)
    for path in ("/admin/webhooks", "/admin/webhooks/new", f"/admin/webhooks/{added}"):
        answer = ada.get(path)
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        for inline in (" style=", "<style", " onclick=", "javascript:"):
            assert inline not in answer.text, path
        assert answer.text.count("<script") == answer.text.count('<script src="/static/'), path
        tokens = answer.text.count('name="csrf_token"')
        assert answer.text.count('method="post"') == tokens, path
