"""A CMS that was made to call Akismet, in front of the app with the keyword scorer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import digest
from moderation.storage import SqlStore
from tests.factories import NOON
from tests.web.conftest import app, daily, keep_key, web

__all__ = ["app", "daily", "keep_key", "web"]

ROOT = Path(__file__).resolve().parents[3]
KEY = "0123456789ab"
BLOG = "https://blog.example"
THANKS = b"Thanks for making the web a better place."


@dataclass
class Cms:
    """A client that sends one key in every form."""

    client: FlaskClient
    key: str = KEY

    def post(self, call: str, fields: object = (), **options: object) -> TestResponse:
        form = {"api_key": self.key, "blog": BLOG, "user_ip": "192.0.2.7"}
        return self.raw(call, urlencode(form | dict(fields)).encode(), **options)  # type: ignore[call-overload]

    def raw(self, call: str, body: bytes, **options: object) -> TestResponse:
        kind = "application/x-www-form-urlencoded"
        path = call if call.startswith("/") else f"/1.1/{call}"
        return self.client.post(path, data=body, content_type=kind, **options)  # type: ignore[arg-type]

    def check(self, content: str, **fields: object) -> TestResponse:
        """Ask about a comment under the first article by Ann."""
        usual = {
            "permalink": f"{BLOG}/bridge",
            "comment_type": "comment",
            "comment_author": "Ann",
            "comment_author_email": "ann@blog.example",
        }
        return self.post("comment-check", usual | {"comment_content": content} | fields)

    def tell(self, call: str, content: str, **fields: object) -> TestResponse:
        """Tell what became of such a comment."""
        usual = {"permalink": f"{BLOG}/bridge", "comment_author": "Ann"}
        return self.post(call, usual | {"comment_content": content} | fields)


def an_akismet_key(site: Site, secret: str = KEY) -> Key:
    return Key(f"key-{secret}", KeyKind.AKISMET, digest(secret), "CMS", NOON, site_id=site.id)


@pytest.fixture
def cms(app: Flask, daily: Site, keep_key: Callable[[Key], None]) -> Cms:
    """The CMS of the daily site."""
    keep_key(an_akismet_key(daily))
    return Cms(app.test_client())


@pytest.fixture
def change_site(sqlite_store: SqlStore) -> Callable[[Site], None]:
    """Has a site as given from now on."""

    def change(site: Site) -> None:
        with sqlite_store.write() as work:
            work.sites.put(site)
            work.commit()

    return change
