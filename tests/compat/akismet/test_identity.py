"""What counts as the same comment, and what does not: the same is answered as before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.comments import NewComment, Site, Status, StoredArticle
from moderation.records import CommentRecord
from moderation.rulebook import SiteRules
from moderation.storage import SqlStore
from moderation.workflow import Services, intake
from moderation.workflow.importing import Import, import_records
from moderation.workflow.spam_identity import blog_name
from tests.compat.akismet.conftest import BLOG, THANKS, Cms
from tests.compat.akismet.test_checks import CIVIL, kept, waiting
from tests.factories import HARSH, MILD, NOON, KeywordScorer

OTHER = "https://other.example"


@pytest.mark.parametrize("recheck", [{}, {"recheck_reason": "edit"}, {"comment_ID": "5"}])
def test_words_in_what_looks_like_markup_are_scored(cms: Cms, recheck: dict[str, str]) -> None:
    assert cms.check("Thanks").data == b"false"
    assert cms.check(f"Thanks <you {HARSH}>", **recheck).data == b"true"


def test_an_approval_covers_no_words_that_were_not_seen(cms: Cms) -> None:
    cms.check(f"A {MILD} plan.", comment_ID="5")
    cms.tell("submit-ham", f"A {MILD} plan.", comment_ID="5")
    assert cms.check(f"A {MILD} plan <you {MILD}>.", comment_ID="5").data == b"true"
    cms.tell("submit-ham", f"A {MILD} plan <you {MILD}>.", comment_ID="5")
    cleaned = cms.check(f"A {MILD} plan .", comment_ID="5", recheck_reason="recheck_queue")
    assert cleaned.data == b"false"


@pytest.mark.parametrize(
    "odd",
    [
        {"comment_type": "pingback"},
        {"user_role": "administrator"},
        {"user_ID": "7"},
        {"comment_author_email": "other@blog.example"},
        {"comment_author": "Ann <x>"},
        {"comment_parent": "4"},
    ],
)
def test_who_wrote_it_and_as_what_is_part_of_it(
    cms: Cms, sqlite_store: SqlStore, odd: dict[str, str]
) -> None:
    first = cms.check(f"A {MILD} plan.", **odd)
    second = cms.check(f"A {MILD} plan.")
    assert second.data == b"true"
    assert first.headers["X-akismet-guid"] != second.headers["X-akismet-guid"]
    assert len(kept(sqlite_store)) == 2
    assert waiting(sqlite_store) >= 1


def test_what_is_told_in_cleaned_words_finds_its_check(cms: Cms, sqlite_store: SqlStore) -> None:
    guid = cms.check("It is <b>closed</b> &  gone").headers["X-akismet-guid"]
    assert cms.tell("submit-spam", "It is closed &amp; gone").data == THANKS
    with sqlite_store.read() as work:
        [told] = work.suggestions.all()
    assert told.told["guid"] == guid


@pytest.mark.parametrize(
    "same",
    [
        "http://blog.example/",
        "https://www.Blog.example",
        "http://blog.example:8080",
        "blog.example",
    ],
)
def test_one_blog_goes_by_several_addresses(cms: Cms, same: str) -> None:
    assert blog_name(same) == blog_name(BLOG)
    first = cms.check(CIVIL, comment_post_ID="1")
    again = cms.check(CIVIL, comment_post_ID="1", blog=same)
    assert first.headers["X-akismet-guid"] == again.headers["X-akismet-guid"]


@pytest.mark.parametrize("other", [OTHER, f"{BLOG}/second"])
def test_two_blogs_with_one_key_keep_their_ids_apart(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer, other: str
) -> None:
    theirs = {"blog": other, "permalink": f"{other}/x", "comment_post_ID": "1"}
    cms.check("Which bridge?", comment_post_ID="1", comment_ID="5")
    cms.check("Which cake?", comment_ID="5", **theirs)
    assert {one.text for one in kept(sqlite_store)} == {"Which bridge?", "Which cake?"}
    cms.check("The old one.", comment_post_ID="1", comment_parent="5")
    assert scorer.heard[-1].parent == "Which bridge?"
    cms.check("The old one.", comment_parent="5", **theirs)
    assert scorer.heard[-1].parent == "Which cake?"
    assert len({one.article_id for one in kept(sqlite_store)}) == 2


def test_the_first_blog_has_the_ids_of_the_import(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer, web: Services, daily: Site
) -> None:
    with sqlite_store.write() as work:
        work.articles.put(StoredArticle("daily", "12", "The bridge", "It is closed."), NOON)
        work.commit()
    intake.submit(web, daily, intake.NewComment("9", "It opens in May."))
    cms.check(CIVIL, comment_post_ID="12", comment_parent="9")
    assert (scorer.heard[-1].parent, bool(scorer.heard[-1].article)) == ("It opens in May.", True)
    cms.check(CIVIL, comment_post_ID="12", comment_parent="9", blog=OTHER)
    heard = scorer.heard[-1]
    assert heard.parent is None
    assert heard.article is None or not heard.article.text


def imported(web: Services, site: Site, new: NewComment) -> None:
    *_, tally = import_records(Import(web, site, b"key"), [CommentRecord(new)])
    assert tally.stored == 1


@pytest.mark.parametrize("word", ["1", None])
@pytest.mark.parametrize(
    ("content", "status", "waits"),
    [(f"A {MILD} plan.", Status.HELD, 1), (f"You {HARSH}.", Status.REJECTED, 0)],
)
def test_what_was_imported_stands_as_anybodys_once_it_is_asked_about(
    cms: Cms,
    sqlite_store: SqlStore,
    web: Services,
    daily: Site,
    word: str | None,
    content: str,
    status: Status,
    waits: int,
) -> None:
    imported(web, daily, NewComment("9", content, status=Status.PUBLISHED, source_status=word))
    again = {"comment_ID": "9", "recheck_reason": "recheck_queue"}
    assert cms.check(content, user_role="administrator", **again).data == b"false"
    assert (kept(sqlite_store)[0].status, waiting(sqlite_store)) == (Status.PUBLISHED, 0)
    for _ in range(2):
        assert cms.check(content, **again).data == b"true"
        [comment] = kept(sqlite_store)
        assert (comment.status, comment.revision, waiting(sqlite_store)) == (status, 1, waits)


@pytest.mark.parametrize("again", [{"comment_ID": "5"}, {"recheck_reason": "retry"}])
@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_what_shows_nothing_holds_up_no_other_when_it_is_asked_about_again(
    cms: Cms, sqlite_store: SqlStore, blank: str, again: dict[str, str]
) -> None:
    assert cms.check(blank).status_code == 400
    answered = cms.check(blank, **again)
    assert (answered.status_code, answered.data) == (200, b"true")
    assert cms.check(blank, user_role="administrator", **again).data == b"false"
    assert cms.tell("submit-ham", blank, **again).data == THANKS
    with sqlite_store.read() as work:
        assert list(work.suggestions.all()) == []
    assert kept(sqlite_store) == []


def test_what_is_told_of_a_comment_that_shows_nothing_any_more_is_told_of_its_check(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    picture = '<img src="https://blog.example/a.png">'
    guid = cms.check(picture).headers["X-akismet-guid"]
    assert cms.tell("submit-spam", "", guid=guid).data == THANKS
    with sqlite_store.read() as work:
        [told] = work.suggestions.all()
    assert (told.text, told.verdict) == (picture, "reject")


def test_a_site_that_only_logs_hears_false_of_what_was_held_before_as_well(
    cms: Cms,
    sqlite_store: SqlStore,
    web: Services,
    daily: Site,
    change_site: Callable[[Site], None],
) -> None:
    plan, idea = f"A {MILD} plan.", f"A {MILD} idea."
    imported(web, daily, NewComment("9", plan, status=Status.PUBLISHED, source_status="1"))
    assert cms.check(idea).data == b"true"
    change_site(replace(daily, rules=SiteRules(log_only=True)))
    assert cms.check(plan, comment_ID="9").data == b"false"
    assert cms.check(idea).data == b"false"
    assert cms.check("", recheck_reason="retry").data == b"false"
    assert {one.text: one.status for one in kept(sqlite_store)}[plan] is Status.PUBLISHED
    cms.tell("submit-spam", plan, comment_ID="9")
    assert cms.check(plan, comment_ID="9").data == b"true"
    change_site(daily)
    assert cms.check(idea).data == b"true"
