"""What cannot be judged now is held by the CMS: no answer is ever `false` for want of a better."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from moderation.accounts import Key
from moderation.comments import Site
from moderation.errors import NotScored
from moderation.storage import SqlStore
from tests.compat.akismet.conftest import KEY, Cms, an_akismet_key
from tests.factories import KeywordScorer

GUID = re.compile("[0-9a-f]{32}")


def held(answered: TestResponse, code: bytes, status: int = 503) -> None:
    assert (answered.status_code, answered.data) == (status, code)
    assert answered.mimetype == "text/plain"
    assert answered.headers["X-akismet-debug-help"]
    assert int(answered.headers["Retry-After"]) > 0
    if answered.request.path.endswith("/comment-check"):
        # Newer plug-ins of WordPress hold no comment whose check has come back without one.
        assert GUID.fullmatch(answered.headers["X-akismet-guid"])


def _no_model(_: object) -> KeywordScorer:
    raise NotScored("There is no model.", retry_after=30)


def _broken(*_: object, **__: object) -> list[object]:
    raise ZeroDivisionError


def _no_database(*_: object) -> None:
    raise OperationalError("SELECT 1", {}, ConnectionRefusedError())


_ODD = pytest.mark.parametrize("odd", [{}, {"is_test": "1"}, {"comment_type": "signup"}])
_AWAY = pytest.mark.parametrize(("part", "fault"), [("current", _no_model), ("assess", _broken)])


@_ODD
@_AWAY
def test_without_a_model_a_comment_is_to_be_held(
    cms: Cms,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    fault: Callable[..., object],
    odd: dict[str, str],
) -> None:
    monkeypatch.setattr(KeywordScorer, part, fault)
    held(cms.check("Thank you.", **odd), b"not_scored")


@_ODD
@_AWAY
def test_staff_is_answered_without_a_model_too(
    cms: Cms,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    fault: Callable[..., object],
    odd: dict[str, str],
) -> None:
    monkeypatch.setattr(KeywordScorer, part, fault)
    for _ in range(2):
        answered = cms.check("Thank you.", user_role="administrator", **odd)
        assert (answered.status_code, answered.data) == (200, b"false")


@pytest.mark.parametrize(
    "call", ["comment-check", "submit-spam", "submit-ham", "verify-key", "get-stats", "usage-limit"]
)
def test_without_a_database_nothing_is_answered_for_good(
    cms: Cms, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(SqlStore, "read", _no_database)
    held(cms.post(call, {"comment_content": "Thank you."}), b"unavailable")


def test_a_database_that_goes_away_between_two_steps_leaves_no_answer(
    cms: Cms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlStore, "write", _no_database)
    held(cms.check("Thank you."), b"unavailable")
    monkeypatch.undo()
    assert cms.check("Thank you.").data == b"false"


def test_whatever_else_breaks_is_no_answer_either(
    app: Flask, cms: Cms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.web.compat.akismet.check", _broken)
    answered = cms.check("Thank you.")
    assert (answered.status_code, answered.data) == (500, b"internal")
    assert answered.headers["X-akismet-debug-help"]


def test_the_service_is_there_even_so(cms: Cms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlStore, "read", _no_database)
    for version in ("1.1", "1.2"):
        answered = cms.client.get(f"/{version}/test")
        assert (answered.status_code, answered.data) == (200, b"connected")


def test_a_body_that_is_too_long_is_refused_in_the_words_of_the_protocol(
    app: Flask, cms: Cms
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    answered = cms.raw("comment-check", f"api_key={KEY}&comment_content=".encode() + b"a" * 2_000)
    assert (answered.status_code, answered.data) == (413, b"too_large")
    assert answered.headers["X-akismet-debug-help"]


@pytest.mark.parametrize("call", ["comment-check", "submit-spam", "verify-key", "get-stats"])
def test_beyond_the_rate_of_its_key_nothing_is_answered_for_good(
    cms: Cms, daily: Site, keep_key: Callable[[Key], None], call: str
) -> None:
    keep_key(replace(an_akismet_key(daily), rate="1 per minute"))
    assert cms.check("Thank you.").data == b"false"
    held(cms.post(call, {"comment_content": "Thank you."}), b"rate_limited", 429)


def test_a_comment_that_is_kept_without_a_score_is_told_by_its_guid(
    cms: Cms, monkeypatch: pytest.MonkeyPatch, sqlite_store: SqlStore
) -> None:
    monkeypatch.setattr(KeywordScorer, "current", _no_model)
    guids = {cms.check("Thank you.").headers["X-akismet-guid"] for _ in range(2)}
    with sqlite_store.read() as work:
        assert {one.id for one in work.comments.latest("daily", 9)} == guids


@pytest.mark.parametrize("form", [{"api_key": "ba9876543210"}, {"blog": ""}, {}])
def test_a_refused_check_has_a_guid_and_no_other_call_has(cms: Cms, form: dict[str, str]) -> None:
    refused = cms.post("comment-check", form)
    assert refused.status_code in (400, 401)
    assert GUID.fullmatch(refused.headers["X-akismet-guid"])
    assert "X-akismet-guid" not in cms.post("submit-spam", form).headers
