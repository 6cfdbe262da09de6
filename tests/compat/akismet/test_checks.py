"""What becomes of a comment that a CMS asks about as it would ask Akismet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from moderation.accounts import Key, KeyKind
from moderation.assembly import address_key, build_services
from moderation.comments import (
    Author,
    NewComment,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.credentials import new_secret
from moderation.personal_data import address_hash
from moderation.review_queue import Verdict
from moderation.rulebook import SiteRules
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.stored import QueueFilter
from moderation.workflow import Services, intake, reviewing
from tests.compat.akismet.conftest import BLOG, KEY, Cms, an_akismet_key
from tests.factories import HARSH, MILD, NOON, KeywordScorer, a_site, a_user

CIVIL = "Thank you for the clear map."


def kept(store: SqlStore) -> list[StoredComment]:
    with store.read() as work:
        return sorted(work.comments.latest("daily", 100), key=lambda one: one.text)


def waiting(store: SqlStore) -> int:
    with store.read() as work:
        return len(work.queue.waiting(QueueFilter(), 100).items)


@pytest.mark.parametrize(
    ("content", "answer", "status"),
    [
        (CIVIL, b"false", Status.PUBLISHED),
        (f"That is a {MILD} plan.", b"true", Status.HELD),
        (f"You are an {HARSH}.", b"true", Status.REJECTED),
    ],
)
def test_what_the_policy_holds_or_blocks_is_spam(
    cms: Cms, sqlite_store: SqlStore, content: str, answer: bytes, status: Status
) -> None:
    answered = cms.check(content)
    assert (answered.status_code, answered.data, answered.mimetype) == (200, answer, "text/plain")
    [comment] = kept(sqlite_store)
    assert (comment.text, comment.status, comment.kind) == (content, status, "comment")
    assert answered.headers["X-akismet-guid"] == comment.id
    assert waiting(sqlite_store) == (status is Status.HELD)
    assert {name for name, _ in answered.headers if name.lower().startswith("x-akismet")} == {
        "X-akismet-guid"
    }


def test_the_same_check_again_is_answered_alike_and_kept_once(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer
) -> None:
    first, again = cms.check(f"A {MILD} plan."), cms.check(f"A {MILD} plan.", referrer="elsewhere")
    assert (first.data, first.headers["X-akismet-guid"]) == (
        again.data,
        again.headers["X-akismet-guid"],
    )
    assert (len(kept(sqlite_store)), waiting(sqlite_store), scorer.asked) == (1, 1, 1)


def test_an_author_is_kept_by_name_and_by_hashes_alone(
    cms: Cms, sqlite_store: SqlStore, web: Services
) -> None:
    cms.check(CIVIL, user_ID="7", HTTP_COOKIE="secret=1", POST_pwd="hunter2")
    key = web.address_key()
    assert kept(sqlite_store)[0].author == Author(
        id="7",
        name="Ann",
        email_hash=address_hash(key, "daily", "ann@blog.example"),
        ip_hash=address_hash(key, "daily", "192.0.2.7"),
    )


def test_addresses_are_hashed_under_the_key_of_the_installation(
    tmp_path: Path, sqlite_store: SqlStore
) -> None:
    of = Settings(var=str(tmp_path / "var"))
    made = build_services(of, store=sqlite_store)
    assert not (tmp_path / "var" / "address_key").exists()  # who hashes nothing needs none
    assert made.address_key() == made.address_key() == address_key(of)


def test_where_no_key_is_given_hashes_match_nothing_else(web: Services) -> None:
    other = Services(web.store, web.scorers)
    assert web.address_key() == web.address_key() != other.address_key()


def test_comments_under_one_address_stand_together(cms: Cms, sqlite_store: SqlStore) -> None:
    cms.check(CIVIL)
    cms.check("Another.", permalink=f"{BLOG}/bridge#comment-4")
    first, second = kept(sqlite_store)
    assert first.article_id == second.article_id == f"{BLOG}/bridge"
    with sqlite_store.read() as work:
        found = work.articles.get("daily", f"{BLOG}/bridge")
    assert found == StoredArticle("daily", f"{BLOG}/bridge", "", "", f"{BLOG}/bridge")


def test_an_article_that_is_known_keeps_its_words_and_is_scored_against(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer
) -> None:
    with sqlite_store.write() as work:
        work.articles.put(StoredArticle("daily", "12", "The bridge", "It is closed."), NOON)
        work.commit()
    cms.check(CIVIL, comment_post_ID="12")
    with sqlite_store.read() as work:
        article = work.articles.get("daily", "12")
    assert article == StoredArticle("daily", "12", "The bridge", "It is closed.", f"{BLOG}/bridge")
    assert scorer.heard[-1].article == article.as_context()


def test_off_topic_alone_is_spam_only_where_the_site_wants_it(
    cms: Cms, sqlite_store: SqlStore, daily: Site, change_site: Callable[[Site], None]
) -> None:
    with sqlite_store.write() as work:
        work.articles.put(StoredArticle("daily", "12", "The bridge", "It is closed."), NOON)
        work.commit()
    assert cms.check("Buy bitcoin.", comment_post_ID="12").data == b"false"
    assert waiting(sqlite_store) == 1
    assert cms.check(f"Buy bitcoin, {HARSH}.", comment_post_ID="12").data == b"true"
    change_site(replace(daily, rules=SiteRules(off_topic_is_spam=True)))
    assert cms.check("Bitcoin again.", comment_post_ID="12").data == b"true"


def test_log_only_calls_nothing_spam(
    cms: Cms, daily: Site, change_site: Callable[[Site], None]
) -> None:
    change_site(replace(daily, rules=SiteRules(log_only=True)))
    assert cms.check(f"You {HARSH}.").data == b"false"


def test_an_administrators_comment_is_never_spam_and_never_queued(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    assert cms.check(f"A {MILD} plan.", user_role="administrator").data == b"false"
    assert kept(sqlite_store)[0].status is Status.PUBLISHED
    assert waiting(sqlite_store) == 0
    assert cms.check(f"A {MILD} plan!", user_role="editor").data == b"true"


@pytest.mark.parametrize(
    ("content", "status", "waits"),
    [(f"A {MILD} plan.", Status.HELD, 1), (f"You {HARSH}.", Status.REJECTED, 0)],
)
def test_what_was_an_administrators_stands_as_anybodys_once_it_is_asked_about_so(
    cms: Cms, sqlite_store: SqlStore, content: str, status: Status, waits: int
) -> None:
    cms.check(content, user_role="administrator")
    again = {"comment_ID": "41", "recheck_reason": "recheck_queue"}
    for _ in range(2):
        assert cms.check(content, user_role="administrator", **again).data == b"false"
        assert kept(sqlite_store)[0].status is Status.PUBLISHED
    assert waiting(sqlite_store) == 0
    for _ in range(2):
        assert cms.check(content, **again).data == b"true"
        [comment] = kept(sqlite_store)
        assert (comment.status, comment.revision, waiting(sqlite_store)) == (status, 1, waits)
    assert cms.check(content, user_role="administrator", **again).data == b"false"
    assert (kept(sqlite_store)[0].revision, waiting(sqlite_store)) == (1, waits)


def test_what_the_cms_approved_of_an_administrators_is_not_queued_later(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    content, again = f"A {MILD} plan.", {"comment_ID": "41"}
    cms.check(content, user_role="administrator", **again)
    cms.tell("submit-ham", content, **again)
    assert cms.check(content, **again).data == b"false"
    assert (kept(sqlite_store)[0].status, waiting(sqlite_store)) == (Status.PUBLISHED, 0)


@pytest.mark.parametrize(
    "staged",
    [
        {"comment_author": "viagra-test-123"},
        {"comment_author": "akismet-guaranteed-spam"},
        {"comment_author_email": "akismet-guaranteed-spam@example.com"},
    ],
)
def test_the_protocols_own_example_is_spam_and_is_not_kept(
    cms: Cms, sqlite_store: SqlStore, staged: dict[str, str]
) -> None:
    answered = cms.check(CIVIL, **staged)
    assert (answered.data, bool(answered.headers["X-akismet-guid"])) == (b"true", True)
    assert kept(sqlite_store) == []


def test_an_administrator_is_not_spam_in_the_protocols_own_example_either(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    staged = {"comment_author": "viagra-test-123", "user_role": "editor,administrator"}
    assert cms.check(CIVIL, **staged).data == b"false"
    assert kept(sqlite_store) == []


@pytest.mark.parametrize("said", ["1", "true", "True"])
def test_a_test_is_answered_and_not_kept(cms: Cms, sqlite_store: SqlStore, said: str) -> None:
    assert cms.check(f"You {HARSH}.", is_test=said).data == b"true"
    assert kept(sqlite_store) == []


@pytest.mark.parametrize("said", ["False", "false", "0", ""])
def test_what_is_said_to_be_no_test_is_none(cms: Cms, sqlite_store: SqlStore, said: str) -> None:
    cms.check(CIVIL, is_test=said)
    assert len(kept(sqlite_store)) == 1


@pytest.mark.parametrize(
    "kind", ["contact-form", "gravity_form", "Registration", "signup", "message"]
)
@pytest.mark.parametrize("field", ["comment_type", "content_type"])
def test_what_is_not_for_readers_is_judged_and_not_kept(
    cms: Cms, sqlite_store: SqlStore, kind: str, field: str
) -> None:
    wanted = {"comment_type": "", field: kind}
    assert cms.check(f"You {HARSH}.", **wanted).data == b"true"
    assert cms.check(CIVIL, **wanted).data == b"false"
    assert kept(sqlite_store) == []


def test_of_a_sign_up_the_name_is_judged(cms: Cms) -> None:
    named = {"comment_author": f"Mr {HARSH}", "comment_type": "signup"}
    assert cms.check("", **named).data == b"true"


@pytest.mark.parametrize("kind", ["pingback", "trackback"])
def test_pings_are_kept_as_what_they_are_and_never_queued(
    cms: Cms, sqlite_store: SqlStore, kind: str
) -> None:
    assert cms.check(f"A {MILD} plan.", comment_type=kind).data == b"true"
    assert (kept(sqlite_store)[0].kind, waiting(sqlite_store)) == (kind, 0)


def test_a_reply_finds_the_parent_whose_id_was_told_before(
    cms: Cms, sqlite_store: SqlStore, scorer: KeywordScorer
) -> None:
    cms.check("Which bridge is it?")
    cms.check("Which bridge is it?", comment_ID="41", recheck_reason="recheck_queue")
    cms.check("The old one.", comment_parent="41", comment_author="Ben")
    assert scorer.heard[-1].parent == "Which bridge is it?"
    parent, reply = sorted(kept(sqlite_store), key=lambda one: one.author.name or "")
    assert (reply.parent_id, reply.parent_key) == (parent.id, parent.key)


def test_a_reply_that_came_first_is_joined_when_the_id_is_told(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    cms.check("The old one.", comment_parent="41", comment_author="Ben")
    cms.check("Which bridge is it?")
    cms.tell("submit-ham", "Which bridge is it?", comment_ID="41")
    parent, reply = sorted(kept(sqlite_store), key=lambda one: one.author.name or "")
    assert reply.parent_key == parent.key
    again = cms.check("The old one.", comment_parent="41", comment_author="Ben")
    assert again.headers["X-akismet-guid"] == reply.id
    assert len(kept(sqlite_store)) == 2


def test_a_reply_finds_a_parent_by_its_guid_and_one_that_was_imported(
    cms: Cms, scorer: KeywordScorer, web: Services, daily: Site
) -> None:
    guid = cms.check("Which bridge is it?").headers["X-akismet-guid"]
    cms.check("The old one.", comment_parent="3", parent_guid=guid)
    assert scorer.heard[-1].parent == "Which bridge is it?"
    intake.submit(web, daily, NewComment("9", "It opens in May."))
    cms.check("In June.", comment_parent="9")
    assert scorer.heard[-1].parent == "It opens in May."


def test_an_edit_of_a_comment_whose_id_is_known_is_a_revision(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    cms.check(CIVIL)
    cms.check(CIVIL, comment_ID="41")
    edited = cms.check(f"You {HARSH}.", comment_ID="41", recheck_reason="edit")
    [comment] = kept(sqlite_store)
    assert (edited.data, comment.revision, comment.text) == (b"true", 2, f"You {HARSH}.")
    assert edited.headers["X-akismet-guid"] == comment.id


def test_a_comment_that_the_cms_has_cleaned_is_still_the_same(
    cms: Cms, sqlite_store: SqlStore
) -> None:
    wordpress = {"headers": {"User-Agent": "WordPress/6.1.9 | Akismet/5.0.2"}}
    form = {"permalink": f"{BLOG}/x", "comment_author": "Ann O\\'Hara"}
    sent = {**form, "comment_content": 'It\\\'s <blink>\\"closed\\"</blink> &  gone'}
    stored = {
        "permalink": f"{BLOG}/x",
        "comment_author": "Ann O&#039;Hara",
        "comment_content": 'It\'s "closed" &amp; gone',
        "comment_ID": "5",
    }
    first = cms.post("comment-check", sent, **wordpress)
    again = cms.post("comment-check", stored | {"recheck_reason": "retry"}, **wordpress)
    [comment] = kept(sqlite_store)
    assert comment.text == 'It\'s <blink>"closed"</blink> &  gone'
    assert (comment.author.name, comment.revision) == ("Ann O'Hara", 1)
    assert first.headers["X-akismet-guid"] == again.headers["X-akismet-guid"] == comment.id


def test_backslashes_of_others_are_theirs(cms: Cms, sqlite_store: SqlStore) -> None:
    cms.check("It\\'s C:\\\\temp")
    assert kept(sqlite_store)[0].text == "It\\'s C:\\\\temp"


def test_what_a_moderator_decided_here_stands(
    cms: Cms, web: Services, sqlite_store: SqlStore
) -> None:
    content = f"A {MILD} plan."
    mona = a_user()
    with sqlite_store.write() as work:
        work.accounts.put_user(mona)
        work.commit()
    assert cms.check(content).data == b"true"
    item = reviewing.claim_next(web, mona, QueueFilter())
    assert item
    reviewing.give_verdict(web, mona, item.id, Verdict.APPROVE, item.version)
    assert cms.check(content, recheck_reason="recheck_queue").data == b"false"


def test_an_erased_comment_is_judged_and_stays_erased(
    cms: Cms, web: Services, daily: Site, sqlite_store: SqlStore
) -> None:
    guid = cms.check(f"You {HARSH}.").headers["X-akismet-guid"]
    intake.erase(web, daily, guid)
    assert cms.check(f"You {HARSH}.").data == b"true"
    cms.tell("submit-spam", f"You {HARSH}.")
    assert kept(sqlite_store) == []
    with sqlite_store.read() as work:
        assert list(work.suggestions.all()) == []


def test_a_harsh_line_at_the_end_of_a_very_long_text_is_found(cms: Cms) -> None:
    civil = "The bridge is open again. " * 6_000
    assert cms.check(civil).data == b"false"
    assert cms.check(f"{civil} You {HARSH}.").data == b"true"


def test_the_key_is_in_the_form_or_in_the_host(cms: Cms) -> None:
    body = f"blog={BLOG}&user_ip=192.0.2.7&comment_content=Fine.".encode()
    for host in (
        f"{KEY}.rest.akismet.com",
        f"{KEY.upper()}.localhost:8000",
        f"{KEY}.moderation_app:8000",
    ):
        assert cms.raw("comment-check", body, base_url=f"http://{host}").data == b"false"
    refused = cms.raw("comment-check", body, base_url="http://rest.akismet.com")
    assert (refused.status_code, refused.data) == (401, b"invalid")
    assert "api_key" in refused.headers["X-akismet-debug-help"]
    twice = cms.raw(
        "comment-check", b"api_key=ba9876543210&" + body, base_url=f"http://{KEY}.localhost"
    )
    assert twice.status_code == 401  # the form comes before the host


def test_no_other_kind_of_key_is_taken(
    cms: Cms, daily: Site, keep_key: Callable[[Key], None]
) -> None:
    secret, key = new_secret(KeyKind.SITE, site_id=daily.id)
    keep_key(key)
    assert Cms(cms.client, secret).check(CIVIL).status_code == 401


def test_two_sites_keep_their_comments_apart(
    cms: Cms, app: Flask, keep_key: Callable[[Key], None], change_site: Callable[[Site], None]
) -> None:
    weekly = a_site("weekly")
    change_site(weekly)
    keep_key(an_akismet_key(weekly, "ba9876543210"))
    ours = cms.check(CIVIL).headers["X-akismet-guid"]
    theirs = Cms(app.test_client(), "ba9876543210").check(CIVIL).headers["X-akismet-guid"]
    assert ours != theirs
