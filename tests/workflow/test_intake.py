"""Taking comments in: what is kept, what is queued, and what is told to the outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.comments import (
    Author,
    Decision,
    Reason,
    Site,
    Status,
    StoredArticle,
)
from moderation.errors import Erased, NotFound, NotScored, UnknownReference
from moderation.review_queue import EventKind, ReviewItem, Stage, Verdict
from moderation.stores import Objection, Store
from moderation.workflow import Services
from moderation.workflow.intake import Outcome, erase, put_article, read, submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import give_verdict, open_case, undo_verdict
from tests.factories import (
    HARSH,
    MILD,
    NOON,
    Clock,
    KeywordScorer,
    a_new_comment,
    a_user,
)

_KIND, _SILLY, _HARSH = "Thank you.", f"You {MILD} thing.", f"You {HARSH}!"


def _messages(store: Store) -> list[str]:
    with store.read() as work:
        return [message.type for message in work.outbox.pending(100)]


def _queued(services: Services, site: Site, id: str, text: str) -> ReviewItem:
    item = submit(services, site, a_new_comment(id, text)).item
    assert item is not None
    return item


# Each row: the rule in words; the text; whether review publishes; decision, status, queued.
_FATES = [
    ("a kind comment is published", _KIND, False, Decision.ALLOW, Status.PUBLISHED, False),
    ("a doubtful one is held and queued", _SILLY, False, Decision.REVIEW, Status.HELD, True),
    ("or published and queued", _SILLY, True, Decision.REVIEW, Status.PUBLISHED, True),
    ("a harsh one is rejected", _HARSH, False, Decision.BLOCK, Status.REJECTED, False),
]


@pytest.mark.parametrize(
    ("words", "text", "publish", "decision", "status", "queued"),
    _FATES,
    ids=[row[0] for row in _FATES],
)
def test_what_becomes_of_a_comment(
    services: Services,
    site: Site,
    words: str,
    text: str,
    publish: bool,
    decision: Decision,
    status: Status,
    queued: bool,
) -> None:
    site = replace(site, publish_on_review=publish)
    new = a_new_comment(text=text, author=Author("u7", "Zoë"))
    done = submit(services, site, new)
    assert done.outcome is Outcome.CREATED
    assert done.comment.ruling is not None
    assert done.comment.ruling.decision is decision
    assert done.comment.status is status
    assert (done.item is not None) == queued
    assert read(services, site, "c1") == (done.comment, done.item)
    assert _messages(services.store) == ["comment.scored"]


def test_a_queued_item_carries_the_decisions_reasons(services: Services, site: Site) -> None:
    item = _queued(services, site, "c1", _SILLY)
    assert [(reason.code, reason.label) for reason in item.reasons] == [
        ("label", "toxicity"),
        ("label", "insult"),
    ]
    assert item.severity == 0.6


def test_the_same_comment_again_is_answered_as_before(
    services: Services, site: Site, scorer: KeywordScorer, clock: Clock
) -> None:
    first = submit(services, site, a_new_comment(text=_SILLY))
    heard = len(scorer.heard)
    clock.advance(hours=1)
    again = submit(services, site, a_new_comment(text=_SILLY))
    assert (again.comment, again.item) == (first.comment, first.item)
    assert again.outcome is Outcome.UNCHANGED
    assert len(scorer.heard) == heard
    assert _messages(services.store) == ["comment.scored"]


def test_another_text_is_a_revision_scored_anew_and_reopened(
    services: Services, site: Site, clock: Clock
) -> None:
    item = _queued(services, site, "c1", _SILLY)
    give_verdict(services, a_user(), item.id, Verdict.APPROVE, item.version)
    clock.advance(hours=1)
    done = submit(services, site, a_new_comment(text=f"Very {MILD} indeed."))
    assert done.outcome is Outcome.REVISED
    assert done.comment.revision == 2
    assert done.comment.status is Status.HELD
    assert done.comment.received_at == NOON
    assert done.item is not None
    assert (done.item.id, done.item.stage) == (item.id, Stage.OPEN)
    assert done.item.version > item.version + 1
    case = open_case(services, item.id)
    assert [revision.text for revision in case.revisions] == [_SILLY, f"Very {MILD} indeed."]


def test_a_revision_under_a_lease_makes_the_moderators_verdict_stale(
    services: Services, site: Site
) -> None:
    item = _queued(services, site, "c1", _SILLY)
    submit(services, site, a_new_comment(text=_KIND))
    with pytest.raises(Exception, match="changed since you saw it"):
        give_verdict(services, a_user(), item.id, Verdict.APPROVE, item.version)


def test_no_number_of_rewrites_publishes_what_a_person_rejected(
    services: Services, site: Site
) -> None:
    item = _queued(services, site, "c1", _SILLY)
    give_verdict(services, a_user(), item.id, Verdict.REJECT, item.version)
    object_to(services, site, "c1", Objection("appeal", NOON))
    for text in ("Fine.", f"A {MILD} rewrite.", "Very fine.", "Even finer."):
        assert submit(services, site, a_new_comment(text=text)).comment.status is Status.HELD
    case = open_case(services, item.id)
    give_verdict(services, a_user("lena"), item.id, Verdict.APPROVE, case.item.version)
    done = submit(services, site, a_new_comment(text="The finest."))
    assert done.comment.status is Status.PUBLISHED


def test_a_rejection_that_was_taken_back_holds_nothing_down(services: Services, site: Site) -> None:
    item = _queued(services, site, "c1", _SILLY)
    give_verdict(services, a_user(), item.id, Verdict.REJECT, item.version)
    undo_verdict(services, a_user(), item.id)
    done = submit(services, site, a_new_comment(text=_KIND))
    assert done.comment.status is Status.PUBLISHED


def test_a_rewrite_does_not_answer_a_report(services: Services, site: Site) -> None:
    submit(services, site, a_new_comment(text=_KIND))
    object_to(services, site, "c1", Objection("report", NOON, "It is about me."))
    done = submit(services, site, a_new_comment(text="Thanks a lot."))
    assert done.item is not None
    assert Reason("reported") in done.item.reasons
    assert done.item.reports == 1


def test_a_comment_is_scored_in_its_context(services: Services, site: Site) -> None:
    put_article(services, StoredArticle(site.id, "a1", "Geese", "They honk."))
    submit(services, site, a_new_comment("root", article_id="a1"))
    done = submit(
        services,
        site,
        a_new_comment("c2", "Buy bitcoin.", article_id="a1", parent_id="root"),
    )
    assert done.comment.ruling is not None
    assert [reason.label for reason in done.comment.ruling.reasons] == ["off_topic"]
    assert not done.comment.is_orphan


def test_an_article_must_be_there_first_and_nothing_is_kept(services: Services, site: Site) -> None:
    with pytest.raises(UnknownReference) as caught:
        submit(services, site, a_new_comment(article_id="nothing"))
    assert caught.value.field == "article_id"
    with pytest.raises(NotFound):
        read(services, site, "c1")


def test_an_article_of_another_site_is_not_there(services: Services, site: Site) -> None:
    other = replace(site, id="weekly")
    with services.store.write() as work:
        work.sites.put(other)
        work.commit()
    put_article(services, StoredArticle("weekly", "a1", "Ducks", ""))
    with pytest.raises(UnknownReference):
        submit(services, site, a_new_comment(article_id="a1"))


def test_a_parent_may_arrive_later(services: Services, site: Site) -> None:
    reply = submit(services, site, a_new_comment("reply", parent_id="root"))
    assert reply.comment.is_orphan
    submit(services, site, a_new_comment("root", "Hello."))
    joined, _ = read(services, site, "reply")
    assert not joined.is_orphan
    assert submit(services, site, a_new_comment("reply", parent_id="root")).outcome is (
        Outcome.UNCHANGED
    )


def test_a_reply_to_an_erased_comment_is_kept_and_sees_nothing_of_it(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    submit(services, site, a_new_comment("root", "Hello."))
    submit(services, site, a_new_comment("before", _SILLY, parent_id="root"))
    assert scorer.heard[-1].parent == "Hello."
    erase(services, site, "root")
    done = submit(services, site, a_new_comment("after", _SILLY, parent_id="root"))
    assert scorer.heard[-1].parent is None
    assert not done.comment.is_orphan
    assert done.item is not None
    case = open_case(services, done.item.id)
    assert [(above.id, above.text) for above in case.ancestors] == [("root", "")]


def test_erasing_closes_the_item_and_stays_erased(services: Services, site: Site) -> None:
    item = _queued(services, site, "c1", _SILLY)
    erase(services, site, "c1")
    erase(services, site, "c1")
    for asked in (
        lambda: read(services, site, "c1"),
        lambda: submit(services, site, a_new_comment(text="Back again.")),
        lambda: submit(services, site, a_new_comment(text="")),
        lambda: open_case(services, item.id),
        lambda: give_verdict(services, a_user(), item.id, Verdict.APPROVE, 1),
        lambda: object_to(services, site, "c1", Objection("report", NOON)),
    ):
        with pytest.raises(Erased):
            asked()
    with services.store.read() as work:
        assert work.queue.counts()["open"] == 0
        assert [event.kind for event in work.queue.events(item.id)] == [
            EventKind.OPENED,
            EventKind.ERASED,
        ]


def test_what_is_not_there_cannot_be_read_or_erased(services: Services, site: Site) -> None:
    with pytest.raises(NotFound):
        read(services, site, "nothing")
    with pytest.raises(NotFound):
        erase(services, site, "nothing")


def test_a_comment_erased_while_its_new_text_is_scored_stays_erased(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    submit(services, site, a_new_comment())
    scorer.meanwhile = lambda: erase(services, site, "c1")
    with pytest.raises(Erased):
        submit(services, site, a_new_comment(text="New."))


def test_a_comment_revised_while_it_is_scored_becomes_the_revision_after(
    services: Services, site: Site, scorer: KeywordScorer
) -> None:
    submit(services, site, a_new_comment())
    scorer.meanwhile = lambda: submit(services, site, a_new_comment(text="Between."))
    done = submit(services, site, a_new_comment(text="Last."))
    assert (done.comment.revision, done.comment.text) == (3, "Last.")


class _Broken(KeywordScorer):
    def current(self) -> KeywordScorer:
        raise NotScored("No model is loaded.", retry_after=5)


def test_without_a_score_nothing_is_kept_and_nobody_says_allow(
    services: Services, site: Site
) -> None:
    with pytest.raises(NotScored):
        submit(replace(services, scorers=_Broken()), site, a_new_comment())
    with services.store.read() as work:
        assert work.comments.count() == 0
        assert work.outbox.pending(1) == []


def test_the_audit_draws_by_the_comment_and_never_changes_the_decision(
    services: Services, site: Site
) -> None:
    every = replace(services, audit_rate=1.0)
    done = submit(every, site, a_new_comment(text=_KIND))
    assert done.item is not None
    assert [reason.code for reason in done.item.reasons] == ["audit"]
    assert done.comment.status is Status.PUBLISHED
    assert done.comment.ruling is not None
    assert done.comment.ruling.reasons == ()
