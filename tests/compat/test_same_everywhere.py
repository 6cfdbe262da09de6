"""A site that comes over: the same comments get the same scores and the same decision at each door.

The shipped model scores, so that nothing but the protocols is between them.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.comments import comments
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.workflow import Services
from tests.web.conftest import (  # noqa: F401 - fixtures are found by their names
    Caller,
    daily,
    keep_key,
    program,
)

ROOT = Path(__file__).resolve().parents[2]
ATTRIBUTES = {
    "TOXICITY": "toxicity",
    "INSULT": "insult",
    "IDENTITY_ATTACK": "identity_attack",
    "PROFANITY": "profanity",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexual_explicit",
}
CATEGORIES = {"harassment": "insult", "hate": "identity_attack", "sexual": "sexual_explicit"}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """500 comments without context, made ones and cases of the functional suite."""
    with (ROOT / "training/suites/functional.csv").open(encoding="utf-8", newline="") as file:
        cases = list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))
    return comments(250, 80) + cases[:: len(cases) // 250][:250]


@pytest.fixture
def app(sqlite_store: SqlStore) -> Flask:
    """The app over the shipped model."""
    scorers = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none"))
    return create_app(Settings(secret_key="only for tests"), Services(sqlite_store, scorers))


@pytest.fixture
def natively(program: Caller, texts: list[str]) -> list[dict]:  # noqa: F811
    """What the native interface says of them."""
    answer = program.post("/v1/classify", {"comments": [{"text": text} for text in texts]})
    results: list[dict] = answer.json["results"]
    decisions = [one["decision"] for one in results]
    assert len(results) == 500
    assert decisions.count("allow") > 100
    assert len(decisions) - decisions.count("allow") > 50
    return results


def test_perspective_answers_alike(
    program: Caller,  # noqa: F811
    texts: list[str],
    natively: list[dict],
) -> None:
    scored = 0
    for text, native in zip(texts, natively, strict=True):
        body = {
            "comment": {"text": text},
            "requestedAttributes": {name: {} for name in ATTRIBUTES},
            "dropUnsupportedAttributes": True,
        }
        found = program.post("/v1alpha1/comments:analyze", body).json
        assert found["xModeration"]["decision"] == native["decision"], text
        assert found["xModeration"]["policy"] == native["policy"]
        told = found.get("attributeScores")
        assert (told is None) is (native["language"] != "en"), text
        if told:
            scored += 1
            for name, label in ATTRIBUTES.items():
                assert told[name]["summaryScore"]["value"] == native["scores"][label], text
    assert scored > 450


def test_openai_s_moderations_answer_alike(
    program: Caller,  # noqa: F811
    texts: list[str],
    natively: list[dict],
) -> None:
    found = program.post("/v1/moderations", {"input": texts}).json
    for text, native, result, ours in zip(
        texts, natively, found["results"], found["x_moderation"]["results"], strict=True
    ):
        assert ours["decision"] == native["decision"], text
        assert ours["scores"] == native["scores"]
        assert result["flagged"] is (native["decision"] != "allow"), text
        assert result["flagged"] is any(result["categories"].values())
        for category, label in CATEGORIES.items():
            assert result["category_scores"][category] == native["scores"][label]
    assert found["model"] == natively[0]["model"]


def test_one_string_is_answered_as_in_a_list(
    program: Caller,  # noqa: F811
    texts: list[str],
) -> None:
    some = texts[::25]
    together = program.post("/v1/moderations", {"input": some}).json["results"]
    alone = [program.post("/v1/moderations", {"input": one}).json["results"][0] for one in some]
    assert alone == together
