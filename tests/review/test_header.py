"""Where the header leads, and where one begins: to what one may open."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.review.conftest import PASSWORD, Desk, show, signed_in, token


@pytest.mark.parametrize("name", ["mona", "lea", "sam", "ada"])
def test_the_header_leads_everybody_to_what_they_may_open(
    desk: Desk, ada: FlaskClient, name: str
) -> None:
    client = ada if name == "ada" else signed_in(desk, name)
    header = show(client, "/account").split("<header")[1].split("</header")[0]
    leads = re.findall(r'<(?:a|form)[^>]* (?:href|action)="([^"]+)"', header)
    assert ("/review/queue" in leads) is (name != "sam")
    assert ("/admin" in leads) is (name in ("lea", "ada"))
    for path in leads:
        if path != "/logout":
            assert client.get(path, follow_redirects=True).status_code in (200, 400), path


def test_who_reviews_nothing_begins_at_their_account(desk: Desk) -> None:
    client = desk.app.test_client()
    form = {"login": "sam@example.org", "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/login", data=form | {"next": "/review"}).location == "/account"
    for path in ("/", "/login"):
        assert client.get(path).location == "/account"
