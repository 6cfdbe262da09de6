"""`POST /v1/moderations`: what is flagged is what the policy does not allow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Key, KeyKind
from moderation.comments import Site
from moderation.credentials import new_secret
from moderation.labels import Label
from moderation.rulebook import SiteRules
from moderation.storage import SqlStore
from moderation.wire.moderations import CATEGORIES, NOT_ASSESSED, SCORED
from tests.compat import golden
from tests.factories import KeywordScorer
from tests.web.conftest import Caller

PATH = "/v1/moderations"
CASES = golden.cases("openai")


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_one_in_the_file(program: Caller, name: str) -> None:
    golden.check(golden.sent(program.client, CASES[name], program.secret), CASES[name])


def test_every_answer_has_all_categories_and_what_they_were_judged_by() -> None:
    assert len(CATEGORIES) == 13
    for name, case in CASES.items():
        for result in case["response"]["json"].get("results", []):
            for part in ("categories", "category_scores", "category_applied_input_types"):
                assert set(result[part]) == set(CATEGORIES), name
            assert result["flagged"] is any(result["categories"].values()), name
            for category in NOT_ASSESSED:
                assert result["category_scores"][category] == 0.0
                assert result["category_applied_input_types"][category] == []


@pytest.fixture
def heard(scorer: KeywordScorer) -> Callable[..., None]:
    """Makes the scorer give these scores to everything."""

    def hear(**scores: float) -> None:
        plain = scorer.assess
        given = {Label(name): score for name, score in scores.items()}
        scorer.assess = lambda *args, **more: [  # type: ignore[method-assign]
            replace(one, scores=dict(one.scores) | given) for one in plain(*args, **more)
        ]

    return hear


@pytest.mark.parametrize(
    ("scores", "true"),
    [
        ({"insult": 0.6}, {"harassment"}),
        ({"toxicity": 0.6}, {"harassment"}),
        ({"profanity": 0.6}, {"harassment"}),
        ({"threat": 0.6}, {"harassment"}),
        ({"threat": 0.6, "insult": 0.7}, {"harassment", "harassment/threatening"}),
        ({"identity_attack": 0.6}, {"hate"}),
        ({"identity_attack": 0.6, "toxicity": 0.6}, {"hate"}),
        ({"identity_attack": 0.6, "threat": 0.95}, {"hate", "hate/threatening"}),
        ({"sexual_explicit": 0.6}, {"sexual"}),
        ({"insult": 0.49}, set()),
    ],
)
def test_categories_are_the_reasons_of_the_decision(
    program: Caller, heard: Callable[..., None], scores: dict[str, float], true: set[str]
) -> None:
    heard(**scores)
    answer = program.post(PATH, {"input": "Hello."}).json
    (result,) = answer["results"]
    assert {name for name, is_so in result["categories"].items() if is_so} == true
    assert result["flagged"] is bool(true)
    (ours,) = answer["x_moderation"]["results"]
    assert (ours["decision"] != "allow") is result["flagged"]
    for category, labels in SCORED.items():
        lowest = min(ours["scores"][label] for label in labels)
        assert result["category_scores"][category] == lowest


@pytest.mark.parametrize(
    ("site", "flagged"),
    [
        pytest.param({"language": "it"}, True, id="a language that was not learnt"),
        pytest.param(
            {"language": "it", "rules": SiteRules(foreign="allow")},
            False,
            id="which may be allowed",
        ),
        pytest.param({"rules": SiteRules(log_only=True)}, False, id="only told, never held"),
    ],
)
def test_what_the_site_s_policy_says_is_what_is_flagged(
    program: Caller, daily: Site, sqlite_store: SqlStore, site: dict[str, object], flagged: bool
) -> None:
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, **site))  # type: ignore[arg-type]
        work.commit()
    text = "You silly goose." if "language" not in site else "Buongiorno."
    (result,) = program.post(PATH, {"input": text}).json["results"]
    assert (result["flagged"], result["categories"]["harassment"]) == (flagged, flagged)


def test_typed_parts_are_one_text(program: Caller, scorer: KeywordScorer) -> None:
    parts = [{"type": "text", "text": "You"}, {"type": "text", "text": "goose."}]
    assert len(program.post(PATH, {"input": parts}).json["results"]) == 1
    assert [comment.text for comment in scorer.heard] == ["You\ngoose."]


def test_a_thousand_strings_are_taken_and_no_more(program: Caller) -> None:
    answer = program.post(PATH, {"input": ["Hello."] * 1_000})
    assert len(answer.json["results"]) == 1_000
    refused = program.post(PATH, {"input": ["Hello."] * 1_001})
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "array_above_max_length")


def test_a_string_has_its_limit(program: Caller) -> None:
    assert program.post(PATH, {"input": "a" * 200_000}).status_code == 200
    refused = program.post(PATH, {"input": ["b", "a" * 200_001]})
    assert (refused.json["error"]["code"], refused.json["error"]["param"]) == (
        "string_above_max_length",
        "input[1]",
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"input": "a\xff"}',
        b'{"input": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"input": {"type": "text", "text": "a"}}',
        b'{"input": [{"type": "image_url", "image_url": {"url": 5}}]}',
        b'{"input": "a", "model": 5}',
        b"[]",
        b"",
    ],
)
def test_what_cannot_be_read_is_an_invalid_request(program: Caller, body: bytes) -> None:
    answer = program.raw(PATH, body)
    assert answer.status_code == 400
    assert answer.json["error"]["type"] == "invalid_request_error"
    assert answer.json["error"]["message"]


def test_half_of_a_surrogate_pair_is_scored(program: Caller, scorer: KeywordScorer) -> None:
    assert program.raw(PATH, b'{"input": "You goose \\ud83d"}').status_code == 200
    assert program.raw(PATH, b'{"input": ["a", "You \\ude00goose"]}').status_code == 200
    assert [one.text for one in scorer.heard] == ["You goose \ufffd", "a", "You \ufffdgoose"]


def test_a_blank_string_among_others_is_not_assessed(
    program: Caller, scorer: KeywordScorer
) -> None:
    answer = program.post(PATH, {"input": ["", "You silly goose.", " \u200b"]})
    assert answer.status_code == 200, answer.text
    assert [one["flagged"] for one in answer.json["results"]] == [False, True, False]
    for place in (0, 2):
        result = answer.json["results"][place]
        assert set(result["category_scores"].values()) == {0.0}
        assert not any(result["category_applied_input_types"].values())
        ours = answer.json["x_moderation"]["results"][place]
        assert (ours["decision"], ours["reasons"]) == (None, [{"code": "not_scored"}])
    assert [one.text for one in scorer.heard] == ["You silly goose."]


def test_a_blank_part_says_nothing(program: Caller, scorer: KeywordScorer) -> None:
    parts = [{"type": "text", "text": " "}, {"type": "text", "text": "You goose."}]
    assert program.post(PATH, {"input": parts}).status_code == 200
    assert [one.text for one in scorer.heard] == ["You goose."]


@pytest.mark.parametrize("sent", ["", ["", " "], [{"type": "text", "text": " "}]])
def test_nothing_but_blanks_is_an_error(program: Caller, sent: object) -> None:
    answer = program.post(PATH, {"input": sent})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "empty_string")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", PATH, 405), ("DELETE", PATH, 405), ("POST", f"{PATH}/x", 404)],
)
def test_what_is_no_call_is_answered_as_openai_would(
    program: Caller, method: str, path: str, status: int
) -> None:
    answer = program.client.open(path, method=method)
    assert answer.status_code == status
    assert set(answer.json["error"]) == {"message", "type", "param", "code"}
    assert answer.json["error"]["type"] == "invalid_request_error"
    assert ("Allow" in answer.headers) is (status == 405)


def test_blanks_around_the_input_change_nothing(program: Caller) -> None:
    assert program.raw(PATH, b' { "input" :\n  [ "a" , "b" ] } ').status_code == 200
    assert program.raw(PATH, b'{"input":   "a"  }').status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [(KeyKind.SITE, 200), (KeyKind.AKISMET, 401), (KeyKind.CORAL, 401)]
)
def test_only_keys_that_speak_for_a_site_here_open_it(
    anyone: FlaskClient, daily: Site, keep_key: Callable[[Key], None], kind: KeyKind, status: int
) -> None:
    secret, key = new_secret(kind, site_id=daily.id)
    keep_key(key)
    answer = anyone.post(PATH, json={"input": "a"}, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == status


def test_headers_are_those_that_clients_look_for(program: Caller) -> None:
    headers = program.post(PATH, {"input": "Hello."}).headers
    assert headers["openai-version"] == "2020-10-01"
    assert re.fullmatch(r"\d+", headers["openai-processing-ms"])
    assert headers["x-request-id"]
