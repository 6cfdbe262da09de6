"""A site with services over each database and the clock of the machine: receivers look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from moderation.comments import Site
from moderation.outbound import Outbound
from moderation.outgoing import Endpoint
from moderation.storage import SqlStore
from moderation.webhooks.courier import Courier
from moderation.workflow import Services
from moderation.workflow.services import utc_now
from moderation.workflow.webhooks import add_endpoint
from tests.factories import KeywordScorer
from tests.webhooks.receivers import LOOPBACK, Heard, Receiver, receiving

Listen = Callable[..., tuple[Receiver, Endpoint]]


@pytest.fixture
def present(store: SqlStore, site: Site) -> Services:
    """The use cases' collaborators, at this very moment."""
    return Services(store, KeywordScorer(), audit_rate=0.0, now=utc_now)


@pytest.fixture
def courier(present: Services) -> Iterator[Courier]:
    """What a worker does; patient for two seconds."""
    made = Courier(present, Outbound(LOOPBACK, 2.0, https_outside=True), timedelta(days=7))
    yield made
    assert made.stop(30)


@pytest.fixture
def listen(present: Services, site: Site) -> Iterator[Listen]:
    """A receiver that checks signatures, and its endpoint."""
    with ExitStack() as open_:

        def listen(
            answer: Callable[[Heard], int] = lambda _: 204,
            types: tuple[str, ...] = (),
            **headers: str,
        ) -> tuple[Receiver, Endpoint]:
            receiver = open_.enter_context(receiving(Receiver(answer, headers=headers)))
            made = add_endpoint(present, None, site.id, receiver.url, types=types)
            receiver.secret, endpoint = made
            return receiver, endpoint

        yield listen
