"""`/coral/phase` as Coral uses it: what it is told, and what is kept of what it sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Key, KeyKind, Permission
from moderation.comments import Author, Site, Status, StoredArticle, StoredComment
from moderation.credentials import digest, new_secret
from moderation.rulebook import ListedWord, SiteRules
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.intake import erase
from moderation.workflow.key_usage import usage_of_keys
from tests.compat.coral.conftest import SECRET
from tests.compat.coral.imitation import Coral, Send, a_request, headers_for, is_valid, written
from tests.factories import Clock, KeywordScorer, a_stored_comment
from tests.web.conftest import Caller, fault

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "wire" / "coral").glob("*.json"))
TOXIC = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}
OTHER_SECRET = "empsec_00112233445566778899aabbccddeeff"


def kept(store: SqlStore) -> list[StoredComment]:
    with store.read() as work:
        return work.comments.page("daily")


def change(store: SqlStore, site: Site) -> None:
    with store.write() as work:
        work.sites.put(site)
        work.commit()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_request_is_answered_as_in_the_file(
    coral: Coral, program: Caller, sqlite_store: SqlStore, path: Path
) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    program.send("PUT", "/v1/articles/story-1", {"title": "Bridge closed", "text": "It is old."})
    raw = written(case["request"])
    status, answer = coral.send(raw, headers_for(raw, [SECRET]))
    assert (status, json.loads(answer)) == (case["status"], case["answer"])
    assert is_valid(case["answer"])
    assert [comment.text for comment in kept(sqlite_store)] == case["kept"]


def test_a_comment_is_kept_with_its_story_and_its_author(
    coral: Coral, sqlite_store: SqlStore
) -> None:
    assert coral.status_of("<p>You <b>silly</b> goose.</p>") == "SYSTEM_WITHHELD"
    (comment,) = kept(sqlite_store)
    assert comment.id.startswith("coral-")
    assert (comment.text, comment.article_id, comment.status) == (
        "You silly goose.",
        "story-1",
        Status.HELD,
    )
    assert comment.author == Author(id="2f7c1b0e")
    with sqlite_store.read() as work:
        article = work.articles.get("daily", "story-1")
        assert work.queue.item_of(comment.key) is not None
    assert article == StoredArticle("daily", "story-1", "", "", "https://daily.example/bridge")


def test_links_are_counted_and_pictures_read_where_their_addresses_and_words_stand_in_tags(
    coral: Coral, daily: Site, sqlite_store: SqlStore
) -> None:
    change(sqlite_store, replace(daily, rules=SiteRules(max_links=1)))
    link = '<a href="https://{0}.example/x" rel="ugc">{1}</a>'
    assert coral.status_of(f"See {link.format('a', 'this')}.") == "NONE"
    assert coral.status_of(link.format("a", "https://a.example/x")) == "NONE"
    two = f"See {link.format('a', 'this')} and {link.format('b', 'that')}."
    assert coral.status_of(two) == "SYSTEM_WITHHELD"
    assert coral.status_of('<img src="x" alt="You silly goose">') == "SYSTEM_WITHHELD"
    texts = [comment.text for comment in kept(sqlite_store)]
    assert two in texts
    assert "https://a.example/x" in texts


def test_a_story_that_is_known_keeps_its_text_and_makes_off_topic(
    coral: Coral, program: Caller, scorer: KeywordScorer
) -> None:
    sent = {"title": "Bridge closed", "text": "It is old.", "url": "https://daily.example/b"}
    program.send("PUT", "/v1/articles/story-1", sent)
    answer = coral.post("Buy bitcoin, all of you.")
    assert answer["status"] == "SYSTEM_WITHHELD"
    assert answer["moderationAction"]["rejectionReason"] == {"code": "IRRELEVANT_CONTENT"}
    assert "actions" not in answer
    assert program.get("/v1/articles/story-1").json == {"id": "story-1", **sent}
    assert scorer.heard[0].article is not None


def test_a_parent_counts_where_a_comment_with_its_id_is_here(
    coral: Coral, sqlite_store: SqlStore, scorer: KeywordScorer, daily: Site
) -> None:
    coral.post("An answer.", parent="c-0")
    with sqlite_store.write() as work:
        work.comments.add(a_stored_comment("c-0", text="A question?"))
        work.commit()
    coral.post("Another answer.", parent="c-0")
    assert [comment.parent for comment in scorer.heard] == [None, "A question?"]
    assert {one.text: one.parent_id for one in kept(sqlite_store)} == {
        "A question?": None,
        "An answer.": None,
        "Another answer.": "c-0",
    }


@pytest.mark.parametrize("role", ["STAFF", "MODERATOR", "ADMIN"])
def test_staff_is_not_held_for_review_and_still_blocked(coral: Coral, role: str) -> None:
    assert coral.post("You silly goose.", role=role) == {}
    assert coral.status_of("You idiot.", role=role) == "REJECTED"


@pytest.mark.parametrize("role", ["COMMENTER", "MEMBER", "ARCHDUKE", ""])
def test_any_other_role_is_a_reader_s(coral: Coral, role: str) -> None:
    assert coral.status_of("You silly goose.", role=role) == "SYSTEM_WITHHELD"


def test_staff_is_not_counted_as_new_authors(
    coral: Coral, sqlite_store: SqlStore, daily: Site
) -> None:
    change(sqlite_store, replace(daily, rules=SiteRules(new_author_comments=2)))
    assert coral.status_of("Good morning.", role="STAFF") == "NONE"
    assert coral.status_of("Good morning.") == "SYSTEM_WITHHELD"


def test_a_site_that_shows_comments_under_review_has_them_flagged(
    coral: Coral, sqlite_store: SqlStore, daily: Site
) -> None:
    change(sqlite_store, replace(daily, publish_on_review=True))
    assert coral.post("You silly goose.") == {"actions": [TOXIC]}


def test_a_site_that_only_logs_has_no_opinion(
    coral: Coral, sqlite_store: SqlStore, daily: Site
) -> None:
    change(sqlite_store, replace(daily, rules=SiteRules(log_only=True)))
    assert coral.post("You idiot.") == {}
    assert len(kept(sqlite_store)) == 1


def test_a_listed_word_that_blocks_is_told_as_one(
    coral: Coral, sqlite_store: SqlStore, daily: Site
) -> None:
    words = (ListedWord("crumpet", action="block"),)
    change(sqlite_store, replace(daily, rules=SiteRules(words=words)))
    answer = coral.post("I like crumpet.")
    assert answer["moderationAction"]["rejectionReason"] == {"code": "BANNED_WORD"}


def test_the_same_body_gets_the_same_bytes_and_is_kept_once(
    coral: Coral, scorer: KeywordScorer, sqlite_store: SqlStore, clock: Clock
) -> None:
    coral.post("You silly goose.")
    first = coral.last
    clock.advance(minutes=9, seconds=59)  # into the next stretch of ten minutes
    coral.post("You silly goose.")
    assert coral.last == first
    assert (scorer.asked, len(kept(sqlite_store))) == (1, 1)


def test_the_same_words_later_are_another_comment(
    coral: Coral, sqlite_store: SqlStore, clock: Clock
) -> None:
    coral.post("Thanks!")
    clock.advance(minutes=10, seconds=1)
    coral.post("Thanks!")
    assert len(kept(sqlite_store)) == 2


def test_the_same_words_of_somebody_else_are_another_comment(
    coral: Coral, sqlite_store: SqlStore
) -> None:
    coral.post("Thanks!")
    coral.post("Thanks!", author="somebody-else")
    coral.post("Thanks!", action="EDIT")
    assert len(kept(sqlite_store)) == 3


def test_what_was_erased_is_answered_again_and_not_kept_again(
    coral: Coral, web: Services, sqlite_store: SqlStore, daily: Site
) -> None:
    coral.post("You silly goose.")
    first, (comment,) = coral.last, kept(sqlite_store)
    erase(web, daily, comment.id)
    coral.post("You silly goose.")
    assert coral.last == first
    assert kept(sqlite_store) == []


@pytest.mark.parametrize("header", ["", "sha256=", "sha256=" + "0" * 64, "md5=abc", "é", ",,,"])
def test_without_a_live_signature_nothing_is_heard(
    coral: Coral, anyone: FlaskClient, sqlite_store: SqlStore, header: str
) -> None:
    headers = {"X-Coral-Signature": header} if header else {}
    answer = anyone.post("/coral/phase", data=written(a_request("Hello.")), headers=headers)
    fault(answer, 401, "not_authenticated")
    assert kept(sqlite_store) == []


def test_a_signature_is_of_the_bytes_as_they_came(coral: Coral, send: Send) -> None:
    raw = written(a_request("Hello."))
    signed = headers_for(raw, [SECRET])
    assert send(raw, signed)[0] == 200
    assert send(json.dumps(json.loads(raw)).encode(), signed)[0] == 401
    assert send(raw + b"\n", signed)[0] == 401


def test_while_secrets_rotate_any_of_them_will_do(coral: Coral, send: Send) -> None:
    assert Coral(send, [OTHER_SECRET, SECRET]).status_of("You idiot.") == "REJECTED"
    assert Coral(send, [SECRET, OTHER_SECRET]).status_of("You idiot.") == "REJECTED"
    assert Coral(send, [OTHER_SECRET]).post("You idiot.") == {}


def test_a_revoked_secret_opens_nothing_from_then_on(
    coral: Coral,
    program: Caller,
    keep_key: Callable[[Key], None],
    sqlite_store: SqlStore,
    clock: Clock,
) -> None:
    coral.post("Hello.")
    with sqlite_store.read() as work:
        key = work.accounts.key_by_digest(digest(SECRET))
    assert key is not None
    keep_key(replace(key, revoked_at=clock.time))
    coral.post("Hello again.")
    assert coral.last[0] == 401


def test_the_secret_says_which_site_it_is(
    coral: Coral,
    send: Send,
    other_program: Caller,
    keep_key: Callable[[Key], None],
    sqlite_store: SqlStore,
) -> None:
    keep_key(new_secret(KeyKind.CORAL, site_id="weekly", given=OTHER_SECRET)[1])
    Coral(send, [OTHER_SECRET]).post("Hello.")
    assert kept(sqlite_store) == []
    with sqlite_store.read() as work:
        assert [one.text for one in work.comments.page("weekly")] == ["Hello."]


def test_no_other_key_opens_the_phase(program: Caller, send: Send) -> None:
    answer = program.post("/coral/phase", a_request("Hello."))
    fault(answer, 401, "not_authenticated")
    raw = written(a_request("Hello."))
    assert send(raw, headers_for(raw, [program.secret]))[0] == 401


def test_a_key_whose_secret_was_not_kept_signs_nothing(
    send: Send, daily: Site, keep_key: Callable[[Key], None]
) -> None:
    secret, key = new_secret(KeyKind.CORAL, site_id=daily.id)
    keep_key(replace(key, secret=None))
    coral = Coral(send, [secret])
    coral.post("Hello.")
    assert coral.last[0] == 401


def key_of(store: SqlStore) -> Key:
    with store.read() as work:
        key = work.accounts.key_by_digest(digest(SECRET))
    assert key is not None
    return key


def test_each_call_is_counted_as_one_of_the_key_that_signed_it(
    coral: Coral, web: Services, sqlite_store: SqlStore, clock: Clock
) -> None:
    coral.post("Hello.")
    coral.post("You silly goose.")
    Coral(coral.send, [OTHER_SECRET]).post("Hello.")
    usage, key = usage_of_keys(web), key_of(sqlite_store)
    assert (usage.calls, usage.last) == ({key.id: 2}, {key.id: clock.time})


def test_a_key_that_has_used_up_its_calls_has_comments_withheld_and_is_never_refused(
    coral: Coral, keep_key: Callable[[Key], None], sqlite_store: SqlStore, daily: Site
) -> None:
    keep_key(replace(key_of(sqlite_store), rate="2 per minute"))
    asked = [(coral.status_of(f"Hello {number}."), coral.last[0]) for number in range(4)]
    assert asked == [("NONE", 200), ("NONE", 200), ("PREMOD", 200), ("PREMOD", 200)]
    change(sqlite_store, replace(daily, rules=SiteRules(log_only=True)))
    assert (coral.post("Hello 5."), coral.last[0]) == ({}, 200)


def test_a_key_that_may_only_score_has_comments_withheld_and_none_kept(
    coral: Coral, keep_key: Callable[[Key], None], sqlite_store: SqlStore
) -> None:
    keep_key(replace(key_of(sqlite_store), scopes=frozenset({Permission.SCORE})))
    assert (coral.post("Hello."), coral.last[0]) == ({"status": "PREMOD"}, 200)
    assert kept(sqlite_store) == []


def test_the_same_body_from_two_sites_is_a_comment_of_each(
    coral: Coral,
    send: Send,
    other_program: Caller,
    keep_key: Callable[[Key], None],
    sqlite_store: SqlStore,
) -> None:
    keep_key(new_secret(KeyKind.CORAL, site_id="weekly", given=OTHER_SECRET)[1])
    other = Coral(send, [OTHER_SECRET])
    assert coral.post("You silly goose.") == other.post("You silly goose.") != {}
    with sqlite_store.read() as work:
        pages = {site: work.comments.page(site) for site in ("daily", "weekly")}
    assert {site: [one.text for one in page] for site, page in pages.items()} == {
        "daily": ["You silly goose."],
        "weekly": ["You silly goose."],
    }
