"""What the model cannot score now is kept, seen by people, and scored later by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.comments import Comment, Decision, Site, Status
from moderation.review_queue import Stage, Verdict
from moderation.rulebook import SiteRules
from moderation.stored import Objection, QueueFilter
from moderation.workflow import Services, late_scoring
from moderation.workflow.intake import Outcome, erase, submit
from moderation.workflow.late_scoring import score_waiting
from moderation.workflow.notes import add_note
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict, release_item, undo_verdict
from tests.factories import NOON, Clock, a_new_comment, a_user
from tests.workflow.moody import (
    HARSH_TEXT,
    KIND,
    SILLY,
    Moody,
    item_in_queue,
    put_unscored,
    run,
    stored,
    waiting,
)


@pytest.fixture
def scorer() -> Moody:
    return Moody()


def _told(services: Services) -> list[tuple[str, object, object]]:
    with services.store.read() as work:
        return [
            (one.type, one.payload.get("decision"), one.payload["status"])
            for one in work.outbox.pending(100)
        ]


# Each row: the rules; where it stands and whether a moderator sees it.
_WANTED = [
    (SiteRules(), Status.HELD, True),
    (SiteRules(unscored="publish"), Status.PUBLISHED, True),
    (SiteRules(log_only=True), Status.PUBLISHED, False),
]


@pytest.mark.parametrize(("rules", "status", "queued"), _WANTED)
def test_without_a_model_it_is_kept_as_the_site_wants_and_nobody_says_allow(
    services: Services, scorer: Moody, site: Site, rules: SiteRules, status: Status, queued: bool
) -> None:
    site = replace(site, rules=rules)
    done = put_unscored(services, scorer, site)
    assert (done.outcome, done.retry_after) == (Outcome.CREATED, 7)
    assert done.comment.ruling is None
    assert done.comment.status is status
    assert stored(services, site) == done.comment
    assert [item.comment_key for item in waiting(services)] == [done.comment.key] * queued
    assert _told(services) == []
    again = submit(services, site, a_new_comment("c1", KIND))
    assert (again.outcome, again.comment) == (Outcome.UNCHANGED, done.comment)
    assert again.retry_after == 30


def test_moderators_can_choose_what_was_not_scored(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = put_unscored(services, scorer, site).item
    with services.store.read() as work:
        assert work.queue.waiting(QueueFilter(reason="not_scored"), 5).items == (item,)
        assert work.queue.counts(site.id)["reason:not_scored"] == 1


# Each row: the text; decision, status and stage once it is scored, and the codes of its reasons.
_LATE = [
    (KIND, Decision.ALLOW, Status.PUBLISHED, Stage.DECIDED),
    (SILLY, Decision.REVIEW, Status.HELD, Stage.OPEN),
    (HARSH_TEXT, Decision.BLOCK, Status.REJECTED, Stage.DECIDED),
]


@pytest.mark.parametrize(("text", "decision", "status", "stage"), _LATE)
def test_it_is_scored_when_the_model_is_back_and_the_site_is_told(
    services: Services,
    scorer: Moody,
    site: Site,
    text: str,
    decision: Decision,
    status: Status,
    stage: Stage,
) -> None:
    put_unscored(services, scorer, site, text=text)
    run(services)
    comment, item = stored(services, site), item_in_queue(services, site)
    assert comment.ruling is not None
    assert comment.ruling.decision is decision
    assert (comment.status, item.status, item.stage) == (status, status, stage)
    if stage is Stage.OPEN:
        assert {reason.code for reason in item.reasons} == {"label"}
        assert item.severity > 0
    assert _told(services) == [("comment.scored", decision.value, status.value)]
    done = submit(services, site, a_new_comment("c1", text))
    assert (done.outcome, done.comment, done.retry_after) == (Outcome.UNCHANGED, comment, None)
    with services.store.read() as work:
        assert work.unscored.count() == 0


def test_as_long_as_the_model_is_away_nothing_is_tried(
    services: Services, scorer: Moody, site: Site
) -> None:
    put_unscored(services, scorer, site)
    scorer.away = True
    assert not score_waiting(services)
    scorer.away = False
    with services.store.write() as work:
        (lent,) = work.unscored.claim(NOON, NOON, "keywords-1", 5)
    assert (lent.tries, lent.lost) == (0, 0)


def test_it_is_judged_by_the_rules_of_its_site_and_what_it_stands_under(
    services: Services, scorer: Moody, site: Site
) -> None:
    submit(services, site, a_new_comment("parent", "Where is the bridge?"))
    site = replace(site, rules=SiteRules(new_author_comments=1))
    with services.store.write() as work:
        work.sites.put(site)
        work.commit()
    scorer.away = True
    submit(services, site, a_new_comment("c1", KIND, parent_id="parent"))
    scorer.away = False
    run(services)
    assert scorer.heard[-1] == Comment(KIND, None, "Where is the bridge?")
    assert [reason.code for reason in item_in_queue(services, site).reasons] == ["rule"]


@pytest.mark.parametrize(("vouched", "status"), [(True, Status.PUBLISHED), (False, Status.HELD)])
def test_an_author_whom_the_site_vouched_for_is_trusted_when_it_is_scored_late(
    services: Services, scorer: Moody, site: Site, vouched: bool, status: Status
) -> None:
    scorer.away = True
    submit(services, site, replace(a_new_comment("c1", SILLY), is_vouched_for=vouched))
    scorer.away = False
    run(services)
    assert stored(services, site).status is status


def test_many_are_scored_at_once_a_batch_at_a_time(
    services: Services, scorer: Moody, site: Site
) -> None:
    for number in range(20):
        put_unscored(services, scorer, site, f"c{number}")
    run(services)
    assert scorer.given == [late_scoring.BATCH, 20 - late_scoring.BATCH]
    assert waiting(services) == []


# What people do meanwhile.


def test_a_verdict_stays_whatever_the_model_says_later(
    services: Services, scorer: Moody, site: Site
) -> None:
    mona = a_user("mona")
    item = put_unscored(services, scorer, site, text=HARSH_TEXT).item
    assert item is not None
    give_verdict(services, mona, item.id, Verdict.APPROVE, item.version)
    run(services)
    comment, after = stored(services, site), item_in_queue(services, site)
    assert comment.ruling is not None
    assert comment.ruling.decision is Decision.BLOCK
    assert (comment.status, after.stage) == (Status.PUBLISHED, Stage.DECIDED)
    assert _told(services)[-1] == ("comment.scored", "block", "published")
    # Taken back, it is before them again.
    undo_verdict(services, mona, item.id)
    assert item_in_queue(services, site).stage is Stage.OPEN


def test_an_escalated_one_stays_with_the_leads(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = put_unscored(services, scorer, site).item
    assert item is not None
    give_verdict(services, a_user("mona"), item.id, Verdict.ESCALATE, item.version)
    run(services)
    assert item_in_queue(services, site).stage is Stage.ESCALATED
    assert stored(services, site).status is Status.HELD


def test_what_somebody_has_before_them_is_not_taken_away(
    services: Services, scorer: Moody, site: Site
) -> None:
    put_unscored(services, scorer, site)
    mona = a_user("mona")
    held = claim_next(services, mona, QueueFilter())
    assert held is not None
    run(services)
    item = item_in_queue(services, site)
    assert (item.stage, item.version, item.status) == (Stage.OPEN, held.version, Status.HELD)
    assert item.reasons[0].detail == "scored since then: allow"
    done = give_verdict(services, mona, item.id, Verdict.REJECT, held.version)
    assert done.status is Status.REJECTED
    assert stored(services, site).status is Status.REJECTED


def test_one_that_was_given_back_untouched_leaves_by_itself(
    services: Services, scorer: Moody, site: Site
) -> None:
    put_unscored(services, scorer, site)
    held = claim_next(services, a_user("mona"), QueueFilter())
    assert held is not None
    release_item(services, a_user("mona"), held.id)
    run(services)
    assert waiting(services) == []


@pytest.mark.parametrize("act", ["skip", "note"])
def test_one_that_somebody_did_something_about_stays(
    services: Services, scorer: Moody, site: Site, act: str
) -> None:
    item = put_unscored(services, scorer, site).item
    assert item is not None
    if act == "skip":
        give_verdict(services, a_user("mona"), item.id, Verdict.SKIP, item.version)
    else:
        add_note(services, a_user("mona"), item.id, "Looks odd.")
    run(services)
    assert item_in_queue(services, site).stage is Stage.OPEN
    assert stored(services, site).status is Status.HELD


def test_what_is_blocked_is_gone_even_from_before_somebody(
    services: Services, scorer: Moody, site: Site
) -> None:
    site = replace(site, rules=SiteRules(unscored="publish"))
    put_unscored(services, scorer, site, text=HARSH_TEXT)
    claim_next(services, a_user("mona"), QueueFilter())
    run(services)
    assert stored(services, site).status is Status.REJECTED
    assert item_in_queue(services, site).stage is Stage.OPEN


def test_reports_that_nobody_answered_keep_it_in_the_queue(
    services: Services, scorer: Moody, site: Site
) -> None:
    put_unscored(services, scorer, site)
    object_to(services, site, "c1", Objection("report", NOON))
    run(services)
    assert [reason.code for reason in item_in_queue(services, site).reasons] == ["reported"]


def test_what_a_person_had_rejected_is_not_published_by_a_rewrite_that_is_scored_late(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = put_unscored(services, scorer, site).item
    assert item is not None
    give_verdict(services, a_user("mona"), item.id, Verdict.REJECT, item.version)
    put_unscored(services, scorer, site, text="Thanks a lot.")
    run(services)
    assert stored(services, site).status is Status.HELD
    assert item_in_queue(services, site).stage is Stage.OPEN


# What else happens meanwhile.


def test_a_newer_text_is_never_overwritten(services: Services, scorer: Moody, site: Site) -> None:
    put_unscored(services, scorer, site, text=HARSH_TEXT)
    scorer.meanwhile = lambda: submit(services, site, a_new_comment("c1", SILLY))
    run(services)
    comment = stored(services, site)
    assert (comment.revision, comment.text) == (2, SILLY)
    assert comment.ruling is not None
    assert comment.ruling.decision is Decision.REVIEW
    with services.store.read() as work:
        assert [one.ruling for one in work.comments.revisions(comment.key)] == [
            None,
            comment.ruling,
        ]
        assert work.unscored.count() == 0
    assert len(_told(services)) == 1


def test_a_rewrite_that_waits_takes_the_place_of_what_waited(
    services: Services, scorer: Moody, site: Site
) -> None:
    submit(services, site, a_new_comment("c1", KIND))
    put_unscored(services, scorer, site, text=SILLY)
    done = put_unscored(services, scorer, site, text=HARSH_TEXT)
    assert (done.outcome, done.comment.revision) == (Outcome.REVISED, 3)
    run(services)
    assert stored(services, site).status is Status.REJECTED
    assert len(_told(services)) == 2


def test_what_was_erased_meanwhile_stays_so(services: Services, scorer: Moody, site: Site) -> None:
    done = put_unscored(services, scorer, site)
    scorer.meanwhile = lambda: erase(services, site, "c1")
    run(services)
    with services.store.read() as work:
        comment = work.comments.by_key(done.comment.key)
    assert comment is not None
    assert comment.erased_at is not None
    assert comment.ruling is None
    assert _told(services) == []


def test_a_worker_that_is_killed_while_scoring_loses_nothing(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    put_unscored(services, scorer, site)

    def die() -> None:
        raise SystemExit

    scorer.meanwhile = die
    with pytest.raises(SystemExit):
        score_waiting(services)
    assert not score_waiting(services)
    clock.advance(seconds=late_scoring.LEASE.seconds)
    run(services)
    assert stored(services, site).ruling is not None
