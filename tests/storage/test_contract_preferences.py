"""What every store promises of people's choices, their breaks and what they did, over both."""

from __future__ import annotations

from datetime import timedelta

from moderation.comments import Reason, Site
from moderation.preferences import Choices, Mask
from moderation.review_moves import decide, undo
from moderation.review_queue import Event, ReviewItem, Verdict, apply
from moderation.storage import SqlStore
from moderation.stored import Act
from moderation.workflow.queueing import open_item
from tests.factories import NOON, a_stored_comment
from tests.storage.plans import plan_of

CHOICES = Choices({"approve": "j"}, Mask.COARSE, blur=False, minutes=0)
REASONS = (Reason("label", "threat", 0.9, 0.5, "review"),)


def test_choices_come_back_as_they_were_put(store: SqlStore) -> None:
    with store.write() as work:
        assert work.preferences.get("mona") == Choices()
        work.preferences.put("mona", CHOICES)
        work.preferences.put("", Choices(grey=True))
        work.commit()
    with store.read() as work:
        assert work.preferences.get("mona") == CHOICES
        assert work.preferences.get("") == Choices(grey=True)
        assert work.preferences.get("bo") == Choices()


def test_a_break_and_choices_leave_each_other_alone(store: SqlStore) -> None:
    with store.write() as work:
        work.preferences.rest("mona", NOON)
        assert work.preferences.get("mona") == Choices()
        work.preferences.put("mona", CHOICES)
        assert work.preferences.rested_at("mona") == NOON
        work.preferences.rest("mona", NOON + timedelta(hours=1))
        work.commit()
    with store.read() as work:
        assert work.preferences.get("mona") == CHOICES
        assert work.preferences.rested_at("mona") == NOON + timedelta(hours=1)
        assert work.preferences.rested_at("bo") is None


def test_what_somebody_read_comes_oldest_first_and_once_whatever_became_of_their_verdict(
    store: SqlStore, site: Site
) -> None:
    def act(number: int, actor: str, verdict: Verdict) -> ReviewItem:
        """A new item, decided so many minutes after noon."""
        comment, at = a_stored_comment(), NOON + timedelta(minutes=number)
        work.comments.add(comment)
        opening = open_item(comment, REASONS, NOON)
        item = apply(None, opening)
        work.queue.append(item, opening)
        return do(item, decide(item, verdict, actor, at, seen_version=1))

    def do(item: ReviewItem, event: Event | None) -> ReviewItem:
        assert event is not None
        changed = apply(item, event)
        work.queue.append(changed, event)
        return changed

    with store.write() as work:
        act(2, "mona", Verdict.REJECT)
        act(1, "mona", Verdict.SKIP)
        act(3, "bo", Verdict.APPROVE)
        act(-5, "mona", Verdict.APPROVE)
        regretted = act(4, "mona", Verdict.REJECT)
        do(regretted, undo(regretted, "mona", NOON, timedelta(minutes=5)))
        for number, who in ((7, "mona"), (8, "bo")):
            turned = act(number - 2, who, Verdict.SKIP)
            later = NOON + timedelta(minutes=number)
            do(turned, decide(turned, Verdict.APPROVE, "mona", later, seen_version=turned.version))
        overruled = act(6, "mona", Verdict.REJECT)
        version = overruled.version
        do(overruled, decide(overruled, Verdict.APPROVE, "bo", NOON, seen_version=version))
        work.commit()
    with store.read() as work:
        assert work.preferences.acts("mona", NOON) == [
            Act(NOON + timedelta(minutes=minute), REASONS) for minute in (1, 2, 4, 6, 7, 8)
        ]


def test_what_somebody_did_is_found_by_the_index_of_the_person(sqlite_store: SqlStore) -> None:
    plan = plan_of(sqlite_store, lambda work: work.preferences.acts("mona", NOON))
    assert "USING INDEX ix_review_events_actor_at (actor=? AND at>?)" in plan
    assert "SCAN review" not in plan
