"""Whatever comes: an answer that Coral takes, or a refusal; never an error of the service's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from moderation.comments import Site
from moderation.errors import NotScored
from moderation.rulebook import SiteRules
from moderation.storage import SqlStore
from moderation.web.compat.coral import MAX_BODY
from moderation.workflow import Services
from tests.compat.coral.conftest import SECRET
from tests.compat.coral.imitation import Coral, a_request, headers_for, is_valid, written
from tests.factories import Clock, KeywordScorer

WITHHELD = b'{"status":"PREMOD"}'

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
any_text = st.text(st.characters(codec=None))  # halves of surrogate pairs among them
requests = st.builds(
    a_request,
    st.text() | any_text,
    action=st.text(),
    parent=st.none() | any_text,
    author=any_text,
    role=st.text(),
    story=any_text,
    url=any_text,
)
in_the_way = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed(coral: Coral, raw: bytes) -> tuple[int, bytes]:
    return coral.send(raw, headers_for(raw, [SECRET]))


@in_the_way
@given(requests)
def test_whatever_a_comment_says_it_is_judged(coral: Coral, request_: dict[str, Any]) -> None:
    status, answer = signed(coral, written(request_))
    assert status == 200
    assert is_valid(json.loads(answer))


@in_the_way
@given(st.binary() | anything.map(lambda value: json.dumps(value).encode()))
def test_whatever_else_is_signed_is_withheld(coral: Coral, raw: bytes) -> None:
    assert signed(coral, raw) == (200, WITHHELD)


@in_the_way
@given(st.sampled_from(["action", "author", "story", "site", "tenantID"]), anything)
def test_a_part_of_another_shape_is_done_without(coral: Coral, part: str, value: object) -> None:
    body = json.dumps(a_request("You idiot.") | {part: value}).encode()
    status, answer = signed(coral, body)
    assert (status, json.loads(answer)["status"]) == (200, "REJECTED")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"comment":' * 50_000,
        b"1" * 10_000,
        b'{"comment": {"body": 1}}',
        b'{"comment": {"body": null}}',
        b'{"comment": {"body": ["You idiot."]}}',
        b'{"comment": {}}',
        b'{"comment": []}',
        b'{"comment": "You idiot."}',
        b'{"body": "Hello."}',
    ],
)
def test_a_body_without_a_text_that_can_be_read_is_withheld_and_on_record(
    coral: Coral, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        assert signed(coral, raw) == (200, WITHHELD)
    (told,) = [vars(one) for one in caplog.records if one.name == "moderation.web.compat.coral"]
    assert (told["site"], told["error"]) == ("daily", "invalid_input")


def test_who_wants_comments_published_without_a_score_has_unreadable_ones_published(
    coral: Coral, sqlite_store: SqlStore, daily: Site
) -> None:
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, rules=SiteRules(log_only=True)))
        work.commit()
    assert signed(coral, b"{") == (200, b"{}")


ODD = {
    "a number as the parent": {"comment": {"body": "You idiot.", "parentID": 7}},
    "a list as the parent": {"comment": {"body": "You idiot.", "parentID": ["c-0"]}},
    "a number as the author": {"author": {"id": 12, "role": 3}},
    "a list as the author": {"author": [1]},
    "a role that is a list": {"author": {"id": "a", "role": ["STAFF"]}},
    "an object as the story's id": {"story": {"id": {}, "url": False}},
    "a text as the story": {"story": "story-1"},
    "nothing else at all": dict.fromkeys(["author", "story", "action", "site", "tenantID"]),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_part_hides_no_comment(coral: Coral, odd: dict[str, Any]) -> None:
    status, answer = signed(coral, json.dumps(a_request("You idiot.") | odd).encode())
    assert (status, json.loads(answer)["status"]) == (200, "REJECTED")


@pytest.mark.parametrize("number", ["1" * 10_000, "1e999", "-0", "NaN"])
def test_an_odd_number_hides_no_comment(coral: Coral, number: str) -> None:
    raw = b'{"comment": {"body": "You idiot."}, "version": ' + number.encode() + b"}"
    assert json.loads(signed(coral, raw)[1])["status"] == "REJECTED"


def test_a_byte_order_mark_hides_no_comment(coral: Coral) -> None:
    raw = b"\xef\xbb\xbf" + written(a_request("You idiot."))
    assert json.loads(signed(coral, raw)[1])["status"] == "REJECTED"


def test_bytes_that_are_no_utf_8_hide_no_comment(coral: Coral) -> None:
    raw = b'{"comment": {"body": "You idiot. \xff"}}'
    assert json.loads(signed(coral, raw)[1])["status"] == "REJECTED"


def test_half_a_surrogate_pair_hides_nothing(coral: Coral, sqlite_store: SqlStore) -> None:
    assert coral.status_of("You idiot. \ud83d") == "REJECTED"
    with sqlite_store.read() as work:
        assert [one.text for one in work.comments.page("daily")] == ["You idiot. \ufffd"]


def test_a_character_that_no_database_keeps_hides_nothing(coral: Coral) -> None:
    assert coral.status_of("You idi\0ot.") == "REJECTED"


def test_ids_that_cannot_be_kept_are_done_without(coral: Coral, sqlite_store: SqlStore) -> None:
    coral.post("Hello.", story="x" * 300, author="\x07", parent=" ")
    with sqlite_store.read() as work:
        (comment,) = work.comments.page("daily")
    assert (comment.article_id, comment.author.id, comment.parent_id) == (None, None, None)


def test_a_picture_without_words_is_nothing_to_have_an_opinion_on(
    coral: Coral, scorer: KeywordScorer
) -> None:
    assert coral.post("<p> </p>") == {}
    assert coral.last == (200, b"{}")
    assert scorer.asked == 0


def test_as_much_as_coral_takes_of_a_commenter_is_judged_however_it_is_escaped(
    coral: Coral, sqlite_store: SqlStore
) -> None:
    assert coral.status_of("\x01" * 500_000 + "You idiot.") == "REJECTED"
    with sqlite_store.read() as work:
        assert [one.text[-10:] for one in work.comments.page("daily")] == ["You idiot."]


def test_a_text_that_nobody_would_read_to_its_end_is_withheld(
    coral: Coral, sqlite_store: SqlStore
) -> None:
    assert coral.status_of("Hello. " * 200_000) == "PREMOD"
    with sqlite_store.read() as work:
        assert work.comments.page("daily") == []


def test_more_than_coral_would_ever_send_is_withheld_and_not_hashed(coral: Coral) -> None:
    assert coral.status_of("x" * MAX_BODY) == "PREMOD"


def test_a_body_that_says_it_is_too_long_is_read_away_and_never_held(anyone: FlaskClient) -> None:
    class Unheld(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size < MAX_BODY
            return super().read(size)

        def readinto(self, *_: object) -> int:
            raise AssertionError("it was read to be held")

        read1 = readinto  # type: ignore[assignment]

    stream = Unheld(b"x" * (MAX_BODY + 1))
    answer = anyone.post(
        "/coral/phase",
        input_stream=stream,
        headers=headers_for(b"", [SECRET]),
    )
    assert (answer.status_code, answer.data) == (200, WITHHELD)
    assert stream.tell() == MAX_BODY + 1


def test_a_body_of_no_told_length_that_is_too_long_is_withheld(
    coral: Coral, anyone: FlaskClient
) -> None:
    raw = written(a_request("x" * (MAX_BODY * 3)))
    stream = BytesIO(raw)
    answer = anyone.post(
        "/coral/phase",
        input_stream=stream,
        headers=headers_for(raw, [SECRET]) | {"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert (answer.status_code, answer.data) == (200, WITHHELD)
    assert stream.tell() == len(raw)


def _raise(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [NotScored("There is no model."), RuntimeError("What?")])
def test_without_a_model_a_comment_is_withheld(
    coral: Coral, scorer: KeywordScorer, error: Exception
) -> None:
    scorer.assess = _raise(error)  # type: ignore[method-assign]
    assert coral.post("Hello.") == {"status": "PREMOD"}


def test_who_only_logs_has_nothing_withheld_without_a_model(
    coral: Coral, scorer: KeywordScorer, sqlite_store: SqlStore, daily: Site
) -> None:
    scorer.assess = _raise(NotScored("There is no model."))  # type: ignore[method-assign]
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, rules=SiteRules(log_only=True)))
        work.commit()
    assert coral.post("Hello.") == {}


@pytest.mark.parametrize(
    "error", [ConnectionError("gone"), OperationalError("SELECT", {}, Exception("full"))]
)
def test_without_a_database_whoever_was_known_is_told_to_withhold(
    coral: Coral,
    web: Services,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    coral.post("Hello.")
    tried = []

    def fail(*_: object) -> None:
        tried.append(1)
        raise error

    for name in ("read", "write"):
        monkeypatch.setattr(web.store, name, fail, raising=True)
    assert coral.post("You silly goose.") == {"status": "PREMOD"}
    assert tried
    asked = len(tried)
    assert coral.post("You silly goose.") == {"status": "PREMOD"}
    assert len(tried) == asked, "nobody may wait for a database that was away a moment ago"
    clock.advance(minutes=6)
    assert coral.post("You silly goose.") == {"status": "PREMOD"}


def test_a_database_that_is_back_is_asked_again(
    coral: Coral, web: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    coral.post("Hello.")
    with monkeypatch.context() as away:
        away.setattr(web.store, "write", _raise(ConnectionError("gone")))
        assert coral.post("You silly goose.") == {"status": "PREMOD"}
    clock.advance(seconds=11)
    assert coral.status_of("You silly goose.") == "SYSTEM_WITHHELD"
