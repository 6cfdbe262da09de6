"""What Perspective's callers send, and what they are answered, byte for byte in the JSON."""

from __future__ import annotations

import pytest

from moderation.storage import SqlStore
from moderation.wire.perspective.faults import ErrorType
from tests.compat import golden
from tests.web.conftest import Caller

CASES = golden.cases("perspective")


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_one_in_the_file(program: Caller, name: str) -> None:
    golden.check(golden.sent(program.client, CASES[name], program.secret), CASES[name])


def test_every_kind_of_error_has_its_file() -> None:
    errors = [case["response"]["json"].get("error") for case in CASES.values()]
    told = [detail for error in errors if error for detail in error["details"]]
    assert {detail["errorType"] for detail in told if "errorType" in detail} == set(ErrorType)


def test_every_error_has_details_that_can_be_read_without_looking() -> None:
    for name, case in CASES.items():
        if error := case["response"]["json"].get("error"):
            assert error["code"] == case["response"]["status"], name
            assert error["details"], name
            assert list(error) == ["code", "message", "status", "details"], name


def test_analyze_keeps_nothing_whatever_is_said_of_storing(
    program: Caller, sqlite_store: SqlStore
) -> None:
    for name, case in CASES.items():
        if name.startswith("analyze"):
            golden.sent(program.client, case, program.secret)
    with sqlite_store.read() as work:
        assert work.comments.count() == 0
        assert list(work.suggestions.all()) == []
        assert work.outbox.pending(10) == []
