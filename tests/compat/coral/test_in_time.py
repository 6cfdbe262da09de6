"""A database that does not answer holds up no answer to Coral, and nothing piles up behind."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import create_engine, text

from moderation.accounts import KeyKind
from moderation.credentials import new_secret
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.stores import UnitOfWork
from moderation.web.app import create_app
from moderation.workflow import Services
from moderation.workflow.services import MOST_AT_ONCE
from moderation.workflow.signatures import MOST_LOOK_UPS
from tests.compat.coral.conftest import SECRET
from tests.compat.coral.imitation import Coral
from tests.factories import Clock, KeywordScorer, a_site

BUDGET = 250
HELD = {"status": "PREMOD"}
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def coral_of(services: Services) -> Coral:
    settings = Settings(secret_key="only for tests", coral_budget_ms=BUDGET)
    client = create_app(settings, services).test_client()

    def send(raw: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = client.post("/coral/phase", data=raw, headers=dict(headers))
        return answer.status_code, answer.data

    return Coral(send, [SECRET])


def keep_secret(store: SqlStore) -> None:
    with store.write() as work:
        work.accounts.put_key(new_secret(KeyKind.CORAL, site_id="daily", given=SECRET)[1])
        work.commit()


@pytest.fixture
def stored(store: SqlStore) -> SqlStore:
    """A store with a site and the secret of its Coral."""
    with store.write() as work:
        work.sites.put(a_site())
        work.commit()
    keep_secret(store)
    return store


def until_known(services: Services) -> None:
    """Return once a look-up of the keys has come back, and nothing is under way any more."""
    coral = coral_of(services)
    while services.known_signers.at(services.now()) is None:
        coral.post("Hello.")
    until_idle(services)


def until_idle(services: Services) -> None:
    """Return once nothing is at work that an answer did not wait for."""
    while services.in_time._overdue or services.known_signers.look_ups._overdue:
        pass


def texts(store: SqlStore) -> list[str]:
    with store.read() as work:
        return [one.text for one in work.comments.page("daily")]


def lock_comments(work: UnitOfWork, url: str) -> None:
    # SQLite has locked everything by now.
    if url.startswith("postgresql"):
        work.sites._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "LOCK TABLE keys, sites, comments IN ACCESS EXCLUSIVE MODE"
        )


def test_while_others_lock_the_database_comments_are_withheld_and_kept_later(
    services: Services, stored: SqlStore, database_url: str
) -> None:
    until_known(services)
    coral = coral_of(services)
    with stored.write() as locked:
        lock_comments(locked, database_url)
        answers = [coral.post(f"Good morning, {number}.") for number in range(3)]
    assert answers == [HELD] * 3
    while not {f"Good morning, {number}." for number in range(3)} <= set(texts(stored)):
        pass


def test_no_more_waits_for_the_database_than_a_bound(
    server_store: SqlStore, postgres_url: str, scorer: KeywordScorer, clock: Clock
) -> None:
    keep_secret(server_store)
    services = Services(server_store, scorer, now=clock)
    until_known(services)
    coral, engine = coral_of(services), create_engine(postgres_url)
    with server_store.write() as locked:
        lock_comments(locked, postgres_url)
        answers = [coral.post(f"Good morning, {number}.") for number in range(30)]
        with engine.connect() as connection:
            assert 0 < connection.execute(WAITING).scalar_one() <= MOST_AT_ONCE + MOST_LOOK_UPS
    engine.dispose()
    assert answers == [HELD] * 30
    until_idle(services)


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a PostgreSQL that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]
        yield f"postgresql://nobody@127.0.0.1:{port}/none?connect_timeout=2"


def test_a_database_that_never_says_a_word_has_the_first_comment_withheld(
    services: Services, silent: str
) -> None:
    store = open_store(silent)
    lost = Services(store, services.scorers, now=services.now)
    coral = coral_of(lost)
    assert [coral.post(f"Hello {number}.") for number in range(8)] == [HELD] * 8
    assert coral.last[0] == 200
    store.dispose()
