"""Everything that happened to an item, in one list. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.review_queue import Event, EventKind
from moderation.stored import Note
from moderation.web.review.phrases import (
    ago,
    event_in_words,
    label_name,
    listed,
    reason_in_words,
)

IN_VIEW = 8
"""Moments that are shown at once; the rest is folded away."""

_ABOUT_A_TEXT = frozenset(
    {EventKind.OPENED, EventKind.REVISED, EventKind.DECIDED, EventKind.SKIPPED}
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, by whom and when."""

    what: str
    who: str
    at: datetime
    ago: str
    detail: str = ""
    """The reasons it came in for, or which version of the text it is about."""
    note: str = ""
    """The beginning of a note."""
    is_undone: bool = False
    """Whether it was taken back later."""
    times: int = 1
    """How often it happened with nothing between."""


def timeline(
    events: Sequence[Event], notes: Sequence[Note], names: Mapping[str, str], now: datetime
) -> tuple[Moment, ...]:
    """Every event but renewed leases, latest first; `names` gives a name for a user's id."""
    by_sequence = {event.sequence: event for event in events}
    undone = {event.undoes for event in events}
    words = {note.sequence: note.text for note in notes}
    edited = any(event.kind is EventKind.REVISED for event in events)
    moments: list[Moment] = []
    version = 1
    for event in events:
        version = event.revision or version
        what = _in_words(event, by_sequence)
        if not what:
            continue
        moment = Moment(
            what=what,
            who=names.get(event.actor, "somebody") if event.actor else "",
            at=event.at,
            ago=ago(event.at, now),
            detail=_detail(event, version if edited else None),
            note=words.get(event.sequence, ""),
            is_undone=event.sequence in undone,
        )
        if moments and _is_again(moment, moments[-1]):
            moment = replace(moment, times=moments.pop().times + 1)
        moments.append(moment)
    return tuple(reversed(moments))


def _is_again(moment: Moment, before: Moment) -> bool:
    """Whether it is what the same person did just before, as when somebody opens a page again."""
    same = (moment.what, moment.who) == (before.what, before.who)
    return same and not (moment.note or moment.detail or before.detail or not moment.who)


def _in_words(event: Event, by_sequence: Mapping[int, Event]) -> str:
    taken_back = by_sequence.get(event.undoes or 0)
    if event.kind is EventKind.UNDONE and taken_back is not None:
        return f"took back “{event_in_words(taken_back)}”"
    return event_in_words(event)


def _detail(event: Event, version: int | None) -> str:
    """Why it came in, or which version a verdict is about where there are several."""
    said = []
    if event.kind in _ABOUT_A_TEXT and version is not None:
        said.append(f"version {version}")
    if event.kind in (EventKind.OPENED, EventKind.REVISED):
        why = (
            label_name(reason.label) if reason.label else reason_in_words(reason)
            for reason in event.reasons
        )
        said.append(listed(dict.fromkeys(why)))
    return ": ".join(filter(None, said))
