"""`comments:suggestscore`: what a site's moderators decided is kept, and becomes training rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.accounts import Role
from moderation.assembly import jobs
from moderation.comments import Site
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.stored import Suggestion
from moderation.workflow import Services
from moderation.workflow.intake import erase, submit
from tests.factories import NOON, Clock, a_new_comment
from tests.web.conftest import Caller
from training import feedback

PATH = "/v1alpha1/comments:suggestscore"


def told(text: str = "What a silly thing.", value: float = 1, **more: object) -> dict[str, object]:
    """As Coral tells of it."""
    return {
        "comment": {"text": text},
        "context": {"entries": [{"text": '{"commentID": "c1"}'}]},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}},
        "communityId": "Coral:https://news.example.org",
        "clientToken": "comment:c1",
        "languages": ["en"],
        **more,
    }


def kept(store: SqlStore) -> list[Suggestion]:
    with store.read() as work:
        return list(work.suggestions.all())


def test_a_suggestion_is_kept_with_what_came_with_it(
    program: Caller, sqlite_store: SqlStore
) -> None:
    answer = program.post(PATH, told())
    assert answer.status_code == 200
    (found,) = kept(sqlite_store)
    assert (found.site_id, found.source, found.at) == ("daily", "perspective", NOON)
    assert (found.text, found.labels, found.verdict) == (
        "What a silly thing.",
        {"toxicity": 1.0},
        "reject",
    )
    assert found.told == {
        "clientToken": "comment:c1",
        "communityId": "Coral:https://news.example.org",
        "languages": "en",
        "attributeScores": '{"TOXICITY":1.0}',
        "context": '{"commentID": "c1"}',
    }


def test_values_in_quotation_marks_are_read_as_google_reads_them(
    program: Caller, sqlite_store: SqlStore
) -> None:
    value = {"TOXICITY": {"summaryScore": {"value": "1"}}}
    answer = program.post(PATH, told(attributeScores=value, doNotStore="true"))
    assert (answer.status_code, kept(sqlite_store)) == (200, [])
    assert program.post(PATH, told(attributeScores=value)).status_code == 200
    (found,) = kept(sqlite_store)
    assert found.labels == {"toxicity": 1.0}
    for none in ("nan", "2", "-1", "high"):
        value = {"TOXICITY": {"summaryScore": {"value": none}}}
        assert program.post(PATH, told(attributeScores=value)).status_code == 400, none


def test_the_last_word_on_a_comment_counts(
    program: Caller, sqlite_store: SqlStore, clock: Clock
) -> None:
    program.post(PATH, told(value=1))
    clock.advance(minutes=5)
    program.post(PATH, told(value=0))
    program.post(PATH, told(value=0))
    (found,) = kept(sqlite_store)
    assert (found.labels, found.verdict) == ({"toxicity": 0.0}, "approve")


def test_another_text_comment_or_site_is_another_suggestion(
    program: Caller, other_program: Caller, sqlite_store: SqlStore
) -> None:
    for body in (told(), told("An edited text."), told(clientToken="comment:c2")):
        program.post(PATH, body)
    other_program.post(PATH, told())
    assert len(kept(sqlite_store)) == 4


@pytest.mark.parametrize(
    ("values", "labels", "verdict"),
    [
        ({"INSULT_EXPERIMENTAL": 1}, {"insult": 1.0}, "reject"),
        ({"INSULT": 0, "INSULT_EXPERIMENTAL": 1}, {"insult": 1.0}, "reject"),
        ({"SEVERE_TOXICITY": 1}, {"toxicity": 1.0}, "reject"),
        ({"SEVERE_TOXICITY": 0}, {}, "approve"),
        ({"FLIRTATION": 1}, {}, "reject"),
        ({"SPAM": 1, "TOXICITY": 0}, {"toxicity": 0.0}, "reject"),
        ({"THREAT": 0.25}, {"threat": 0.25}, "approve"),
        ({"CONSTRUCTIVE_EXPERIMENTAL": 1}, {}, ""),
        ({"RESPECT_EXPERIMENTAL": 1, "TOXICITY": 0}, {"toxicity": 0.0}, "approve"),
        ({"SCAPEGOATING_EXPERIMENTAL": 1}, {}, "reject"),
        ({"TOXICITY@2026.1.1": 1, "TOXICITY": 0}, {"toxicity": 1.0}, "reject"),
    ],
)
def test_labels_are_told_by_trained_attributes_alone(
    program: Caller,
    sqlite_store: SqlStore,
    values: dict[str, float],
    labels: dict[str, float],
    verdict: str,
) -> None:
    given = {name: {"summaryScore": {"value": value}} for name, value in values.items()}
    assert program.post(PATH, told(attributeScores=given)).status_code == 200
    (found,) = kept(sqlite_store)
    assert (found.labels, found.verdict) == (labels, verdict)


def test_the_highest_span_stands_for_the_whole(program: Caller, sqlite_store: SqlStore) -> None:
    spans = [
        {"begin": 0, "end": 4, "score": {"value": 0, "type": "PROBABILITY"}},
        {"begin": 4, "end": 19, "score": {"value": 1}},
    ]
    program.post(PATH, told(attributeScores={"INSULT": {"spanScores": spans}}))
    assert kept(sqlite_store)[0].labels == {"insult": 1.0}


def test_a_context_has_one_form_here_too(program: Caller, sqlite_store: SqlStore) -> None:
    both = {"entries": [{"text": "Before."}], "articleAndParentComment": {}}
    answer = program.post(PATH, told(context=both))
    assert (answer.status_code, answer.json["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert answer.json["error"]["details"][0]["errorType"] == "INVALID_REQUEST"
    assert kept(sqlite_store) == []


@pytest.mark.parametrize("span", [(0, 20), (5, 5), (-1, 3)])
def test_a_span_lies_in_the_text(program: Caller, span: tuple[int, int]) -> None:
    parts = [{"begin": span[0], "end": span[1], "score": {"value": 1}}]
    answer = program.post(PATH, told(attributeScores={"INSULT": {"spanScores": parts}}))
    assert answer.status_code == 400


def test_do_not_store_is_honoured_here_too(program: Caller, sqlite_store: SqlStore) -> None:
    assert program.post(PATH, told(doNotStore=True)).status_code == 200
    assert kept(sqlite_store) == []


def test_a_text_with_a_nul_is_kept_where_databases_take_none(
    program: Caller, sqlite_store: SqlStore
) -> None:
    assert program.post(PATH, told("a\0b", clientToken="comment:\0")).status_code == 200
    (found,) = kept(sqlite_store)
    assert found.text == "a\ufffdb"
    assert "\0" not in str(found.told)


def test_it_belongs_to_the_stored_comment_and_goes_with_it(
    program: Caller, web: Services, daily: Site, sqlite_store: SqlStore
) -> None:
    comment = submit(web, daily, a_new_comment("c1", "What a silly thing.")).comment
    program.post(PATH, told())
    assert kept(sqlite_store)[0].comment_key == comment.key
    erase(web, daily, "c1")
    assert kept(sqlite_store) == []
    assert program.post(PATH, told()).status_code == 200
    assert kept(sqlite_store) == [], "an erased text must not come back"


def test_what_was_answered_may_be_sent_back(program: Caller, sqlite_store: SqlStore) -> None:
    body = {"comment": {"text": "A silly thing."}, "requestedAttributes": {"OBSCENE": {}}}
    scores = program.post("/v1alpha1/comments:analyze", body).json["attributeScores"]
    assert scores["OBSCENE"]["approximate"]
    answer = program.post(PATH, told("A silly thing.", attributeScores=scores))
    assert answer.status_code == 200, answer.text
    assert len(kept(sqlite_store)) == 1


def test_a_session_is_not_kept(program: Caller, sqlite_store: SqlStore) -> None:
    assert program.post(PATH, told(sessionId="https://forum.example.org_17")).status_code == 200
    assert "forum" not in str(kept(sqlite_store)[0].told)


def test_erasing_reaches_what_was_told_of_a_comment_that_is_not_here(
    program: Caller, other_program: Caller, sqlite_store: SqlStore
) -> None:
    program.post(PATH, told())
    program.post(PATH, told(clientToken="comment:c2"))
    other_program.post(PATH, told())
    assert (
        program.client.delete(
            "/v1/comments/c1", headers={"Authorization": f"Bearer {program.secret}"}
        ).status_code
        == 204
    )
    left = {(one.site_id, one.told["clientToken"]) for one in kept(sqlite_store)}
    assert ("daily", "comment:c1") not in left
    assert len(left) == 2


def test_it_is_forgotten_after_a_year_unless_its_comment_is_here(
    program: Caller, web: Services, daily: Site, sqlite_store: SqlStore, clock: Clock
) -> None:
    submit(web, daily, a_new_comment("c1", "What a silly thing."))
    program.post(PATH, told())
    program.post(PATH, told(clientToken="comment:c2"))
    clock.advance(minutes=366 * 24 * 60)
    (job,) = [job for job in jobs(Settings(), web) if job.name == "old suggestions"]
    assert job.run() is False
    assert [one.comment_id for one in kept(sqlite_store)] == ["c1"]


def test_a_person_has_no_site_to_speak_for(person: Callable[..., Caller]) -> None:
    answer = person(role=Role.ADMINISTRATOR).post(PATH, told())
    assert answer.status_code == 403
    assert answer.json["error"]["status"] == "PERMISSION_DENIED"


def test_suggestions_become_training_rows(program: Caller, sqlite_store: SqlStore) -> None:
    program.post(PATH, told())
    program.post(PATH, told(clientToken="comment:c2", attributeScores=_of("FLIRTATION")))
    (row,) = feedback.rows(sqlite_store, key=b"key", audit_rate=0.01)
    assert (row.text, row.labels, row.verdict) == (
        "What a silly thing.",
        {"toxicity": 1.0},
        "reject",
    )
    assert (row.weight, row.reasons) == (1.0, ["suggestion"])
    assert "daily" not in row.decider


def test_off_topic_is_learnt_under_its_context_alone(
    program: Caller, sqlite_store: SqlStore
) -> None:
    pair = {"article": {"text": "The bridge is closed."}, "parentComment": {"text": "Which one?"}}
    context = {"articleAndParentComment": pair}
    program.post(PATH, told(attributeScores=_of("OFF_TOPIC"), context=context))
    program.post(PATH, told("Another.", attributeScores=_of("OFF_TOPIC")))
    (row,) = feedback.rows(sqlite_store, key=b"key", audit_rate=0.01)
    assert (row.labels, row.body, row.parent) == (
        {"off_topic": 1.0},
        "The bridge is closed.",
        "Which one?",
    )


def _of(name: str) -> dict[str, object]:
    return {name: {"summaryScore": {"value": 1}}}
