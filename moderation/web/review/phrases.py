"""Reasons, verdicts and events in the plain words of the review pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.comments import Reason, Status
from moderation.labels import Label
from moderation.review_queue import Event, EventKind, ReviewItem, Verdict

DONE = {
    Verdict.APPROVE: "Approved",
    Verdict.REJECT: "Rejected",
    Verdict.ESCALATE: "Escalated",
    Verdict.SKIP: "Skipped",
}
"""What a verdict has done, to start a sentence with."""

STATUS = {
    Status.PUBLISHED: "published",
    Status.HELD: "held back",
    Status.REJECTED: "rejected",
}

WAITS_FOR_A_LEAD = "This comment waits for a lead."
"""In place of a text that is not the viewer's to read."""

_REASONS = {
    "reported": "reported by a reader",
    "appeal": "the author appeals",
    "audit": "random sample",
    "uncertain": "the model is unsure",
    "second_opinion": "a second opinion is wanted",
    "not_scored": "not scored when it came",
    "out_of_time": "scored by the linear model alone, as there was no time for more",
}
_KINDS = {
    "label": "Over a threshold",
    "language": "Another language",
    "rule": "A rule of the site, edited, or held at its source",
    "reported": "Reported",
    "appeal": "Appeal",
    "audit": "Random sample",
    "uncertain": "Unsure",
    "second_opinion": "Second opinion",
    "not_scored": "Not scored",
    "out_of_time": "Scored in haste",
}
_MODES = {"fast": "the linear model alone", "deep": "the linear model and the encoder"}
_EVENTS = {
    EventKind.OPENED: "came into the queue",
    EventKind.REVISED: "edited by its author",
    EventKind.RESTATED: "given another status where it comes from",
    EventKind.SCORED: "scored, later than it came",
    EventKind.GIVEN_UP: "given up: no model can score it",
    EventKind.REPORTED: "reported by a reader",
    EventKind.APPEALED: "appealed by its author",
    EventKind.CLAIMED: "opened for review",
    EventKind.TAKEN_OVER: "taken over",
    EventKind.RELEASED: "given back to the queue",
    EventKind.SKIPPED: "skipped",
    EventKind.UNDONE: "last step undone",
    EventKind.NOTED: "note",
    EventKind.ERASED: "erased",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason in the two parts that the page of an item gives it: what, and by how much."""

    what: str
    measured: str = ""
    level: str = ""
    """`review`, `block`, or empty where the reason decides nothing."""


def ground_of(reason: Reason, times: int = 1) -> Ground:
    """A reason as one line of a list; `times` is how often it was given."""
    level = reason.level or ""
    if reason.code == "label" and reason.label is not None and reason.score is not None:
        return Ground(label_name(reason.label), _measured(reason), level)
    often = f"{times} times" if times > 1 else ""
    return Ground(reason_in_words(reason), often, level)


def mode_in_words(mode: str) -> str:
    """Which models answered, as the object of a sentence."""
    return _MODES.get(mode, f"mode {mode}")


def reason_in_words(reason: Reason) -> str:
    """One reason as a person says it, such as `insult 0.91, over the review threshold 0.42`."""
    if reason.code == "label":
        return _label_in_words(reason)
    if reason.code == "language":
        return f"written in another language ({reason.detail or 'unknown'})"
    if reason.code == "rule":
        return reason.detail or "a rule of the site"
    words = _REASONS.get(reason.code, reason.code.replace("_", " "))
    return f"{words}: {reason.detail}" if reason.code == "not_scored" and reason.detail else words


def kind_of_reason(code: str) -> str:
    """A reason code as the heading of a group."""
    return _KINDS.get(code, code.replace("_", " "))


def label_name(value: str) -> str:
    """A label's display name; an unknown one as it is."""
    try:
        return Label(value).display_name
    except ValueError:
        return value.replace("_", " ")


def _label_in_words(reason: Reason) -> str:
    if reason.label is None or reason.score is None:
        return "flagged by the model"
    if reason.label == Label.OFF_TOPIC and reason.detail:
        return f"off-topic {reason.score:.2f}: {reason.detail}"
    if reason.label == Label.OFF_TOPIC:
        return f"not about what it stands under ({reason.score:.2f})"
    return f"{label_name(reason.label)} {_measured(reason)}"


def _measured(reason: Reason) -> str:
    score, threshold = reason.score or 0.0, reason.threshold
    if threshold is None:
        return f"{score:.2f}"
    # As many digits as it takes to see that the one is over the other.
    digits = 2 if f"{score:.2f}" != f"{threshold:.2f}" else 3
    return (
        f"{score:.{digits}f}, over the {reason.level or 'review'} threshold {threshold:.{digits}f}"
    )


def decided_in_words(item: ReviewItem, name: str) -> str:
    """Who decided what, such as `Rejected by Bo as insult`; empty where nobody has."""
    last = item.verdict
    if last is None:
        return ""
    named = ", ".join(label_name(label) for label in last.labels)
    return f"{DONE[last.verdict]} by {name}" + (f" as {named}" if named else "")


def event_in_words(event: Event) -> str:
    """What happened; `renewed` leases are nobody's history and give an empty text."""
    if event.kind is EventKind.DECIDED and event.verdict is not None:
        named = ", ".join(label_name(label) for label in event.labels)
        return DONE[event.verdict].lower() + (f" as {named}" if named else "")
    return _EVENTS.get(event.kind, "")


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: `just now`, `5 min ago`, `3 days ago`."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} h ago"
    if passed < timedelta(days=60):
        days = passed // timedelta(days=1)
        return f"{days} day{'s' if days > 1 else ''} ago"
    return f"{moment:%-d %B %Y}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun, such as `1 reply` or `3 replies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    known = list(words)
    return " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
