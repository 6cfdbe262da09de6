"""JSON as Google's front end takes it: the first example of Perspective's guide, and its kin."""

from __future__ import annotations

import json

import pytest

from moderation.wire.perspective.loose_json import LONGEST, respelt
from tests.factories import KeywordScorer
from tests.web.conftest import Caller

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
REST = '"languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}'

LOOSE = {
    "names without quotation marks": (
        '{comment: {text: "You silly goose."},\n languages: ["en"],\n'
        " requestedAttributes: {TOXICITY:{}} }",
        "You silly goose.",
    ),
    "names with underscores": (
        '{comment: {text: "Hello"}, requested_attributes: {TOXICITY: {}}, do_not_store: true}',
        "Hello",
    ),
    "single quotation marks": (
        "{'comment': {'text': 'You \"silly\" goose: {a, }'}, 'languages': ['en'], "
        "'requestedAttributes': {'TOXICITY': {}}}",
        'You "silly" goose: {a, }',
    ),
    "a comma before a bracket": (
        '{"comment": {"text": "a,] b: c,}",}, "requestedAttributes": {"TOXICITY": {},},\n}',
        "a,] b: c,}",
    ),
    "a comment of several lines": (
        '{"comment": {"text": "You\n\tsilly\r\ngoose: {x: 1}"}, ' + REST,
        "You\n\tsilly\r\ngoose: {x: 1}",
    ),
    "a backslash before any mark": (
        r'{comment: {text: "It\'s a \silly \"goose\" \\ \u00e9\n"}, ' + REST,
        'It\'s a silly "goose" \\ \u00e9\n',
    ),
    "a byte order mark": ('\ufeff{comment: {text: "Hello"}, ' + REST, "Hello"),
    "half of a pair": (r'{comment: {text: "\ud83d goose"}, ' + REST, "\ufffd goose"),
}
BROKEN = (
    '{comment: {text: "He said "you goose" to me"}, requestedAttributes: {TOXICITY: {}}}',
    '{comment: {text: "goose}, requestedAttributes: {TOXICITY: {}}}',
    "{comment: {text: goose}, requestedAttributes: {TOXICITY: {}}}",
    '{comment {text: "goose"}, requestedAttributes: {TOXICITY: {}}}',
    '{comment: {text: "goose"}, requestedAttributes: {TOXICITY: {}}',
    '{comment: {text: "goose"}} {comment: {text: "goose"}}',
    "comment: x",
)


@pytest.mark.parametrize(("body", "text"), LOOSE.values(), ids=LOOSE)
def test_what_google_s_front_end_takes_is_scored(
    program: Caller, scorer: KeywordScorer, body: str, text: str
) -> None:
    answer = program.raw(ANALYZE, body.encode())
    assert answer.status_code == 200, answer.text
    assert [one.text for one in scorer.heard] == [text]


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_broken_stays_so(program: Caller, scorer: KeywordScorer, body: str) -> None:
    answer = program.raw(ANALYZE, body.encode())
    assert answer.status_code == 400, answer.text
    assert answer.json["error"]["message"].startswith("Invalid JSON payload received.")
    assert scorer.heard == []


def test_a_field_that_is_no_field_is_named_in_it_too(program: Caller) -> None:
    answer = program.raw(ANALYZE, b'{comment: {text: "Hello"}, nope: 1}')
    assert 'Unknown name "nope"' in answer.json["error"]["message"]


def test_a_suggestion_may_be_spelt_so(program: Caller) -> None:
    said = b"{comment: {text: 'silly'}, attributeScores: {TOXICITY: {summaryScore: {value: 1}}}}"
    assert program.raw(SUGGEST, said).status_code == 200


def test_what_the_standard_has_is_left_as_it_is() -> None:
    plain = json.dumps({"a": ["b: 'c',}", "\n", 'q"', "\u00e9", {"x": None, "y": -1e5}]})
    assert respelt(plain.encode()) is None


@pytest.mark.parametrize(
    "torn",
    ['"' + '\\"' * 140_000, "a" * 290_000, "a " * 140_000, ", " * 140_000, "a" + " " * 290_000],
)
def test_what_never_ends_is_read_in_one_go(torn: str) -> None:
    assert respelt(torn.encode()) is None


def test_a_body_that_is_far_too_long_is_not_respelt() -> None:
    assert respelt(b"{a: 1}" + b" " * LONGEST) is None
