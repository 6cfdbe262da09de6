"""Bodies that are no UTF-8 text, or not all of it: whose fault that is."""

from __future__ import annotations

import gzip

import pytest

from tests.factories import KeywordScorer
from tests.web.conftest import Caller, fault

HALF = b'"\\ud83d"'
OTHER_HALVES = {
    b'{"text": %s}' % HALF: ".text",
    b'{"text": "two \\uDE00\\uD83D halves"}': ".text",
    b'{"text": "x", "article": {"id": %s}}' % HALF: ".article.id",
    b'{"text": "x", "parent": {"text": %s}}' % HALF: ".parent.text",
    b'{"text": "x", "language": %s}' % HALF: ".language",
}


@pytest.mark.parametrize("bad", OTHER_HALVES)
def test_half_a_character_is_the_fault_of_the_comment_that_has_it(
    program: Caller, bad: bytes
) -> None:
    good = b'{"text": "You idiot \\ud83d\\ude00 \\\\ud83d"}'
    body = b'{"explain": true, "comments": [ %s ,%s,\n%s, %s]}' % (good, bad, good, bad)
    results = program.raw("/v1/classify", body).json["results"]
    assert [result.get("decision") for result in results] == ["block", None, "block", None]
    for place in (1, 3):
        error = results[place]["error"]
        assert error["details"]["field"] == f"comments[{place}]{OTHER_HALVES[bad]}"
        assert "half of a surrogate pair" in error["message"]
    (alone,) = program.raw("/v1/classify", b'{"comments": [%s]}' % good).json["results"]
    assert {**results[0], "spans": None} == {**alone, "spans": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"text": %s}' % HALF, "text"),
        (b'{"comments": [{"text": %s}], "language": %s}' % (HALF, HALF), "comments"),
        (b'{"comments": [{"text": %s}], "mode": %s}' % (HALF, HALF), "mode"),
        (b'{"comments": [{"text": %s}' % HALF, "comments[0].text"),
    ],
)
def test_half_a_character_elsewhere_is_the_fault_of_the_whole(
    program: Caller, scorer: KeywordScorer, body: bytes, field: str
) -> None:
    fault(program.raw("/v1/classify", body), 400, "invalid_input", field)
    assert scorer.heard == []


def test_a_packed_body_is_refused_by_that_name(program: Caller) -> None:
    answer = program.client.post(
        "/v1/classify",
        data=gzip.compress(b'{"text": "x"}'),
        headers={
            "Authorization": f"Bearer {program.secret}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        },
    )
    fault(answer, 400, "invalid_input", "Content-Encoding")
