"""What a site's moderators made of a comment comes as `submit-spam` and `submit-ham`."""

from __future__ import annotations

from moderation.storage import SqlStore
from moderation.stored import Suggestion
from tests.compat.akismet.conftest import BLOG, THANKS, Cms
from tests.factories import HARSH, MILD, Clock


def told(store: SqlStore) -> list[Suggestion]:
    with store.read() as work:
        return list(work.suggestions.all())


def test_it_is_thanked_for_and_becomes_feedback_on_the_comment(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    guid = cms.check("A civil insult.").headers["X-akismet-guid"]
    answered = cms.tell("submit-spam", "A civil insult.", reporter="mona", comment_ID="5")
    assert (answered.status_code, answered.data, answered.mimetype) == (200, THANKS, "text/plain")
    [kept] = told(sqlite_store)
    with sqlite_store.read() as work:
        comment = work.comments.get("daily", guid)
    assert comment
    assert (kept.source, kept.verdict, kept.comment_key) == ("akismet", "reject", comment.key)
    assert kept.text == comment.text
    assert kept.told == {"guid": guid, "comment_ID": "5", "permalink": f"{BLOG}/bridge"}


def test_telling_it_again_adds_nothing_and_the_last_word_counts(
    cms: Cms, sqlite_store: SqlStore, clock: Clock
) -> None:
    cms.check(f"A {MILD} plan.")
    for call in ("submit-spam", "submit-spam", "submit-ham"):
        clock.advance(minutes=1)
        assert cms.tell(call, f"A {MILD} plan.").data == THANKS
    assert [one.verdict for one in told(sqlite_store)] == ["approve"]


def test_a_guid_finds_the_check_whatever_else_has_changed(cms: Cms, sqlite_store: SqlStore) -> None:
    guid = cms.check("A civil insult.").headers["X-akismet-guid"]
    cms.tell("submit-spam", "Other words.", guid=guid, permalink="", comment_author="X")
    [kept] = told(sqlite_store)
    assert (kept.told["guid"], kept.text) == (guid, "A civil insult.")


def test_a_comment_that_was_never_asked_about_is_feedback_all_the_same(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    assert cms.tell("submit-ham", "Never seen.").data == THANKS
    [kept] = told(sqlite_store)
    assert (kept.text, kept.verdict, kept.comment_key) == ("Never seen.", "approve", None)


def test_nothing_is_learnt_from_tests_and_from_what_is_not_for_readers(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    for odd in ({"is_test": "1"}, {"comment_type": "contact-form"}, {"content_type": "message"}):
        assert cms.tell("submit-spam", f"You {HARSH}.", **odd).data == THANKS
    assert cms.tell("submit-spam", "x", comment_author="viagra-test-123").data == THANKS
    assert told(sqlite_store) == []


def test_what_they_decided_stands_until_the_words_are_others(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    plan = f"A {MILD} plan."
    assert cms.check(plan).data == b"true"
    cms.tell("submit-ham", plan, comment_ID="5")
    assert cms.check(plan, comment_ID="5", recheck_reason="recheck_queue").data == b"false"
    assert cms.check(f"A {MILD} idea.", comment_ID="5", recheck_reason="edit").data == b"true"
    assert cms.check("A civil insult.").data == b"false"
    cms.tell("submit-spam", "A civil insult.")
    assert cms.check("A civil insult.").data == b"true"
