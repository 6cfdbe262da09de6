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
from moderation.errors import Erased, NotFound, UnknownReference
from moderation.review_queue import EventKind, ReviewItem, Stage, Verdict
from moderation.stored import Objection, QueueFilter
from moderation.stores import Store
from moderation.workflow import Services
from moderation.workflow.desk import recent_acts
from moderation.workflow.intake import Outcome, erase, put_article, read, submit
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict, open_case, undo_verdict
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
    assert item.severity == pytest.approx(0.7 * 0.6)  # how bad an insult is, and how sure


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


_ANN = Author("u7", "Ann", email_hash="e" * 8, ip_hash="i" * 8)


# Each row: the rule in words; the author that the first text had; the revision's; who is kept.
_AUTHORS = [
    ("no author keeps the known one", _ANN, Author(), _ANN),
    ("a new name is taken, addresses stay", _ANN, Author("u7", "Anna"), replace(_ANN, name="Anna")),
    ("a name may be left out", _ANN, Author("u7"), _ANN),
    ("somebody else brings nothing over", _ANN, Author("u8", "Ben"), Author("u8", "Ben")),
    ("an id is added", replace(_ANN, id=None), Author("u7"), _ANN),
    ("a new address is taken", _ANN, Author(ip_hash="j"), replace(_ANN, ip_hash="j")),
    ("an author comes late", Author(), _ANN, _ANN),
]


@pytest.mark.parametrize(
    ("words", "first", "second", "kept"), _AUTHORS, ids=[row[0] for row in _AUTHORS]
)
def test_whom_a_revision_is_by(
    services: Services, site: Site, words: str, first: Author, second: Author, kept: Author
) -> None:
    submit(services, site, a_new_comment(text=_KIND, author=first))
    submit(services, site, a_new_comment(text="Thanks!", author=second))
    assert read(services, site, "c1")[0].author == kept


def test_another_name_under_the_same_text_changes_nothing(services: Services, site: Site) -> None:
    submit(services, site, a_new_comment(text=_KIND, author=_ANN))
    again = submit(services, site, a_new_comment(text=_KIND, author=Author("u7", "Anna")))
    assert again.outcome is Outcome.UNCHANGED
    assert read(services, site, "c1")[0].author == _ANN


def test_whoever_skipped_a_text_is_offered_the_rewritten_one(
    services: Services, site: Site
) -> None:
    item, mona = _queued(services, site, "c1", _SILLY), a_user()
    give_verdict(services, mona, item.id, Verdict.SKIP, item.version)
    assert claim_next(services, mona, QueueFilter()) is None
    submit(services, site, a_new_comment(text=f"A {MILD} rewrite."))
    offered = claim_next(services, mona, QueueFilter())
    assert offered is not None
    assert offered.id == item.id
    assert recent_acts(services, mona) == ()


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


def _reported(services: Services, site: Site, kind: str, by: str | None, text: str = "") -> None:
    object_to(services, site, "c1", Objection(kind, services.now(), text, by=by))


def test_one_persons_report_counts_once_for_a_text_however_often_it_is_sent(
    services: Services, site: Site
) -> None:
    submit(services, site, a_new_comment(text=_KIND))
    _reported(services, site, "report", "u8", "Rude.")
    _reported(services, site, "report", "u8", "Rude, and about me.")
    _reported(services, site, "report", "u9")
    _reported(services, site, "appeal", "u8")
    item = read(services, site, "c1")[1]
    assert item is not None
    assert (item.reports, item.appeals) == (2, 1)
    told = open_case(services, item.id).objections
    assert [(one.kind, one.by, one.text) for one in told] == [
        ("report", "u8", "Rude, and about me."),
        ("report", "u9", ""),
        ("appeal", "u8", ""),
    ]


def test_a_report_sent_again_does_not_reopen_what_was_decided_since(
    services: Services, site: Site
) -> None:
    submit(services, site, a_new_comment(text=_KIND))
    item = object_to(services, site, "c1", Objection("report", NOON, by="u8"))
    give_verdict(services, a_user(), item.id, Verdict.APPROVE, item.version)
    again = object_to(services, site, "c1", Objection("report", NOON, by="u8"))
    assert again.stage is Stage.DECIDED


def test_reports_without_a_name_each_count(services: Services, site: Site) -> None:
    submit(services, site, a_new_comment(text=_KIND))
    _reported(services, site, "report", None)
    _reported(services, site, "report", None)
    item = read(services, site, "c1")[1]
    assert item is not None
    assert item.reports == 2


def test_the_same_person_may_report_the_rewritten_text_as_well(
    services: Services, site: Site
) -> None:
    submit(services, site, a_new_comment(text=_KIND))
    _reported(services, site, "report", "u8")
    submit(services, site, a_new_comment(text="Thanks a lot."))
    _reported(services, site, "report", "u8")
    _reported(services, site, "report", "u8")
    item = read(services, site, "c1")[1]
    assert item is not None
    assert item.reports == 2


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
