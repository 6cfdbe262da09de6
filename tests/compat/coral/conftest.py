"""The app with one site whose Coral asks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import new_secret
from tests.compat.coral.imitation import Coral, Send
from tests.web.conftest import (  # noqa: F401 - fixtures are found by their names
    anyone,
    app,
    daily,
    keep_key,
    other_program,
    program,
    web,
)

SECRET = "empsec_6f1d0c9a4b7e2f58a3c1d9e0b4f7a6c2"


@pytest.fixture
def send(anyone: FlaskClient) -> Send:  # noqa: F811
    """Posts to the phase without a socket."""

    def send(raw: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = anyone.post("/coral/phase", data=raw, headers=dict(headers))
        return answer.status_code, answer.data

    return send


@pytest.fixture
def coral(send: Send, daily: Site, keep_key: Callable[[Key], None]) -> Coral:  # noqa: F811
    """The Coral of the daily site, with a secret that it made itself."""
    _, key = new_secret(KeyKind.CORAL, site_id=daily.id, given=SECRET)
    keep_key(key)
    return Coral(send, [SECRET])
