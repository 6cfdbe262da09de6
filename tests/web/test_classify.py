"""`POST /v1/classify`: the answer, batches, and that nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from flask import Flask

from moderation.accounts import Role
from moderation.comments import Comment, Site
from moderation.errors import NotScored
from moderation.labels import Label
from moderation.rulebook import ListedWord, SiteRules
from moderation.scoring.scorer import Assessment, EncoderShare, Span
from moderation.storage import SqlStore
from moderation.wire.requests import MAX_BATCH
from tests.factories import KeywordScorer
from tests.web.conftest import Caller, fault

ARTICLE = {"title": "Bridge closed", "text": "The old bridge is closed until May."}


def test_a_comment_is_answered_with_scores_decision_reasons_and_versions(program: Caller) -> None:
    answer = program.post("/v1/classify", {"text": "You idiot."}).json
    assert list(answer) == [
        "scores", "decision", "reasons", "language", "model", "policy", "mode",
    ]  # fmt: skip
    assert list(answer["scores"]) == [label.value for label in Label]
    assert answer["scores"]["off_topic"] is None
    assert answer["decision"] == "block"
    assert answer["reasons"][0] == {
        "code": "label", "label": "toxicity", "score": 0.99, "threshold": 0.9, "level": "block",
    }  # fmt: skip
    assert (answer["model"], answer["mode"], answer["language"]) == ("keywords-1", "fast", "en")


def test_spans_come_where_they_are_asked_for(program: Caller) -> None:
    answer = program.post("/v1/classify", {"text": "You idiot.", "explain": True}).json
    assert answer["spans"] == [{"start": 4, "end": 9, "label": "insult", "share": 1.0}]
    calm = program.post("/v1/classify", {"text": "Thank you.", "explain": True}).json
    assert calm["spans"] == []


def test_what_the_encoder_adds_comes_with_the_spans_and_says_that_it_is_an_estimate(
    program: Caller, scorer: KeywordScorer
) -> None:
    scorer.encoder = EncoderShare({Label.INSULT: 2.5}, (Span(4, 9, Label.INSULT, 1.5),))
    answer = program.post("/v1/classify", {"text": "You idiot.", "explain": True}).json
    assert answer["encoder"] == {
        "estimate": True,
        "shares": {"insult": 2.5},
        "spans": [{"start": 4, "end": 9, "label": "insult", "share": 1.5}],
    }
    assert "encoder" not in program.post("/v1/classify", {"text": "You idiot."}).json


def test_an_encoder_without_time_for_its_words_leaves_them_out(
    program: Caller, scorer: KeywordScorer
) -> None:
    scorer.encoder = EncoderShare({Label.INSULT: 2.5}, None)
    answer = program.post("/v1/classify", {"text": "You idiot.", "explain": True}).json
    assert answer["encoder"] == {"estimate": True, "shares": {"insult": 2.5}}


def test_only_what_is_to_be_explained_costs_an_explanation(
    program: Caller, scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, bool]] = []
    assess = scorer.assess

    def noted(
        comments: Sequence[Comment], *, explain: bool, **options: str | None
    ) -> list[Assessment]:
        asked.append((len(comments), explain))
        return assess(comments, explain=explain, **options)

    monkeypatch.setattr(scorer, "assess", noted)
    sent = [{"text": "one"}, {"text": "two", "explain": True}, {"text": "three"}]
    program.post("/v1/classify", {"comments": sent})
    assert sorted(asked) == [(1, True), (2, False)]


@pytest.mark.parametrize(
    ("context", "has_context"),
    [
        ({"article": ARTICLE}, True),
        ({"article": {"title": "Bridge closed"}}, True),
        ({"parent": {"text": "Which bridge?"}}, True),
        ({"article": {"title": " ", "text": ""}}, False),
        ({"article": {}}, False),
        ({"article": None, "parent": None}, False),
        ({"parent": {"text": ""}}, False),
    ],
)
def test_off_topic_has_a_score_where_there_is_something_to_be_off_of(
    program: Caller, context: dict, has_context: bool
) -> None:
    answer = program.post("/v1/classify", {"text": "Buy bitcoin."} | context).json
    assert (answer["scores"]["off_topic"] == 0.8) is has_context


def test_a_stored_article_is_named_by_its_id(program: Caller) -> None:
    program.send("PUT", "/v1/articles/a1", ARTICLE)
    answer = program.post("/v1/classify", {"text": "Bitcoin!", "article": {"id": "a1"}}).json
    assert answer["scores"]["off_topic"] == 0.8


def test_an_article_of_another_site_is_unknown(program: Caller, other_program: Caller) -> None:
    program.send("PUT", "/v1/articles/a1", ARTICLE)
    asked = {"text": "Bitcoin!", "article": {"id": "a1"}}
    answer = other_program.post("/v1/classify", asked)
    fault(answer, 422, "unknown_reference", "article.id")


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b\u200d", "\ufeff \u00ad", "\u202e\u202c", "\u0301", "\u3164"]
)
def test_a_text_of_which_nothing_shows_is_refused_as_empty(program: Caller, text: str) -> None:
    fault(program.post("/v1/classify", {"text": text}), 400, "invalid_input", "text")
    answer = program.post("/v1/classify", {"comments": [{"text": text}]}).json
    assert answer["results"][0]["error"]["details"] == {"field": "comments[0].text"}
    fault(program.post("/v1/comments", {"id": "c1", "text": text}), 400, "invalid_input", "text")


@pytest.mark.parametrize("text", ["?!", "$$$", "\U0001f600", "\u200b.", "<b></b>"])
def test_a_text_without_words_is_answered(program: Caller, text: str) -> None:
    scores = program.post("/v1/classify", {"text": text}).json["scores"]
    assert [label for label, score in scores.items() if score is None] == ["off_topic"]


def test_a_parent_of_which_nothing_shows_is_no_parent(program: Caller) -> None:
    asked = {"text": "Bitcoin!", "parent": {"text": "\u200b"}}
    assert program.post("/v1/classify", asked).json["scores"]["off_topic"] is None


def test_a_batch_is_answered_in_order_with_errors_in_place(
    program: Caller, scorer: KeywordScorer
) -> None:
    sent = [
        {"text": "You idiot."},
        {"text": ""},
        {"text": "Thank you.", "language": "en"},
        {"text": 7},
        {"text": "x", "article": {"id": "nowhere"}},
        "no object",
        {"text": "x", "mode": "slow"},
        {"text": "x" * 20_001},
        {"text": "silly", "explain": True},
        {"comments": []},
    ]
    answer = program.post("/v1/classify", {"comments": sent})
    results = answer.json["results"]
    assert [result.get("decision") for result in results] == [
        "block", None, "allow", None, None, None, None, None, "review", None,
    ]  # fmt: skip
    faults = {
        place: (result["error"]["code"], result["error"]["details"]["field"])
        for place, result in enumerate(results)
        if "error" in result
    }
    assert faults == {
        1: ("invalid_input", "comments[1].text"),
        3: ("invalid_input", "comments[3].text"),
        4: ("unknown_reference", "comments[4].article.id"),
        5: ("invalid_input", "comments[5]"),
        6: ("invalid_input", "comments[6].mode"),
        7: ("too_large", "comments[7].text"),
        9: ("invalid_input", "comments[9].comments"),
    }
    assert all(
        result["error"]["request_id"] == answer.headers["X-Request-Id"]
        for result in results
        if "error" in result
    )
    assert "spans" in results[8]
    assert "spans" not in results[0]
    assert len(scorer.heard) == 3


def test_what_the_batch_asks_for_goes_for_every_comment_in_it(program: Caller) -> None:
    sent = {"comments": [{"text": "silly"}, {"text": "x", "explain": False}], "explain": True}
    results = program.post("/v1/classify", sent).json["results"]
    assert ["spans" in result for result in results] == [True, False]


@pytest.mark.parametrize(("asked", "used"), [(None, "auto"), ("fast", "fast"), ("deep", "deep")])
def test_the_mode_is_the_callers_or_else_the_services(
    program: Caller, scorer: KeywordScorer, asked: str | None, used: str
) -> None:
    scorer.mode = "auto"
    assert program.post("/v1/classify", {"text": "x", "mode": asked}).json["mode"] == used
    sent = {"comments": [{"text": "x"}, {"text": "x", "mode": "deep"}], "mode": asked}
    results = program.post("/v1/classify", sent).json["results"]
    assert [result["mode"] for result in results] == [used, "deep"]


def test_no_mode_and_the_usual_one_are_asked_for_together(
    program: Caller, scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    assess = scorer.assess

    def counted(comments: Sequence[Comment], **options: str | None) -> list[Assessment]:
        calls.append(len(comments))
        return assess(comments, **options)

    monkeypatch.setattr(scorer, "assess", counted)
    scorer.mode = "auto"
    modes = [None, "auto", "deep", None, "deep", "auto"]
    sent = [{"text": f"text {place}", "mode": mode} for place, mode in enumerate(modes)]
    results = program.post("/v1/classify", {"comments": sent}).json["results"]
    assert [result["mode"] for result in results] == [mode or "auto" for mode in modes]
    assert calls == [4, 2]


def test_an_answer_without_the_encoder_for_lack_of_time_says_so_and_is_counted(
    program: Caller, scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess = scorer.assess

    def hurried(comments: Sequence[Comment], **options: str | None) -> list[Assessment]:
        return [replace(one, out_of_time=True) for one in assess(comments, **options)]

    monkeypatch.setattr(scorer, "assess", hurried)
    scorer.version = "hurried-1"
    answer = program.post("/v1/classify", {"text": "Thank you."}).json
    assert answer["decision"] == "allow"
    assert answer["reasons"] == [
        {"code": "out_of_time", "detail": "answered by the linear model alone"}
    ]
    submitted = program.post("/v1/comments", {"id": "c1", "text": "You silly goose."}).json
    assert [reason["code"] for reason in submitted["reasons"]][-1] == "out_of_time"
    counted = program.get("/metrics").get_data(as_text=True)
    assert 'moderation_out_of_time_total{model="hurried-1"} 2.0' in counted


def test_a_batch_says_the_same_as_each_comment_alone(program: Caller) -> None:
    texts = ["You idiot.", "Thank you.", "silly bitcoin"]
    alone = [program.post("/v1/classify", {"text": text}).json for text in texts]
    batch = program.post("/v1/classify", {"comments": [{"text": text} for text in texts]}).json
    assert batch["results"] == alone


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"comments": []}, "comments", "invalid_input"),
        ({"comments": "x"}, "comments", "invalid_input"),
        ({"comments": [{"text": "x"}], "text": "x"}, "comments", "invalid_input"),
        ({"comments": [{"text": "x"}], "mode": "slow"}, "mode", "invalid_input"),
        ({"comments": [{"text": "x"}] * (MAX_BATCH + 1)}, "comments", "too_large"),
        ({"comments": [{"text": "x"}], "extra": 1}, "extra", "invalid_input"),
    ],
)
def test_a_bad_envelope_is_refused_whole(
    program: Caller, scorer: KeywordScorer, body: object, field: str, code: str
) -> None:
    fault(program.post("/v1/classify", body), 400, code, field)
    assert scorer.heard == []


def test_the_longest_batch_is_taken(program: Caller) -> None:
    answer = program.post("/v1/classify", {"comments": [{"text": "x"}] * MAX_BATCH})
    assert len(answer.json["results"]) == MAX_BATCH


def test_nothing_of_it_is_kept(program: Caller, sqlite_store: SqlStore) -> None:
    program.post("/v1/classify", {"text": "You idiot.", "article": ARTICLE})
    with sqlite_store.read() as work:
        assert work.comments.count() == 0
        assert work.outbox.pending(10) == []


def test_without_a_model_it_says_so_and_never_allows(
    app: Flask, program: Caller, scorer: KeywordScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> KeywordScorer:
        raise NotScored("no valid model is loaded", retry_after=30)

    monkeypatch.setattr(scorer, "current", nothing)
    answer = program.post("/v1/classify", {"text": "Thank you."})
    details = {"retry_after": 30, "wanted": "hold"}
    assert fault(answer, 503, "not_scored")["details"] == details
    assert answer.headers["Retry-After"] == "30"


def test_a_scientist_may_score_without_a_site(person: Callable[..., Caller]) -> None:
    token = person("sam", Role.SCIENTIST)
    assert token.post("/v1/classify", {"text": "You idiot."}).json["decision"] == "block"
    named = token.post("/v1/classify", {"text": "x", "article": {"id": "a1"}})
    fault(named, 422, "unknown_reference", "article.id")


def test_a_model_that_breaks_is_told_apart_from_an_answer(
    program: Caller,
    scorer: KeywordScorer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_down(*_: object, **__: object) -> list[object]:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(scorer, "assess", break_down)
    answer = program.post("/v1/classify", {"text": "secret words"})
    details = {"retry_after": 30, "wanted": "hold"}
    assert fault(answer, 503, "not_scored")["details"] == details
    (record,) = (record for record in caplog.records if record.name == "moderation.errors")
    assert record.__dict__["error"] == "NotScored from ZeroDivisionError"
    assert any("break_down" in frame for frame in record.__dict__["where"])
    assert "secret" not in caplog.text


def test_word_lists_and_links_of_the_site_are_among_the_reasons(
    program: Caller, sqlite_store: SqlStore, daily: Site
) -> None:
    words = (ListedWord("zonk", "block", "insult", "local"),)
    rules = SiteRules(words=words, max_links=0, new_author_comments=3)
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, rules=rules))
        work.commit()
    asked = {"text": "A z0nk at www.x.example"}
    answer = program.post("/v1/classify", asked).json
    assert answer["decision"] == "block"
    assert answer["reasons"] == [
        {"code": "rule", "label": "insult", "level": "block", "detail": "word list: zonk (local)"},
        {"code": "rule", "level": "review", "detail": "1 link, more than 0"},
    ]
    assert answer["policy"].startswith("daily-")
    # A function of the text: the same alone, again, and in any company.
    assert program.post("/v1/classify", asked).json == answer
    batch = program.post("/v1/classify", {"comments": [{"text": "Hm."}, asked]}).json
    assert batch["results"][1] == answer
    assert batch["results"][0]["reasons"] == []


def test_log_only_says_what_would_have_been_decided(
    program: Caller, sqlite_store: SqlStore, daily: Site
) -> None:
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, rules=SiteRules(log_only=True)))
        work.commit()
    answer = program.post("/v1/classify", {"text": "You idiot."}).json
    assert answer["decision"] == "allow"
    assert answer["reasons"][0]["level"] == "block"
    assert answer["reasons"][-1] == {"code": "rule", "detail": "log only: would have been block"}
