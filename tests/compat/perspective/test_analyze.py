"""`comments:analyze`: spans, thresholds, context, languages, versions, and what is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import Key, KeyKind
from moderation.comments import Article, Comment, Site
from moderation.credentials import new_secret
from moderation.labels import Label
from moderation.storage import SqlStore
from moderation.wire.perspective.attributes import TABLE, Origin
from tests.factories import HARSH, MILD, KeywordScorer, a_site
from tests.web.conftest import Caller

PATH = "/v1alpha1/comments:analyze"
TOXICITY: dict[str, object] = {"TOXICITY": {}}


def asked(text: str, **more: object) -> dict[str, object]:
    return {"comment": {"text": text}, "requestedAttributes": TOXICITY, **more}


def refused(program: Caller, body: dict[str, object]) -> tuple[str, dict[str, object]]:
    answer = program.post(PATH, body)
    assert answer.status_code == 400, answer.text
    error = answer.json["error"]
    return error["message"], error["details"][0]


def scores(program: Caller, body: dict[str, object]) -> dict[str, float]:
    answer = program.post(PATH, body)
    assert answer.status_code == 200, answer.text
    found = answer.json.get("attributeScores", {})
    return {name: told["summaryScore"]["value"] for name, told in found.items()}


def test_spans_cut_the_sentences_out_as_javascript_counts(program: Caller) -> None:
    text = "\U0001f600\U0001f680 Caf\u00e9! You silly goose. \u4f60\u597d\u3002 Bye"
    answer = program.post(PATH, asked(text, spanAnnotations=True))
    spans = answer.json["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le")
    cut = [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]
    assert cut == [
        text,
        "\U0001f600\U0001f680 Caf\u00e9!",
        "You silly goose.",
        "\u4f60\u597d\u3002",
        "Bye",
    ]
    assert [span["score"]["value"] for span in spans] == [0.6, 0.01, 0.6, 0.01, 0.01]


def test_one_sentence_has_one_span(program: Caller) -> None:
    answer = program.post(PATH, asked("You silly goose.", spanAnnotations=True))
    assert len(answer.json["attributeScores"]["TOXICITY"]["spanScores"]) == 1


def test_off_topic_has_the_whole_text_s_span_alone(program: Caller) -> None:
    body = asked("Buy bitcoin. Now.", spanAnnotations=True, context={"entries": [{"text": "A"}]})
    answer = program.post(PATH, body | {"requestedAttributes": {"OFF_TOPIC": {}}})
    spans = answer.json["attributeScores"]["OFF_TOPIC"]["spanScores"]
    assert [(span["begin"], span["end"]) for span in spans] == [(0, 17)]


@pytest.mark.parametrize(
    ("context", "article", "parent"),
    [
        pytest.param(
            {"articleAndParentComment": {"article": {"text": "A"}, "parentComment": {"text": "P"}}},
            Article(text="A"),
            "P",
            id="an article and a parent",
        ),
        pytest.param(
            {"articleAndParentComment": {"parentComment": {"text": "P", "type": "HTML"}}},
            None,
            "P",
            id="a parent alone",
        ),
        pytest.param({"entries": [{"text": "P"}]}, None, "P", id="a thread of one"),
        pytest.param(
            {"entries": [{"text": "A"}, {"text": " "}, {"text": "B"}, {"text": "P"}]},
            Article(text="A\n\nB"),
            "P",
            id="a thread: its last entry is what is answered",
        ),
        pytest.param({"entries": []}, None, None, id="no entries"),
        pytest.param({"entries": [{"text": "\u200b"}]}, None, None, id="a blank entry"),
        pytest.param({"articleAndParentComment": {}}, None, None, id="an empty pair"),
        pytest.param(None, None, None, id="null"),
    ],
)
def test_the_context_reaches_the_scorer(
    program: Caller,
    scorer: KeywordScorer,
    context: object,
    article: Article | None,
    parent: str | None,
) -> None:
    assert scores(program, asked("Hello.", context=context))
    assert scorer.heard == [Comment("Hello.", article, parent)]


def test_context_that_is_too_long_is_cut_and_said_to_be(
    program: Caller, scorer: KeywordScorer
) -> None:
    pair = {"article": {"text": "a" * 200_001}, "parentComment": {"text": "b" * 20_001}}
    answer = program.post(PATH, asked("Hello.", context={"articleAndParentComment": pair}))
    assert answer.json["xModeration"]["shortened"] == [
        "context.articleAndParentComment.article",
        "context.articleAndParentComment.parentComment",
    ]
    (heard,) = scorer.heard
    assert (len(heard.article.text), len(heard.parent)) == (200_000, 20_000)


def test_an_entry_of_the_context_has_its_limit(program: Caller) -> None:
    entries = [{"text": "a" * (1 << 20)}, {"text": "\u00e9" * (1 << 20)}]
    message, _ = refused(program, asked("Hello.", context={"entries": entries}))
    assert message.startswith("Context entry was too many bytes. Value (2097152)")


def test_a_comment_of_the_longest_length_is_scored(program: Caller) -> None:
    assert scores(program, asked("a" * 20_480)) == {"TOXICITY": 0.01}
    assert refused(program, asked("a" * 20_481))[1]["errorType"] == "COMMENT_TOO_LONG"


def test_null_stands_for_what_is_not_set(program: Caller) -> None:
    names = ("context", "languages", "doNotStore", "clientToken", "sessionId", "communityId")
    more = dict.fromkeys((*names, "spanAnnotations", "dropUnsupportedAttributes"))
    body = {"comment": {"text": "Hello.", "type": None}, **more}
    assert scores(program, body | {"requestedAttributes": {"TOXICITY": None}}) == {"TOXICITY": 0.01}


def test_every_name_of_the_table_is_answered_or_refused(program: Caller) -> None:
    context = {"entries": [{"text": "A"}]}
    for name, attribute in TABLE.items():
        body = asked("An idiot.", context=context) | {"requestedAttributes": {name: {}}}
        answer = program.post(PATH, body)
        if attribute.origin is Origin.REFUSED:
            assert answer.json["error"]["message"] == f"Unknown requested attribute: {name}"
            continue
        told = answer.json["attributeScores"][name]
        assert ("approximate" in told) is (attribute.origin is Origin.DERIVED)
        assert told["spanScores"]


def test_severe_toxicity_is_its_own_head(program: Caller) -> None:
    body = asked(f"You {HARSH}.") | {"requestedAttributes": {"SEVERE_TOXICITY": {}}}
    assert scores(program, body) == {"SEVERE_TOXICITY": 0.7}


def test_a_model_without_that_head_says_so(program: Caller, scorer: KeywordScorer) -> None:
    plain = scorer.assess
    scorer.assess = lambda *args, **more: [  # type: ignore[method-assign]
        replace(one, beside={}) for one in plain(*args, **more)
    ]
    body = asked("Hello.") | {"requestedAttributes": {"SEVERE_TOXICITY": {}, "TOXICITY": {}}}
    message, _ = refused(program, body)
    assert message == "Attribute SEVERE_TOXICITY is not supported by the model in force."
    answer = program.post(PATH, body | {"dropUnsupportedAttributes": True})
    assert list(answer.json["attributeScores"]) == ["TOXICITY"]
    assert answer.json["xModeration"]["dropped"] == ["SEVERE_TOXICITY"]


def test_a_name_may_be_pinned_to_the_model_in_force(program: Caller) -> None:
    body = asked("Hello.")
    pinned = {"TOXICITY@keywords-1": {}}
    assert scores(program, body | {"requestedAttributes": pinned}) == {"TOXICITY@keywords-1": 0.01}
    message, _ = refused(program, body | {"requestedAttributes": {"TOXICITY@6": {}}})
    assert message == "Unknown requested attribute: TOXICITY@6"


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN-us"])
def test_a_region_does_not_make_a_language_foreign(program: Caller, tag: str) -> None:
    assert scores(program, asked("Hello.", languages=[tag]))


@pytest.mark.parametrize("tags", [["it"], ["hi-Latn"], ["en", "it"]])
def test_a_language_that_was_not_learnt_is_named_with_the_attribute(
    program: Caller, tags: list[str]
) -> None:
    message, detail = refused(program, asked("Ciao a tutti.", languages=tags))
    assert message == f"Attribute TOXICITY does not support request languages: {tags[-1]}"
    assert detail["languageNotSupportedByAttributeError"] == {
        "requestedLanguages": tags[-1:],
        "attribute": "TOXICITY",
    }


def test_a_detected_one_as_well(program: Caller, daily: Site, sqlite_store: SqlStore) -> None:
    with sqlite_store.write() as work:
        work.sites.put(replace(daily, language="it"))
        work.commit()
    _, detail = refused(program, asked("Ciao a tutti."))
    assert detail["languageNotSupportedByAttributeError"] == {
        "detectedLanguages": ["it"],
        "attribute": "TOXICITY",
    }
    answer = program.post(PATH, asked("Ciao a tutti.", dropUnsupportedAttributes=True))
    assert "attributeScores" not in answer.json
    assert answer.json["detectedLanguages"] == ["it"]
    assert answer.json["xModeration"]["dropped"] == ["TOXICITY"]


def test_a_language_that_is_none_is_refused(program: Caller) -> None:
    assert refused(program, asked("Hello.", languages=["?"]))[1]["errorType"] == "INVALID_REQUEST"


def test_what_is_detected_is_told_beside_what_was_said(program: Caller) -> None:
    text = "Je ne sais pas pourquoi vous dites cela, mais ce n'est pas vrai."
    answer = program.post(PATH, asked(text, languages=["en"]))
    assert (answer.json["languages"], answer.json["detectedLanguages"]) == (["en"], ["fr"])


def test_versions_and_the_decision_come_along(program: Caller) -> None:
    answer = program.post(PATH, asked(f"You {MILD} goose."))
    ours = answer.json["xModeration"]
    assert (ours["decision"], ours["model"]) == ("review", "keywords-1")
    assert [reason["label"] for reason in ours["reasons"]] == [Label.TOXICITY, Label.INSULT]
    assert answer.headers["X-Moderation-Model"] == "keywords-1"
    assert answer.headers["X-Moderation-Policy"] == ours["policy"]


def test_the_body_counts_whatever_its_content_type_says(
    program: Caller, anyone: FlaskClient
) -> None:
    body = b'{"comment": {"text": "Hello."}, "requestedAttributes": {"TOXICITY": {}}}'
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = anyone.post(f"{PATH}?key={program.secret}", data=body, content_type=content_type)
        assert answer.status_code == 200, content_type


def test_google_s_query_parameters_are_taken(program: Caller, anyone: FlaskClient) -> None:
    query = "alt=json&prettyPrint=true&fields=*&quotaUser=u&$.xgafv=2&uploadType=media"
    answer = anyone.post(f"{PATH}?{query}&access_token={program.secret}", json=asked("Hello."))
    assert answer.status_code == 200


def test_half_of_a_surrogate_pair_is_scored_and_moves_no_span(
    program: Caller, scorer: KeywordScorer
) -> None:
    raw = b'{"comment": {"text": "\\ud83d You silly goose. \\ud83d\\ude00 Bye."}, '
    raw += b'"requestedAttributes": {"TOXICITY": {}}, "spanAnnotations": true}'
    answer = program.raw(PATH, raw)
    assert answer.status_code == 200, answer.text
    assert scorer.heard[0].text == "\ufffd You silly goose. \U0001f600 Bye."
    spans = answer.json["attributeScores"]["TOXICITY"]["spanScores"]
    assert spans[0] == {"begin": 0, "end": 26, "score": {"value": 0.6, "type": "PROBABILITY"}}
    assert {span["end"] for span in spans[1:]} >= {26}


def test_names_with_underscores_are_taken_as_well(program: Caller) -> None:
    body = {
        "comment": {"text": "Hello."},
        "requested_attributes": {"TOXICITY": {"score_threshold": 0.5}},
        "do_not_store": True,
        "client_token": "t",
        "context": {"article_and_parent_comment": {"parent_comment": {"text": "P"}}},
    }
    answer = program.post(PATH, body)
    assert answer.status_code == 200, answer.text
    assert answer.json["clientToken"] == "t"
    assert "attributeScores" not in answer.json
    message, _ = refused(program, body | {"clientToken": "u"})
    assert 'Unknown name "client_token"' in message


@pytest.mark.parametrize("said", ["true", "True", "false"])
def test_a_switch_in_quotation_marks_is_read_as_google_reads_it(program: Caller, said: str) -> None:
    answer = program.post(PATH, asked("Null. Hello.", doNotStore=said, spanAnnotations=said))
    assert answer.status_code == 200, answer.text
    assert len(answer.json["attributeScores"]["TOXICITY"]["spanScores"]) == (
        1 if said == "false" else 3
    )


def test_a_number_in_quotation_marks_is_one(program: Caller) -> None:
    body = asked("You silly goose.")
    assert scores(program, body | {"requestedAttributes": {"TOXICITY": {"scoreThreshold": "0.5"}}})
    over = {"TOXICITY": {"scoreThreshold": "0.9"}}
    assert scores(program, body | {"requestedAttributes": over}) == {}


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf", "", "much"])
def test_a_threshold_that_is_no_number_is_refused(program: Caller, threshold: str) -> None:
    body = asked("Hello.", requestedAttributes={"TOXICITY": {"scoreThreshold": threshold}})
    message, _ = refused(program, body)
    assert "TOXICITY" in message or "scoreThreshold" in message


@pytest.mark.parametrize("text", ["null", "true", "0.5"])
def test_a_text_that_reads_like_a_value_stays_a_text(
    program: Caller, scorer: KeywordScorer, text: str
) -> None:
    answer = program.post(PATH, asked(text, doNotStore="true", clientToken="null"))
    assert answer.status_code == 200, answer.text
    assert [one.text for one in scorer.heard] == [text]
    assert answer.json["clientToken"] == "null"
    for bare in (5, True):
        message, _ = refused(program, {**asked(""), "comment": {"text": bare}})
        assert "comment.text" in message


def test_an_unknown_name_is_refused_as_before(program: Caller) -> None:
    message, _ = refused(program, asked("Hello.", no_such_field=1))
    assert 'Unknown name "no_such_field"' in message


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"\x1f\x8b\x08\x00",
        b"\xef\xbb\xbf",
        b"[" * 100_000,
        b'{"comment": {"text": "a\rb"}}',
        b'{"comment": {"text": null}, "requestedAttributes": {"TOXICITY": {}}}',
        b'{"comment": "a", "requestedAttributes": {"TOXICITY": {}}}',
        b'{"comment": {"text": "a"}, "requestedAttributes": []}',
        b'{"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {"scoreThreshold": NaN}}}',
        b'{"comment": {"text": "\\ud83d"}, "requestedAttributes": '
        b'{"TOXICITY": {"scoreThreshold": 1e999}}}',
        b'{"comment": {"text": "\\ud83d", "x": ' + b"9" * 5_000 + b"}}",
    ],
)
def test_what_cannot_be_read_is_an_error_in_the_envelope(program: Caller, body: bytes) -> None:
    answer = program.raw(PATH, body)
    assert answer.status_code == 400, answer.text
    assert answer.json["error"]["status"] == "INVALID_ARGUMENT"
    assert answer.json["error"]["details"][0]


@pytest.mark.parametrize(
    ("method", "path", "status", "canonical"),
    [
        ("GET", PATH, 405, "UNIMPLEMENTED"),
        ("PUT", PATH, 405, "UNIMPLEMENTED"),
        ("POST", "/v1alpha1/comments:other", 404, "NOT_FOUND"),
        ("GET", "/v1alpha1", 404, "NOT_FOUND"),
        ("POST", "/$discovery/rest", 405, "UNIMPLEMENTED"),
        ("GET", "/$discovery/other", 404, "NOT_FOUND"),
        ("GET", "/batch", 405, "UNIMPLEMENTED"),
    ],
)
def test_what_is_no_call_is_answered_in_the_envelope(
    anyone: FlaskClient, method: str, path: str, status: int, canonical: str
) -> None:
    answer = anyone.open(path, method=method, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.json["error"]["status"] == canonical
    assert answer.json["error"]["details"]
    assert ("Allow" in answer.headers) is (status == 405)


def test_a_site_whose_id_no_header_takes_is_answered(
    app: Flask, sqlite_store: SqlStore, keep_key: Callable[[Key], None]
) -> None:
    site = a_site("\u0433\u0430\u0437\u0435\u0442\u0430", thresholds={"insult": {"review": 0.4}})
    with sqlite_store.write() as work:
        work.sites.put(site)
        work.commit()
    secret, key = new_secret(KeyKind.SITE, site_id=site.id)
    keep_key(key)
    answer = Caller(app.test_client(), secret).post(PATH, asked("Hello."))
    assert answer.status_code == 200
    assert unquote(answer.headers["X-Moderation-Policy"]) == answer.json["xModeration"]["policy"]
    assert answer.json["xModeration"]["policy"].startswith(site.id)
