"""Which verdicts of a person did not last: another verdict followed on the same text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.review_queue import Event, EventKind, Verdict

FINAL = frozenset({Verdict.APPROVE, Verdict.REJECT})
"""Verdicts that another can contradict; an escalation is a question, a skip says nothing."""


@dataclass(frozen=True, slots=True)
class Overturned:
    """A verdict, and the one that came to the opposite."""

    verdict: Event
    by: Event
    appealed: bool
    """The author had appealed in between."""


def overturned_of(events: Iterable[Event], user_id: str) -> list[Overturned]:
    """The verdicts of one person that one item's whole record contradicts, oldest first.

    A verdict that was undone was never given; one on an edited text is about something else;
    to think again by oneself counts only where the author had appealed.
    """
    record = list(events)
    undone = {event.undoes for event in record if event.kind is EventKind.UNDONE}
    found: list[Overturned] = []
    last: Event | None = None
    appealed = False
    for event in record:
        if event.kind is EventKind.REVISED:
            last = None
        elif event.kind is EventKind.APPEALED:
            appealed = True
        elif _is_final(event) and event.sequence not in undone:
            other = last is not None and event.verdict is not last.verdict
            if last and other and (event.actor != user_id or appealed):
                found.append(Overturned(last, event, appealed))
            last, appealed = (event if event.actor == user_id else None), False
    return found


def _is_final(event: Event) -> bool:
    return event.kind is EventKind.DECIDED and event.verdict in FINAL
