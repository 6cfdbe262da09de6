"""A server that is stopped says nothing and breaks no connection: those who wait are let go."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import make_url, text

from moderation.errors import Unavailable
from moderation.storage import SqlStore, open_store, silence
from tests.factories import a_site


class Between:
    """Passes on what a client and a server say, until it is stopped; then nobody hears anything."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listening]
        self.port = self._listening.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def stop(self) -> None:
        self._goes_on.clear()

    def go_on(self) -> None:
        self._goes_on.set()

    def close(self) -> None:
        for one in self._open:
            with suppress(OSError):
                # Whoever reads from it hears that it has ended.
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._open += [client, server]
            self._begin(self._pass_on, client, server)
            self._begin(self._pass_on, server, client)

    def _begin(self, work: Callable[..., None], *sockets: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=sockets, daemon=True))
        self._threads[-1].start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while said := one.recv(65_536):
                self._goes_on.wait()
                other.sendall(said)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            return


@pytest.fixture
def between(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Between, SqlStore]]:
    """What can be stopped, and a store that is reached through it and soon loses patience."""
    monkeypatch.setattr(silence, "SILENT_SECONDS", 0.1)
    monkeypatch.setattr(silence, "LOOKS_EVERY", 0.05)
    url = make_url(postgres_url)
    made = Between(url.host or "127.0.0.1", url.port or 5432)
    through = url.set(host="127.0.0.1", port=made.port).update_query_dict({"connect_timeout": "2"})
    store = open_store(through.render_as_string(hide_password=False))
    yield made, store
    made.go_on()
    store.dispose()
    made.close()


def _put(store: SqlStore, id: str) -> None:
    with store.write() as work:
        work.sites.put(a_site(id))
        work.commit()


def test_a_server_that_is_stopped_in_the_middle_is_an_outage(
    between: tuple[Between, SqlStore],
) -> None:
    server, store = between
    with store.write() as work:
        work.sites.put(a_site("daily"))
        server.stop()
        with pytest.raises(Unavailable):
            work.sites.put(a_site("weekly"))
    # So is whatever is asked while it lasts, on connections made before or on new ones.
    for _ in range(2):
        with pytest.raises(Unavailable):
            _put(store, "daily")
    server.go_on()
    _put(store, "daily")
    with store.read() as work:
        assert [site.id for site in work.sites.all()] == ["daily"]


def test_a_connection_that_waits_in_the_pool_is_no_trap(
    between: tuple[Between, SqlStore],
) -> None:
    server, store = between
    _put(store, "daily")
    server.stop()
    with pytest.raises(Unavailable):
        _put(store, "weekly")


def test_another_server_that_answers_in_its_place_does_not_keep_it(
    between: tuple[Between, SqlStore], postgres_url: str
) -> None:
    server, _ = between
    url = make_url(postgres_url)
    both = [f"127.0.0.1:{server.port}", f"{url.host or '127.0.0.1'}:{url.port or 5432}"]
    either = url.set(host=None, port=None).update_query_dict({"host": both, "connect_timeout": "2"})
    store = open_store(either.render_as_string(hide_password=False))
    with store.write() as work:
        work.sites.put(a_site("daily"))
        server.stop()
        with pytest.raises(Unavailable):
            work.sites.put(a_site("weekly"))
    _put(store, "weekly")
    store.dispose()


def test_a_statement_may_take_as_long_as_it_wants(between: tuple[Between, SqlStore]) -> None:
    _, store = between
    with store._engine(writes=True).connect() as connection:
        assert connection.execute(text("SELECT 1 FROM pg_sleep(1)")).scalar() == 1
