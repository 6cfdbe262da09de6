"""The document of the API against the app itself, by schemathesis: it makes up calls that fit the
document and calls that do not, and holds every answer against it.

Nothing is answered with a 5xx or in a way that the document does not tell; what it allows is taken,
and what it does not is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings

from moderation.accounts import Role
from moderation.comments import StoredArticle
from moderation.review_queue import ReviewItem
from moderation.stored import QueueFilter
from moderation.workflow import Services
from tests.factories import NOON
from tests.web.conftest import Caller

try:
    import schemathesis
    from schemathesis.config import GenerationConfig, SchemathesisConfig
    from schemathesis.generation import GenerationMode
    from schemathesis.schemas import APIOperation
except ImportError:
    pytest.skip(
        "NO SCHEMATHESIS: install requirements-dev.txt to hold the API against its document",
        allow_module_level=True,
    )

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
"""Calls that are made up for each route, caller and mode, beside those that the limits lead to."""

IN_THE_WAY = ["2xx", "401", "403", "404", "409", "410", "422", "429"]
"""What a call that fits the document may be answered with: by what is stored, or not stored."""

CONFIG: dict[str, Any] = {
    "seed": 1,
    "checks": {
        "positive_data_acceptance": {"expected-statuses": IN_THE_WAY},
        # An id may be `claim`, and hold slashes: so one address can be that of several routes.
        "allow_header_conformance": {"enabled": False},
    },
    "operations": [
        {
            # To ask for another site than that of the key is refused, which no schema can tell.
            "include-path": path,
            "checks": {"positive_data_acceptance": {"expected-statuses": [*IN_THE_WAY, "400"]}},
        }
        for path in ("/v1/queue", "/v1/stats")
    ],
}

OF_PEOPLE = ("/v1/queue", "/v1/stats", "/v1/model")
BOTH = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture(params=["a site", "a person"])
def sender(
    request: pytest.FixtureRequest, web: Services, program: Caller, person: Callable[..., Caller]
) -> Caller:
    """Whoever calls: the program of a site, or a lead. Something is stored that they can meet."""
    with web.store.write() as work:
        work.articles.put(StoredArticle("daily", "bridge-1", "Bridge", "It is closed."), NOON)
        work.commit()
    for number in range(3):
        program.post("/v1/comments", {"id": f"c-{number}", "text": "You silly goose."})
    return program if request.param == "a site" else person("lena", Role.LEAD)


@pytest.fixture
def operations(app: Flask, sender: Caller) -> list[APIOperation]:
    """Every route of the document that the app serves."""
    config = SchemathesisConfig.from_dict(CONFIG)
    document = schemathesis.openapi.from_wsgi("/v1/openapi.json", app, config=config)
    found = [result.ok() for result in document.get_all_operations()]
    assert len(found) > 20
    # What only programs may do is answered to a person with one and the same 403.
    by_key = sender.secret.startswith("site_")
    return [one for one in found if by_key or one.path.startswith(OF_PEOPLE)]


def _hold(case: schemathesis.Case, sender: Caller) -> None:
    """Send a call, and hold its answer against the document."""
    case.call_and_validate(headers={"Authorization": f"Bearer {sender.secret}"})


def test_the_limits_that_the_document_tells_are_those_of_the_app(
    operations: list[APIOperation], sender: Caller
) -> None:
    sent = 0
    for operation in operations:
        for case in operation.schema.iter_coverage_cases(
            operation, generation_modes=BOTH, generation_config=GenerationConfig()
        ):
            _hold(case, sender)
            sent += 1
    assert sent > 100


def _made_up(operation: APIOperation, mode: GenerationMode, sender: Caller) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers_as_told(case: schemathesis.Case) -> None:
        _hold(case, sender)

    answers_as_told()


def test_every_answer_is_one_that_the_document_tells(
    operations: list[APIOperation], sender: Caller
) -> None:
    for operation in operations:
        _made_up(operation, GenerationMode.POSITIVE, sender)
        if operation.body or list(operation.iter_parameters()):
            _made_up(operation, GenerationMode.NEGATIVE, sender)


def _items(web: Services) -> Iterator[ReviewItem]:
    with web.store.read() as work:
        yield from work.queue.waiting(QueueFilter(), 10).items


@pytest.mark.parametrize("sender", ["a person"], indirect=True)
def test_acts_on_items_that_are_there_are_answered_as_told(
    operations: list[APIOperation], sender: Caller, web: Services
) -> None:
    acts = [one for one in operations if one.path.startswith("/v1/queue/{item_id}/")]
    assert len(acts) == 5
    for item in list(_items(web)):
        for operation in acts:

            @seed(1)
            @settings(max_examples=EXAMPLES, deadline=None, database=None)
            @given(case=operation.as_strategy(path_parameters={"item_id": item.id}))
            def answers_as_told(case: schemathesis.Case) -> None:
                _hold(case, sender)

            answers_as_told()
