"""What the rules of a site do to comments that are handed in, over each database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.comments import Author, Decision, Reason, Site, Status, StoredArticle
from moderation.records import CommentRecord
from moderation.review_moves import HARM, LISTED_SCORE
from moderation.review_queue import Verdict
from moderation.rulebook import ListedWord, SiteRules
from moderation.stored import Objection, QueueFilter
from moderation.workflow import Services
from moderation.workflow.importing import Import, import_records
from moderation.workflow.intake import Outcome, Submitted, put_article, submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.factories import HARSH, MILD, NOON, Clock, a_new_comment, a_user

_ANN = Author("u7", "Ann")

Send = Callable[..., Submitted]


@pytest.fixture
def send(services: Services, site: Site) -> Send:
    """Hands a comment in under the given rules."""

    def send(rules: SiteRules, id: str = "c1", text: str = "Hm.", **fields: object) -> Submitted:
        return submit(services, replace(site, rules=rules), a_new_comment(id, text, **fields))

    return send


def _details(done: Submitted) -> list[str | None]:
    assert done.comment.ruling is not None
    return [reason.detail for reason in done.comment.ruling.reasons if reason.code == "rule"]


def test_a_listed_word_holds_a_comment_and_says_so_on_its_item(send: Send) -> None:
    done = send(SiteRules(words=(ListedWord("zonk", label="insult"),)), text="You z.o.n.k")
    assert done.comment.status is Status.HELD
    assert done.item is not None
    assert done.item.reasons == (
        Reason("rule", "insult", level="review", detail="word list: zonk"),
    )
    # As bad as half an insult: it must not wait behind all that is scored.
    assert done.item.severity == HARM["insult"] * LISTED_SCORE


def test_a_word_that_blocks_rejects_and_queues_nothing(send: Send) -> None:
    done = send(SiteRules(words=(ListedWord("zonk", "block"),)), text="zonk")
    assert (done.comment.status, done.item) == (Status.REJECTED, None)


def test_an_author_is_new_until_enough_comments_have_been_approved(
    services: Services, send: Send
) -> None:
    rules = SiteRules(new_author_comments=2)
    for id in ("c1", "c2"):
        done = send(rules, id, author=_ANN)
        assert done.comment.status is Status.HELD
        assert _details(done) == ["new author: 0 of 2 comments published"]
    for _ in range(2):
        item = claim_next(services, a_user(), QueueFilter())
        assert item is not None
        give_verdict(services, a_user(), item.id, Verdict.APPROVE, item.version)
    assert send(rules, "c3", author=_ANN).comment.status is Status.PUBLISHED
    assert send(rules, "c4", author=Author("u8")).comment.status is Status.HELD
    assert send(rules, "c5").comment.status is Status.HELD


def test_what_is_published_while_it_waits_does_not_make_an_author_known(
    services: Services, site: Site
) -> None:
    site = replace(site, publish_on_review=True, rules=SiteRules(new_author_comments=1))
    for id in ("c1", "c2"):
        done = submit(services, site, a_new_comment(id, author=_ANN))
        assert done.comment.status is Status.PUBLISHED
        assert done.item is not None


def test_an_edit_does_not_count_itself(send: Send) -> None:
    rules = SiteRules(new_author_comments=1)
    send(SiteRules(), author=_ANN)
    edited = send(rules, text="Well.")
    assert edited.outcome is Outcome.REVISED
    assert _details(edited) == ["new author: 0 of 1 comments published"]
    assert send(rules, "c2", author=_ANN).comment.status is Status.HELD


def test_a_trusted_author_is_published_and_can_still_be_blocked(send: Send) -> None:
    rules = SiteRules(trusted_authors=("u7",), new_author_comments=5)
    done = send(rules, text=f"A {MILD} thing.", author=_ANN)
    assert (done.comment.status, done.item) == (Status.PUBLISHED, None)
    assert _details(done) == ["trusted author: would have been review"]
    assert send(rules, "c2", f"{HARSH}!", author=_ANN).comment.status is Status.REJECTED
    assert send(rules, "c3", MILD, author=Author("u8")).comment.status is Status.HELD


def test_an_edit_by_a_trusted_author_need_not_name_them_again(send: Send) -> None:
    rules = SiteRules(trusted_authors=("u7",))
    send(rules, author=_ANN)
    assert send(rules, text=f"A {MILD} thing.").comment.status is Status.PUBLISHED


def test_an_article_closes_some_days_after_it_was_first_seen(
    services: Services, send: Send, clock: Clock
) -> None:
    rules = SiteRules(close_after_days=7)
    article = StoredArticle("daily", "a1", "Geese", "They honk.")
    put_article(services, article)
    clock.advance(days=5)
    # What is written about them later does not open it again.
    put_article(services, replace(article, text="They still honk."))
    clock.advance(days=2)
    assert send(rules, article_id="a1").comment.status is Status.PUBLISHED
    clock.advance(seconds=1)
    late = send(rules, "c2", article_id="a1")
    assert late.comment.status is Status.HELD
    assert _details(late) == ["closed article: first seen more than 7 days ago"]
    blocked = send(replace(rules, closed_action="block"), "c3", article_id="a1")
    assert blocked.comment.status is Status.REJECTED


def test_an_article_can_be_closed_by_its_id(services: Services, send: Send) -> None:
    put_article(services, StoredArticle("daily", "a1", "Geese", "They honk."))
    put_article(services, StoredArticle("daily", "a2", "Ducks", "They quack."))
    rules = SiteRules(closed_articles=("a1",))
    assert send(rules, article_id="a1").comment.status is Status.HELD
    assert send(rules, "c2", article_id="a2").comment.status is Status.PUBLISHED


@pytest.mark.parametrize("text", [f"A {MILD} thing.", f"{HARSH}!", "zonk http://x.example"])
def test_log_only_publishes_everything_queues_nothing_and_says_what_it_would_have_done(
    services: Services, site: Site, text: str
) -> None:
    words = (ListedWord("zonk"),)
    site = replace(site, rules=SiteRules(words=words, log_only=True, audit_rate=1.0))
    done = submit(services, site, a_new_comment(text=text))
    assert (done.comment.status, done.item) == (Status.PUBLISHED, None)
    ruling = done.comment.ruling
    assert ruling is not None
    assert ruling.decision is Decision.ALLOW
    would = {reason.level for reason in ruling.reasons} - {None}
    worst = "block" if "block" in would else "review"
    assert _details(done)[-1] == f"log only: would have been {worst}"


def test_log_only_still_hears_what_readers_report(services: Services, site: Site) -> None:
    site = replace(site, rules=SiteRules(log_only=True))
    submit(services, site, a_new_comment(text=MILD))
    assert object_to(services, site, "c1", Objection("report", NOON)).reports == 1


def test_a_site_has_its_own_share_of_random_samples(services: Services, site: Site) -> None:
    every = replace(site, rules=SiteRules(audit_rate=1.0))
    item = submit(services, every, a_new_comment("c1")).item
    assert item is not None
    assert item.reasons == (Reason("audit"),)
    some = replace(services, audit_rate=1.0)
    none = replace(site, rules=SiteRules(audit_rate=0.0))
    assert submit(some, none, a_new_comment("c2")).item is None
    assert submit(some, site, a_new_comment("c3")).item is not None


def test_what_a_moderator_approved_stands_when_the_same_comes_again_under_stricter_rules(
    services: Services, send: Send
) -> None:
    item = send(SiteRules(), text=f"A {MILD} zonk.").item
    assert item is not None
    give_verdict(services, a_user(), item.id, Verdict.APPROVE, item.version)
    strict = SiteRules(words=(ListedWord("zonk", "block"),), max_links=0)
    again = send(strict, text=f"A {MILD} zonk.")
    assert again.outcome is Outcome.UNCHANGED
    assert again.comment.status is Status.PUBLISHED
    assert again.item is not None
    assert again.item.verdict is not None


def test_an_import_is_judged_by_texts_and_never_by_who_is_new(
    services: Services, site: Site
) -> None:
    rules = SiteRules(words=(ListedWord("zonk"),), new_author_comments=3, close_after_days=0)
    site = replace(site, rules=rules)
    run = Import(services, site, b"key")
    records = [
        CommentRecord(a_new_comment("c1", "Hm.", author=_ANN, article_id="a1")),
        CommentRecord(a_new_comment("c2", "zonk", author=_ANN, article_id="a1")),
    ]
    for _ in import_records(run, records):
        pass
    with services.store.read() as work:
        found = [work.comments.get("daily", id) for id in ("c1", "c2")]
    assert [one and one.status for one in found] == [Status.PUBLISHED, Status.HELD]
