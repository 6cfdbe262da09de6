"""Whatever legal moves come in whatever order: what always holds of a review item."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from moderation.comments import Reason, Status
from moderation.errors import ModerationError
from moderation.review_moves import claim, decide, release, renew, undo
from moderation.review_queue import (
    WAITING,
    Event,
    EventKind,
    ReviewItem,
    Stage,
    Verdict,
    apply,
    fold,
)
from moderation.storage import SqlStore
from moderation.workflow.queueing import give_up
from tests.factories import NOON, a_site, a_stored_comment

_LEASE = timedelta(minutes=5)
_PEOPLE = st.sampled_from(["mona", "lena", "omar"])
_STEPS = st.tuples(
    st.sampled_from(
        ["claim", "take_over", "renew", "release", "undo", "revise", "report", "appeal", "erase"]
        + ["restate:0", "restate:1", "scored:0", "scored:1", "give_up", "note"]
        + [f"decide:{verdict.value}" for verdict in Verdict] * 2
    ),
    _PEOPLE,
    st.integers(0, 4),  # minutes that pass before it
)
_RUNS = st.lists(_STEPS, max_size=25)


def _opening(comment_key: str = "k1", item_id: str = "i1") -> Event:
    return Event(
        item_id,
        1,
        EventKind.OPENED,
        NOON,
        site_id="daily",
        comment_key=comment_key,
        status=Status.HELD,
        severity=0.6,
        reasons=(Reason("label", "insult", 0.6, 0.5, "review"),),
    )


def _by_site(item: ReviewItem, step: str, now: datetime) -> Event | None:
    if item.stage is Stage.ERASED:
        return None
    number = item.sequence + 1
    if step == "revise":
        return Event(
            item.id,
            number,
            EventKind.REVISED,
            now,
            reasons=(Reason("rule", detail="edited"),),
            status=Status.HELD,
            revision=item.revision + 1,
        )
    if step == "erase":
        return Event(item.id, number, EventKind.ERASED, now)
    kind, code = (
        (EventKind.REPORTED, "reported") if step == "report" else (EventKind.APPEALED, "appeal")
    )
    return Event(item.id, number, kind, now, reasons=(Reason(code),))


def _restate(item: ReviewItem, word: str, now: datetime) -> Event | None:
    # A source is not heard on what a moderator has spoken on.
    if item.stage is Stage.ERASED or item.verdict is not None:
        return None
    reasons = (Reason("rule", detail="held at its source"),) if word == "0" else ()
    status = Status.HELD if word == "0" else Status.PUBLISHED
    number = item.sequence + 1
    return Event(item.id, number, EventKind.RESTATED, now, reasons=reasons, status=status)


def _score(item: ReviewItem, word: str, now: datetime) -> Event | None:
    if item.stage not in WAITING:
        return None
    reasons = (Reason("label", "insult", 0.7, 0.5, "review"),) if word == "0" else ()
    status = item.status if word == "0" else Status.PUBLISHED
    number = item.sequence + 1
    return Event(item.id, number, EventKind.SCORED, now, reasons=reasons, status=status)


def _event(item: ReviewItem, step: str, who: str, now: datetime) -> Event | None:
    """The event of one step; `None` where it is refused or quiet."""
    name, _, verdict = step.partition(":")
    try:
        match name:
            case "claim" | "take_over":
                return claim(item, who, now, _LEASE, take_over=name == "take_over")
            case "renew":
                return renew(item, who, now, _LEASE)
            case "release":
                return release(item, who, now)
            case "undo":
                return undo(item, who, now, _LEASE)
            case "decide":
                return decide(item, Verdict(verdict), who, now, seen_version=item.version)
            case "note":
                return Event(item.id, item.sequence + 1, EventKind.NOTED, now, who)
            case "scored":
                return _score(item, verdict, now)
            case "give_up":
                return give_up(a_stored_comment("c1"), item, "It broke off", now)
            case "restate":
                return _restate(item, verdict, now)
            case _:
                return _by_site(item, name, now)
    except ModerationError:
        return None


def _run(steps: list[tuple[str, str, int]], opening: Event) -> list[tuple[ReviewItem, Event]]:
    """The states that a run goes through, each with the event that led there."""
    item, now = apply(None, opening), NOON
    states = [(item, opening)]
    for step, who, minutes in steps:
        now += timedelta(minutes=minutes)
        if event := _event(item, step, who, now):
            item = apply(item, event)
            states.append((item, event))
    return states


def test_a_run_does_what_its_steps_say() -> None:
    steps = ["claim", "renew", "decide:escalate", "undo", "release", "decide:skip", "report"]
    steps += ["take_over", "decide:reject", "appeal", "note", "revise", "restate:1", "erase"]
    states = _run([(step, "mona", 1) for step in steps], _opening())
    assert [event.kind.value for _, event in states] == [
        *("opened", "claimed", "renewed", "decided", "undone", "released", "skipped", "reported"),
        *("claimed", "decided", "appealed", "noted", "revised", "restated", "erased"),
    ]


@given(_RUNS)
def test_versions_and_sequences_never_fall(steps: list[tuple[str, str, int]]) -> None:
    states = [item for item, _ in _run(steps, _opening())]
    for before, after in itertools.pairwise(states):
        assert after.sequence == before.sequence + 1
        assert before.version <= after.version <= before.version + 1


@given(_RUNS)
def test_whatever_a_verdict_could_be_stale_against_raises_the_version(
    steps: list[tuple[str, str, int]],
) -> None:
    states = [item for item, _ in _run(steps, _opening())]
    for before, after in itertools.pairwise(states):
        changed = (before.stage, before.status, before.revision, before.verdict) != (
            after.stage,
            after.status,
            after.revision,
            after.verdict,
        )
        assert changed == (after.version > before.version) or before.revision != after.revision


@given(_RUNS)
def test_nobody_gets_what_somebody_else_holds_unless_it_is_taken_over(
    steps: list[tuple[str, str, int]],
) -> None:
    states = _run(steps, _opening())
    for (before, _), (after, event) in itertools.pairwise(states):
        holder = before.held_by(event.at)
        if holder is None or after.held_by(event.at) in (holder, None):
            continue
        assert event.kind is EventKind.TAKEN_OVER


@given(_RUNS)
def test_only_waiting_items_are_held(steps: list[tuple[str, str, int]]) -> None:
    for item, _ in _run(steps, _opening()):
        assert item.holder is None or item.stage in WAITING


@given(_RUNS, st.sampled_from([Verdict.APPROVE, Verdict.REJECT, Verdict.ESCALATE]), _PEOPLE)
def test_undo_returns_to_the_state_before(
    steps: list[tuple[str, str, int]], verdict: Verdict, who: str
) -> None:
    before, last = _run(steps, _opening())[-1]
    event = _event(before, f"decide:{verdict.value}", who, last.at)
    if event is None:
        return
    decided = apply(before, event)
    undone = apply(decided, undo(decided, who, last.at, _LEASE))
    for name in ("stage", "status", "revision", "reasons", "settled", "reports", "appeals"):
        assert getattr(undone, name) == getattr(before, name), name
    assert undone.version == before.version + 2  # what others saw meanwhile is stale
    assert undone.held_by(last.at) == (who if undone.stage in WAITING else None)


@given(_RUNS, _PEOPLE)
@example([("decide:skip", "mona", 0), ("claim", "mona", 0)], "mona")
def test_undoing_a_skip_returns_it_too(steps: list[tuple[str, str, int]], who: str) -> None:
    before, last = _run(steps, _opening())[-1]
    event = _event(before, "decide:skip", who, last.at)
    if event is None:
        return
    skipped = apply(before, event)
    assert who in skipped.skipped_by
    undone = apply(skipped, undo(skipped, who, last.at, _LEASE))
    # Whoever skips again what they had skipped before, and takes that back, has skipped it no more.
    of_others = {other: at for other, at in before.skipped_by.items() if other != who}
    assert undone.skipped_by == of_others
    assert (undone.stage, undone.version) == (before.stage, before.version)


@given(_RUNS)
def test_the_state_is_the_fold_of_the_events(steps: list[tuple[str, str, int]]) -> None:
    states = _run(steps, _opening())
    assert fold(event for _, event in states) == states[-1][0]


@pytest.fixture
def store_with_site(store: SqlStore) -> SqlStore:
    with store.write() as work:
        work.sites.put(a_site())
        work.commit()
    return store


@settings(
    # One database serves all examples: each has an item of its own and is rolled back.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
@given(steps=_RUNS)
def test_the_stored_item_is_the_fold_of_the_stored_events(
    store_with_site: SqlStore, steps: list[tuple[str, str, int]]
) -> None:
    comment = a_stored_comment()
    states = _run(steps, _opening(comment.key, f"i{comment.key[1:]}"))
    with store_with_site.write() as work:
        work.comments.add(comment)
        for item, event in states:
            work.queue.append(item, event)
        last = states[-1][0]
        stored = work.queue.item(last.id)
        assert stored == last
        assert stored == fold(work.queue.events(last.id))
        for who in ("mona", "lena", "omar"):
            undoable = _event(last, "undo", who, states[-1][1].at + _LEASE) is not None
            assert bool(work.queue.last_verdicts(who, 5)) == undoable, who
