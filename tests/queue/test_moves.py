"""What a moderator may do, as a table of allowed and refused moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Reason, Status
from moderation.errors import Conflict, Erased, ModerationError, NotHeld, StaleVersion
from moderation.labels import Label
from moderation.review_moves import (
    HARM,
    MOST_AHEAD,
    claim,
    decide,
    rank,
    release,
    renew,
    severity_of,
    undo,
)
from moderation.review_queue import Event, EventKind, ReviewItem, Stage, Verdict, apply
from tests.factories import NOON

_LEASE = timedelta(minutes=5)
_LATER = NOON + timedelta(minutes=1)
_AFTER_LEASE = NOON + _LEASE

_Move = Callable[[ReviewItem], Event | None]


def _open() -> ReviewItem:
    opening = Event(
        "i1",
        1,
        EventKind.OPENED,
        NOON,
        site_id="daily",
        comment_key="k1",
        status=Status.HELD,
        severity=0.6,
        reasons=(Reason("label", "insult", 0.6, 0.5, "review"),),
    )
    return apply(None, opening)


def _then(item: ReviewItem, event: Event | None) -> ReviewItem:
    assert event is not None
    return apply(item, event)


def _site_event(item: ReviewItem, kind: EventKind, **fields: object) -> ReviewItem:
    return apply(item, Event(item.id, item.sequence + 1, kind, _LATER, **fields))  # type: ignore[arg-type]


def _decide(verdict: Verdict, who: str = "mona", seen: int = 1, **fields: object) -> _Move:
    return lambda item: decide(item, verdict, who, _LATER, seen_version=seen, **fields)  # type: ignore[arg-type]


_OPEN = _open()
_HELD = _then(_OPEN, claim(_OPEN, "mona", NOON, _LEASE))
_SKIPPED = _then(_HELD, _decide(Verdict.SKIP)(_HELD))
_APPROVED = _then(_HELD, _decide(Verdict.APPROVE)(_HELD))
_REJECTED = _then(_HELD, _decide(Verdict.REJECT, labels=("insult",))(_HELD))
_ESCALATED = _then(_HELD, _decide(Verdict.ESCALATE)(_HELD))
_REVISED = _site_event(_HELD, EventKind.REVISED, status=Status.HELD, revision=2)
_REPORTED = _site_event(_REJECTED, EventKind.REPORTED, reasons=(Reason("reported"),))
_GONE = _site_event(_HELD, EventKind.ERASED)


def _claim(who: str, at: object = _LATER, *, take_over: bool = False) -> _Move:
    return lambda item: claim(item, who, at, _LEASE, take_over=take_over)  # type: ignore[arg-type]


def _renew(who: str, at: object = _LATER) -> _Move:
    return lambda item: renew(item, who, at, _LEASE)  # type: ignore[arg-type]


def _release(who: str) -> _Move:
    return lambda item: release(item, who, _LATER)


def _undo(who: str, sequence: int | None = None) -> _Move:
    return lambda item: undo(item, who, _LATER, _LEASE, sequence=sequence)


# Each row: the rule in words; the item; the move; the event that comes of it (`None` = quiet).
_ALLOWED: list[tuple[str, ReviewItem, _Move, EventKind | None]] = [
    ("an open item is claimed", _OPEN, _claim("mona"), EventKind.CLAIMED),
    ("one's own item is claimed again", _HELD, _claim("mona"), EventKind.CLAIMED),
    ("an ended lease is free", _HELD, _claim("lena", _AFTER_LEASE), EventKind.CLAIMED),
    (
        "a live lease is taken over on request",
        _HELD,
        _claim("lena", take_over=True),
        EventKind.TAKEN_OVER,
    ),
    (
        "to take over a free item is to claim it",
        _OPEN,
        _claim("lena", take_over=True),
        EventKind.CLAIMED,
    ),
    ("an escalated item is claimed", _ESCALATED, _claim("lena"), EventKind.CLAIMED),
    ("a reopened item is claimed", _REPORTED, _claim("lena"), EventKind.CLAIMED),
    ("a lease is renewed", _HELD, _renew("mona"), EventKind.RENEWED),
    (
        "an ended lease is renewed while nobody took it",
        _HELD,
        _renew("mona", _AFTER_LEASE),
        EventKind.RENEWED,
    ),
    ("a lease is given back", _HELD, _release("mona"), EventKind.RELEASED),
    ("to give back what nobody holds is quiet", _OPEN, _release("mona"), None),
    ("a held item is approved", _HELD, _decide(Verdict.APPROVE), EventKind.DECIDED),
    ("an item is decided without a lease", _OPEN, _decide(Verdict.REJECT), EventKind.DECIDED),
    ("an item is escalated", _HELD, _decide(Verdict.ESCALATE), EventKind.DECIDED),
    ("an item is skipped", _HELD, _decide(Verdict.SKIP), EventKind.SKIPPED),
    ("the same skip again is quiet", _SKIPPED, _decide(Verdict.SKIP), None),
    ("the same verdict again is quiet", _APPROVED, _decide(Verdict.APPROVE), None),
    (
        "the same verdict by a colleague is quiet",
        _APPROVED,
        _decide(Verdict.APPROVE, "lena"),
        None,
    ),
    (
        "the new text is decided by who saw it",
        _REVISED,
        _decide(Verdict.REJECT, seen=2),
        EventKind.DECIDED,
    ),
    (
        "an escalated item is decided",
        _ESCALATED,
        _decide(Verdict.REJECT, "lena", seen=2),
        EventKind.DECIDED,
    ),
    (
        "a reopened item is rejected once more",
        _REPORTED,
        _decide(Verdict.REJECT, "lena", seen=3, labels=("insult",)),
        EventKind.DECIDED,
    ),
    ("one's own verdict is undone", _APPROVED, _undo("mona"), EventKind.UNDONE),
    ("one's own escalation is undone", _ESCALATED, _undo("mona"), EventKind.UNDONE),
    ("one's own skip is undone", _SKIPPED, _undo("mona"), EventKind.UNDONE),
    ("the verdict that is meant is undone", _APPROVED, _undo("mona", 3), EventKind.UNDONE),
    (
        "a skip that a colleague holds by now is quiet",
        _then(_SKIPPED, claim(_SKIPPED, "lena", _LATER, _LEASE)),
        _decide(Verdict.SKIP),
        None,
    ),
    (
        "what one skipped and took again is skipped again",
        _then(_SKIPPED, claim(_SKIPPED, "mona", _LATER, _LEASE)),
        _decide(Verdict.SKIP),
        EventKind.SKIPPED,
    ),
]

# Each row: the rule in words; the item; the move; the refusal.
_REFUSED: list[tuple[str, ReviewItem, _Move, type[ModerationError]]] = [
    ("a colleague's item is not claimed", _HELD, _claim("lena"), NotHeld),
    ("a decided item is not claimed", _APPROVED, _claim("lena"), Conflict),
    (
        "a decided item is not taken over",
        _APPROVED,
        _claim("lena", take_over=True),
        Conflict,
    ),
    ("an erased item is not claimed", _GONE, _claim("lena"), Erased),
    ("a colleague's lease is not renewed", _HELD, _renew("lena"), NotHeld),
    ("a lease that nobody has is not renewed", _OPEN, _renew("mona"), NotHeld),
    ("a decided item's lease is not renewed", _APPROVED, _renew("mona"), Conflict),
    ("a colleague's lease is not given back", _HELD, _release("lena"), NotHeld),
    ("a held item is not decided by another", _HELD, _decide(Verdict.APPROVE, "lena"), NotHeld),
    ("a held item is not skipped by another", _HELD, _decide(Verdict.SKIP, "lena"), NotHeld),
    (
        "a verdict on the text before the edit is stale",
        _REVISED,
        _decide(Verdict.APPROVE),
        StaleVersion,
    ),
    (
        "another verdict on a decided item is stale",
        _APPROVED,
        _decide(Verdict.REJECT, "lena"),
        StaleVersion,
    ),
    (
        "the same verdict with other labels is another verdict",
        _REJECTED,
        _decide(Verdict.REJECT, labels=("threat",)),
        StaleVersion,
    ),
    ("a version from the future is stale", _OPEN, _decide(Verdict.APPROVE, seen=9), StaleVersion),
    ("a decided item is not skipped", _APPROVED, _decide(Verdict.SKIP, seen=2), Conflict),
    ("an erased item is not decided", _GONE, _decide(Verdict.APPROVE), Erased),
    ("nothing done is nothing to undo", _OPEN, _undo("mona"), Conflict),
    ("a colleague's verdict is not undone", _APPROVED, _undo("lena"), Conflict),
    ("a verdict that was appealed since is not undone", _REPORTED, _undo("mona"), Conflict),
    (
        "a skip is not undone once a colleague has the item",
        _then(_SKIPPED, claim(_SKIPPED, "lena", _LATER, _LEASE)),
        _undo("mona"),
        Conflict,
    ),
    (
        "an escalation is not undone once the lead has decided",
        _then(_ESCALATED, _decide(Verdict.APPROVE, "lena", seen=2)(_ESCALATED)),
        _undo("mona"),
        Conflict,
    ),
    ("an erased item is not undone", _GONE, _undo("mona"), Conflict),
    ("another verdict than the one meant is not undone", _APPROVED, _undo("mona", 2), Conflict),
]


@pytest.mark.parametrize(
    ("words", "item", "move", "kind"), _ALLOWED, ids=[row[0] for row in _ALLOWED]
)
def test_allowed(words: str, item: ReviewItem, move: _Move, kind: EventKind | None) -> None:
    event = move(item)
    assert (event.kind if event else None) is kind
    if event is not None:
        assert apply(item, event).sequence == item.sequence + 1


@pytest.mark.parametrize(
    ("words", "item", "move", "error"), _REFUSED, ids=[row[0] for row in _REFUSED]
)
def test_refused(words: str, item: ReviewItem, move: _Move, error: type[ModerationError]) -> None:
    with pytest.raises(ModerationError) as caught:
        move(item)
    assert type(caught.value) is error


def test_a_stale_verdict_learns_who_decided_what() -> None:
    with pytest.raises(StaleVersion) as caught:
        _decide(Verdict.REJECT, "lena")(_APPROVED)
    assert caught.value.details == {
        "version": 2,
        "stage": "decided",
        "verdict": "approve",
        "decided_by": "mona",
    }


@pytest.mark.parametrize(
    ("item", "stage", "status", "version"),
    [
        (_APPROVED, Stage.DECIDED, Status.PUBLISHED, 2),
        (_REJECTED, Stage.DECIDED, Status.REJECTED, 2),
        (_ESCALATED, Stage.ESCALATED, Status.HELD, 2),
        (_SKIPPED, Stage.OPEN, Status.HELD, 1),
        (_REVISED, Stage.OPEN, Status.HELD, 2),
        (_REPORTED, Stage.OPEN, Status.REJECTED, 3),
        (_GONE, Stage.ERASED, Status.HELD, 2),
    ],
)
def test_where_an_item_stands(item: ReviewItem, stage: Stage, status: Status, version: int) -> None:
    assert (item.stage, item.status, item.version) == (stage, status, version)


def test_reports_of_a_waiting_item_leave_its_version_alone() -> None:
    reported = _site_event(_HELD, EventKind.REPORTED, reasons=(Reason("reported"),))
    again = _site_event(reported, EventKind.REPORTED, reasons=(Reason("reported"),))
    assert (again.version, again.reports, again.holder) == (1, 2, "mona")
    assert [reason.code for reason in again.reasons] == ["label", "reported"]


def test_weight_puts_an_item_forward_by_hours() -> None:
    mild, severe = rank(0.0, 0, 0, NOON), rank(1.0, 0, 0, NOON)
    reported, appealed = rank(0.0, 1, 0, NOON), rank(0.0, 0, 1, NOON)
    assert reported < severe < mild  # what a person objects to is before all that a model says
    assert appealed < severe
    assert rank(0.0, 3, 0, NOON) < reported
    assert rank(0.0, 1, 1, NOON) < appealed


@given(
    severity=st.floats(0, 1),
    reports=st.integers(0, 10_000),
    appeals=st.integers(0, 10_000),
    later=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_nothing_starves(severity: float, reports: int, appeals: int, later: timedelta) -> None:
    first = rank(0.0, 0, 0, NOON)
    assert first < rank(
        severity, reports, appeals, NOON + MOST_AHEAD + later + timedelta(seconds=1)
    )


# Each row: what is worse, as label and score; what is less so.
_WORSE = [
    (("threat", 0.9), ("profanity", 0.9)),
    (("insult", 0.9), ("insult", 0.5)),
    (("identity_attack", 0.7), ("off_topic", 1.0)),
    (("off_topic", 1.0), ("threat", 0.3)),
]


@pytest.mark.parametrize(("worse", "less"), _WORSE)
def test_severity_is_how_bad_times_how_sure(
    worse: tuple[str, float], less: tuple[str, float]
) -> None:
    one, other = (Reason("label", label, score, 0.2, "review") for label, score in (worse, less))
    assert severity_of([one]) > severity_of([other])
    assert severity_of([other, one, Reason("reported")]) == severity_of([one])


def test_every_label_has_a_severity_and_what_has_no_label_none() -> None:
    assert set(HARM) == {label.value for label in Label}
    assert severity_of([Reason("audit"), Reason("language", detail="de")]) == 0.0
    assert severity_of([]) == 0.0


def test_an_event_that_does_not_follow_is_refused() -> None:
    event = claim(_OPEN, "mona", NOON, _LEASE)
    with pytest.raises(ValueError, match="does not follow"):
        apply(_HELD, event)
    with pytest.raises(ValueError, match="does not follow"):
        apply(_OPEN, replace(event, item_id="another"))
    with pytest.raises(ValueError, match="opens"):
        apply(None, event)


def test_undoing_a_change_of_mind_returns_to_the_first_verdict_held_by_nobody() -> None:
    changed = _then(_APPROVED, _decide(Verdict.REJECT, seen=_APPROVED.version)(_APPROVED))
    undone = _then(changed, _undo("mona")(changed))
    assert (undone.stage, undone.status, undone.holder) == (Stage.DECIDED, Status.PUBLISHED, None)
