"""Unmodified clients of Akismet, driven against a running service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moderation.storage import SqlStore, open_store, upgrade
from tests.compat.akismet.conftest import KEY, THANKS, an_akismet_key
from tests.compat.unmodified import drive_node, drive_python
from tests.drills.service import Service
from tests.factories import a_site

CIVIL = "Thank you for the clear map of the footpath."
HARSH = "You are a stupid idiot and nobody wants you here."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, SqlStore]]:
    """gunicorn with the shipped model, and the store behind it."""
    folder = tmp_path_factory.mktemp("service")
    url = f"sqlite:///{folder / 'moderation.sqlite3'}"
    upgrade(url)
    store = open_store(url)
    with store.write() as work:
        work.sites.put(a_site())
        work.accounts.put_key(an_akismet_key(a_site()))
        work.commit()
    served = Service(folder, url, 300.0, {"MODERATION_AUDIT_RATE": "0"})
    served.start()
    yield served, store
    served.stop()
    store.dispose()


@pytest.fixture
def words(service: tuple[Service, SqlStore]) -> tuple[str, ...]:
    return (f"http://127.0.0.1:{service[0].port}", KEY, CIVIL, HARSH)


def verdicts(store: SqlStore, author: str) -> dict[str, str]:
    with store.read() as work:
        names = {one.key: one.author.name for one in work.comments.latest("daily", 100)}
        told = list(work.suggestions.all("daily"))
    return {one.text: one.verdict for one in told if names.get(one.comment_key or "") == author}


def test_akismet_of_pypi(words: tuple[str, ...], service: tuple[Service, SqlStore]) -> None:
    assert drive_python("akismet==25.10.1", "akismet_25.py", *words) == {
        "keys": [True, False],
        "harsh": "SPAM",
        "civil": "HAM",
        "told": [True, True],
        "refused": "RequestError",
        "empty": "RequestError",
        "usage": 2,
    }
    assert verdicts(service[1], "Ann") == {HARSH: "approve", CIVIL: "reject"}


def test_python_akismet_of_pypi(words: tuple[str, ...], service: tuple[Service, SqlStore]) -> None:
    found = drive_python("python-akismet==0.4.3", "python_akismet.py", *words)
    ham, probable_spam = 0, 2
    assert (found["civil"], found["harsh"], found["told"]) == (ham, probable_spam, [None, None])
    assert "unknown, expired or revoked" in found["refused"]
    assert verdicts(service[1], "Ben") == {HARSH: "approve", CIVIL: "reject"}


def test_akismet_api_of_npm(words: tuple[str, ...]) -> None:
    found = drive_node("akismet-api@6.0.0", "akismet_api.cjs", *words)
    assert (found["keys"], found["civil"], found["harsh"]) == ([True, False], False, True)
    assert found["told"] == [THANKS.decode()] * 2
    assert (found["refused"], found["empty"]) == ("Unauthorized", "Bad Request")


def test_cedx_akismet_of_npm(words: tuple[str, ...], service: tuple[Service, SqlStore]) -> None:
    found = drive_node("@cedx/akismet@16.2.1", "cedx_akismet.cjs", *words)
    ham, spam = 0, 1
    assert (found["keys"], found["civil"], found["harsh"]) == ([True, False], ham, spam)
    assert (found["refused"], found["empty"]) == ("401 UNAUTHORIZED", "400 BAD REQUEST")
    assert verdicts(service[1], "Dora") == {HARSH: "approve", CIVIL: "reject"}
