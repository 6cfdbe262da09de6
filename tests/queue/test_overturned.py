"""Which verdicts did not last: a table of records, each in the order in which it happened."""

from __future__ import annotations

import pytest

from moderation.overturned import overturned_of
from moderation.review_queue import Event, EventKind, Verdict
from tests.factories import NOON

APPEAL, EDIT = EventKind.APPEALED, EventKind.REVISED
A, R, E = Verdict.APPROVE, Verdict.REJECT, Verdict.ESCALATE


def record(*steps: object) -> list[Event]:
    """Events from `(who, verdict)`, `("undo", sequence)` and kinds, after an opening."""
    events = [Event("i1", 1, EventKind.OPENED, NOON)]
    for sequence, step in enumerate(steps, 2):
        if isinstance(step, EventKind):
            events.append(Event("i1", sequence, step, NOON))
        else:
            assert isinstance(step, tuple)
            who, what = step
            if isinstance(what, Verdict):
                event = Event("i1", sequence, EventKind.DECIDED, NOON, actor=who, verdict=what)
            else:
                event = Event("i1", sequence, EventKind.UNDONE, NOON, actor=who, undoes=what)
            events.append(event)
    return events


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        # Nobody has decided otherwise.
        ([("mona", R)], []),
        ([("mona", R), ("bo", R)], []),
        ([("bo", R), ("mona", A)], []),
        # A colleague has.
        ([("mona", R), ("bo", A)], [(2, 3, False)]),
        ([("mona", R), EventKind.REPORTED, ("bo", A)], [(2, 4, False)]),
        # After an appeal, whoever decided; without one, to think again is one's own affair.
        ([("mona", R), APPEAL, ("bo", A)], [(2, 4, True)]),
        ([("mona", R), APPEAL, ("mona", A)], [(2, 4, True)]),
        ([("mona", R), ("mona", A)], []),
        ([("mona", R), APPEAL, ("bo", R)], []),
        # What was undone was never said, by either.
        ([("mona", R), ("mona", 2), ("bo", A)], []),
        ([("mona", R), ("bo", A), ("bo", 3)], []),
        # An edited text is another text.
        ([("mona", R), EDIT, ("bo", A)], []),
        # An escalation is a question, and does not answer for what was said before it.
        ([("mona", E), ("lea", R)], []),
        ([("mona", R), APPEAL, ("bo", E), ("lea", A)], [(2, 5, True)]),
        # Each against the one that followed it.
        ([("mona", R), ("bo", A), ("mona", R), ("bo", A)], [(2, 3, False), (4, 5, False)]),
    ],
)
def test_a_verdict_did_not_last_where_the_next_one_on_the_same_text_differs(
    steps: list[object], found: list[tuple[int, int, bool]]
) -> None:
    turned = overturned_of(record(*steps), "mona")
    told = [(one.verdict.sequence, one.by.sequence, one.appealed) for one in turned]
    assert told == found
