"""What the model cannot score now is kept, seen by people, and scored later by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from moderation.comments import Comment, Decision, Site, Status, StoredComment
from moderation.errors import NotScored
from moderation.review_queue import EventKind, ReviewItem, Stage, Verdict, fold
from moderation.rulebook import SiteRules
from moderation.scoring.scorer import Assessment
from moderation.stored import Objection, QueueFilter
from moderation.workflow import Services, late_scoring
from moderation.workflow.intake import Outcome, Submitted, erase, read, submit
from moderation.workflow.late_scoring import MOST_TRIES, score_waiting
from moderation.workflow.notes import add_note
from moderation.workflow.objections import object_to
from moderation.workflow.reviewing import claim_next, give_verdict, release_item, undo_verdict
from tests.factories import HARSH, MILD, NOON, Clock, KeywordScorer, a_new_comment, a_user

_KIND, _SILLY, _HARSH = "Thank you.", f"You {MILD} thing.", f"You {HARSH}!"
_POISON = "poison"


@dataclass
class Moody(KeywordScorer):
    """May be away, fail on everything, or on texts with one word in it."""

    away: bool = False
    broken: bool = False
    chokes_on: str = _POISON
    given: list[int] = field(default_factory=list)
    """How many comments it was asked about at once, each time."""

    def current(self) -> KeywordScorer:
        if self.away:
            raise NotScored("no valid model is loaded", retry_after=7)
        return self

    def assess(self, comments: Sequence[Comment], **options: Any) -> list[Assessment]:  # noqa: ANN401
        self.given.append(len(comments))
        if self.broken or any(self.chokes_on in comment.text for comment in comments):
            raise ZeroDivisionError
        return super().assess(comments, **options)


@pytest.fixture
def scorer() -> Moody:
    return Moody()


def _put_unscored(
    services: Services, scorer: Moody, site: Site, id: str = "c1", text: str = _KIND
) -> Submitted:
    scorer.away = True
    done = submit(services, site, a_new_comment(id, text))
    scorer.away = False
    return done


def _stored(services: Services, site: Site, id: str = "c1") -> StoredComment:
    return read(services, site, id)[0]


def _item(services: Services, site: Site, id: str = "c1") -> ReviewItem:
    item = read(services, site, id)[1]
    assert item is not None
    with services.store.read() as work:
        assert fold(work.queue.events(item.id)) == item
    return item


def _waiting(services: Services) -> list[ReviewItem]:
    with services.store.read() as work:
        return list(work.queue.waiting(QueueFilter(), 100).items)


def _told(services: Services) -> list[tuple[str, object, object]]:
    with services.store.read() as work:
        return [
            (one.type, one.payload.get("decision"), one.payload["status"])
            for one in work.outbox.pending(100)
        ]


def _run(services: Services) -> None:
    while score_waiting(services):
        pass


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
    done = _put_unscored(services, scorer, site)
    assert (done.outcome, done.retry_after) == (Outcome.CREATED, 7)
    assert done.comment.ruling is None
    assert done.comment.status is status
    assert _stored(services, site) == done.comment
    assert [item.comment_key for item in _waiting(services)] == [done.comment.key] * queued
    assert _told(services) == []
    again = submit(services, site, a_new_comment("c1", _KIND))
    assert (again.outcome, again.comment) == (Outcome.UNCHANGED, done.comment)
    assert again.retry_after == 30


def test_moderators_can_choose_what_was_not_scored(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = _put_unscored(services, scorer, site).item
    with services.store.read() as work:
        assert work.queue.waiting(QueueFilter(reason="not_scored"), 5).items == (item,)
        assert work.queue.counts(site.id)["reason:not_scored"] == 1


# Each row: the text; decision, status and stage once it is scored, and the codes of its reasons.
_LATE = [
    (_KIND, Decision.ALLOW, Status.PUBLISHED, Stage.DECIDED),
    (_SILLY, Decision.REVIEW, Status.HELD, Stage.OPEN),
    (_HARSH, Decision.BLOCK, Status.REJECTED, Stage.DECIDED),
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
    _put_unscored(services, scorer, site, text=text)
    _run(services)
    comment, item = _stored(services, site), _item(services, site)
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
    _put_unscored(services, scorer, site)
    scorer.away = True
    assert not score_waiting(services)
    scorer.away = False
    with services.store.write() as work:
        (lent,) = work.unscored.claim(NOON, NOON, "keywords-1", 5)
    assert lent.tries == 1


def test_it_is_judged_by_the_rules_of_its_site_and_what_it_stands_under(
    services: Services, scorer: Moody, site: Site
) -> None:
    submit(services, site, a_new_comment("parent", "Where is the bridge?"))
    site = replace(site, rules=SiteRules(new_author_comments=1))
    with services.store.write() as work:
        work.sites.put(site)
        work.commit()
    scorer.away = True
    submit(services, site, a_new_comment("c1", _KIND, parent_id="parent"))
    scorer.away = False
    _run(services)
    assert scorer.heard[-1] == Comment(_KIND, None, "Where is the bridge?")
    assert [reason.code for reason in _item(services, site).reasons] == ["rule"]


def test_many_are_scored_at_once_a_batch_at_a_time(
    services: Services, scorer: Moody, site: Site
) -> None:
    for number in range(20):
        _put_unscored(services, scorer, site, f"c{number}")
    _run(services)
    assert scorer.given == [late_scoring.BATCH, 20 - late_scoring.BATCH]
    assert _waiting(services) == []


# What people do meanwhile.


def test_a_verdict_stays_whatever_the_model_says_later(
    services: Services, scorer: Moody, site: Site
) -> None:
    mona = a_user("mona")
    item = _put_unscored(services, scorer, site, text=_HARSH).item
    assert item is not None
    give_verdict(services, mona, item.id, Verdict.APPROVE, item.version)
    _run(services)
    comment, after = _stored(services, site), _item(services, site)
    assert comment.ruling is not None
    assert comment.ruling.decision is Decision.BLOCK
    assert (comment.status, after.stage) == (Status.PUBLISHED, Stage.DECIDED)
    assert _told(services)[-1] == ("comment.scored", "block", "published")
    # Taken back, it is before them again.
    undo_verdict(services, mona, item.id)
    assert _item(services, site).stage is Stage.OPEN


def test_an_escalated_one_stays_with_the_leads(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = _put_unscored(services, scorer, site).item
    assert item is not None
    give_verdict(services, a_user("mona"), item.id, Verdict.ESCALATE, item.version)
    _run(services)
    assert _item(services, site).stage is Stage.ESCALATED
    assert _stored(services, site).status is Status.HELD


def test_what_somebody_has_before_them_is_not_taken_away(
    services: Services, scorer: Moody, site: Site
) -> None:
    _put_unscored(services, scorer, site)
    mona = a_user("mona")
    held = claim_next(services, mona, QueueFilter())
    assert held is not None
    _run(services)
    item = _item(services, site)
    assert (item.stage, item.version, item.status) == (Stage.OPEN, held.version, Status.HELD)
    assert item.reasons[0].detail == "scored since then: allow"
    done = give_verdict(services, mona, item.id, Verdict.REJECT, held.version)
    assert done.status is Status.REJECTED
    assert _stored(services, site).status is Status.REJECTED


def test_one_that_was_given_back_untouched_leaves_by_itself(
    services: Services, scorer: Moody, site: Site
) -> None:
    _put_unscored(services, scorer, site)
    held = claim_next(services, a_user("mona"), QueueFilter())
    assert held is not None
    release_item(services, a_user("mona"), held.id)
    _run(services)
    assert _waiting(services) == []


@pytest.mark.parametrize("act", ["skip", "note"])
def test_one_that_somebody_did_something_about_stays(
    services: Services, scorer: Moody, site: Site, act: str
) -> None:
    item = _put_unscored(services, scorer, site).item
    assert item is not None
    if act == "skip":
        give_verdict(services, a_user("mona"), item.id, Verdict.SKIP, item.version)
    else:
        add_note(services, a_user("mona"), item.id, "Looks odd.")
    _run(services)
    assert _item(services, site).stage is Stage.OPEN
    assert _stored(services, site).status is Status.HELD


def test_what_is_blocked_is_gone_even_from_before_somebody(
    services: Services, scorer: Moody, site: Site
) -> None:
    site = replace(site, rules=SiteRules(unscored="publish"))
    _put_unscored(services, scorer, site, text=_HARSH)
    claim_next(services, a_user("mona"), QueueFilter())
    _run(services)
    assert _stored(services, site).status is Status.REJECTED
    assert _item(services, site).stage is Stage.OPEN


def test_reports_that_nobody_answered_keep_it_in_the_queue(
    services: Services, scorer: Moody, site: Site
) -> None:
    _put_unscored(services, scorer, site)
    object_to(services, site, "c1", Objection("report", NOON))
    _run(services)
    assert [reason.code for reason in _item(services, site).reasons] == ["reported"]


def test_what_a_person_had_rejected_is_not_published_by_a_rewrite_that_is_scored_late(
    services: Services, scorer: Moody, site: Site
) -> None:
    item = _put_unscored(services, scorer, site).item
    assert item is not None
    give_verdict(services, a_user("mona"), item.id, Verdict.REJECT, item.version)
    _put_unscored(services, scorer, site, text="Thanks a lot.")
    _run(services)
    assert _stored(services, site).status is Status.HELD
    assert _item(services, site).stage is Stage.OPEN


# What else happens meanwhile.


def test_a_newer_text_is_never_overwritten(services: Services, scorer: Moody, site: Site) -> None:
    _put_unscored(services, scorer, site, text=_HARSH)
    scorer.meanwhile = lambda: submit(services, site, a_new_comment("c1", _SILLY))
    _run(services)
    comment = _stored(services, site)
    assert (comment.revision, comment.text) == (2, _SILLY)
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
    submit(services, site, a_new_comment("c1", _KIND))
    _put_unscored(services, scorer, site, text=_SILLY)
    done = _put_unscored(services, scorer, site, text=_HARSH)
    assert (done.outcome, done.comment.revision) == (Outcome.REVISED, 3)
    _run(services)
    assert _stored(services, site).status is Status.REJECTED
    assert len(_told(services)) == 2


def test_what_was_erased_meanwhile_stays_so(services: Services, scorer: Moody, site: Site) -> None:
    done = _put_unscored(services, scorer, site)
    scorer.meanwhile = lambda: erase(services, site, "c1")
    _run(services)
    with services.store.read() as work:
        comment = work.comments.by_key(done.comment.key)
    assert comment is not None
    assert comment.erased_at is not None
    assert comment.ruling is None
    assert _told(services) == []


def test_a_worker_that_is_killed_while_scoring_loses_nothing(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    _put_unscored(services, scorer, site)

    def die() -> None:
        raise SystemExit

    scorer.meanwhile = die
    with pytest.raises(SystemExit):
        score_waiting(services)
    assert not score_waiting(services)
    clock.advance(seconds=late_scoring.LEASE.seconds)
    _run(services)
    assert _stored(services, site).ruling is not None


# A text that the model fails on.


def test_a_text_that_the_model_fails_on_is_kept_and_blocks_nobody(
    services: Services, scorer: Moody, site: Site
) -> None:
    done = submit(services, site, a_new_comment("bad", _POISON))
    assert (done.comment.ruling, done.retry_after) == (None, 30)
    for number in range(3):
        _put_unscored(services, scorer, site, f"c{number}")
    _run(services)
    assert [item.comment_key for item in _waiting(services)] == [done.comment.key]


def _seconds_of_tries(services: Services, scorer: Moody, clock: Clock) -> list[int]:
    """At which seconds of the next ten minutes the model is asked."""
    tries = []
    for second in range(600):
        asked = len(scorer.given)
        _run(services)
        if len(scorer.given) > asked:
            tries.append(second)
        clock.advance(seconds=1)
    return tries


def test_it_is_tried_less_and_less_often_and_then_left_to_people_who_are_told(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", _POISON))
    assert _seconds_of_tries(services, scorer, clock) == [0, 5, 15, 35, 75, 115, 155, 195]
    item = _item(services, site)
    assert item.reasons[0].detail == "the model failed on it 8 times; a person must look"
    with services.store.read() as work:
        kinds = [event.kind for event in work.queue.events(item.id)]
    assert kinds == [EventKind.OPENED, EventKind.GIVEN_UP]
    assert _stored(services, site).status is Status.HELD


def test_what_was_given_up_is_decided_like_any_other_and_scored_by_another_model(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    submit(services, site, a_new_comment("c1", _POISON))
    _seconds_of_tries(services, scorer, clock)
    item = _item(services, site)
    give_verdict(services, a_user("mona"), item.id, Verdict.APPROVE, item.version)
    scorer.version, scorer.chokes_on = "keywords-2", "nothing"
    _run(services)
    comment = _stored(services, site)
    assert comment.ruling is not None
    assert (comment.ruling.model, comment.status) == ("keywords-2", Status.PUBLISHED)


def test_a_text_that_ends_every_process_is_given_up_too(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    _put_unscored(services, scorer, site)

    def die() -> None:
        raise SystemExit

    for _ in range(MOST_TRIES):
        scorer.meanwhile = die
        with pytest.raises(SystemExit):
            score_waiting(services)
        clock.advance(seconds=late_scoring.LEASE.seconds)
    scorer.meanwhile = None
    asked = scorer.asked
    _run(services)
    assert scorer.asked == asked
    assert "a person must look" in (_item(services, site).reasons[0].detail or "")


def test_a_model_that_fails_on_everything_is_not_held_against_the_texts(
    services: Services, scorer: Moody, site: Site, clock: Clock
) -> None:
    for number in range(2):
        _put_unscored(services, scorer, site, f"c{number}")
    scorer.broken = True
    for _ in range(3 * MOST_TRIES):
        assert not score_waiting(services)
        clock.advance(minutes=1)
    scorer.broken = False
    _run(services)
    assert _waiting(services) == []
    assert scorer.given[-1] == 2
