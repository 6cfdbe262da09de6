"""Reports and appeals as the page of an item shows them, gathered by who sent them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.stored import Objection
from moderation.web.review.marking import Piece, plain
from moderation.web.review.phrases import ago, counted, listed

SHOWN = 100
"""Reports and appeals whose words are on a page, the latest ones."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said at one time, and of which version of the text."""

    reason: str
    pieces: tuple[Piece, ...]
    at: datetime
    ago: str
    version: int | None
    """Where it is not the version that stands now."""


@dataclass(frozen=True, slots=True)
class Objector:
    """All that one person said; `by` is empty where the site names nobody."""

    kind: str
    by: str
    said: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ObjectionsView:
    """Everything that readers and the author object to."""

    summary: str
    """Such as `3 reports by 2 people and 1 appeal`."""
    reasons: str
    """What the reports give as their reason, the most frequent first; empty without any."""
    people: tuple[Objector, ...]
    """Appeals before reports, whoever spoke last before others."""
    unseen: int
    """How many more there are."""


def objections_view(
    objections: Sequence[Objection], revision: int, now: datetime
) -> ObjectionsView | None:
    """All objections to a comment of which `revision` stands now; `None` where there are none."""
    if not objections:
        return None
    reports = [one for one in objections if one.kind != "appeal"]
    given = Counter(one.reason for one in reports if one.reason)
    shown = objections[-SHOWN:]
    by_person: dict[tuple[str, str], list[Words]] = {}
    for number, one in enumerate(reversed(shown)):
        # Of two who are not named nobody knows whether they are the same.
        whose = (one.kind, one.by or f"\0{number}")
        by_person.setdefault(whose, []).append(_words(one, revision, now))
    people = [
        Objector(kind, "" if by.startswith("\0") else by, tuple(said))
        for (kind, by), said in by_person.items()
    ]
    return ObjectionsView(
        summary=_summary(reports, len(objections) - len(reports)),
        reasons=", ".join(f"{reason} ({number})" for reason, number in given.most_common(5)),
        people=tuple(sorted(people, key=lambda person: person.kind != "appeal")),
        unseen=len(objections) - len(shown),
    )


def _words(objection: Objection, revision: int, now: datetime) -> Words:
    other = objection.revision if objection.revision != revision else None
    return Words(
        objection.reason,
        tuple(plain(objection.text)),
        objection.at,
        ago(objection.at, now),
        other,
    )


def _summary(reports: Sequence[Objection], appeals: int) -> str:
    said = []
    if reports:
        people = len(_named(reports)) + sum(one.by is None for one in reports)
        by = f" by {counted(people, 'person', 'people')}" if people < len(reports) else ""
        said.append(counted(len(reports), "report") + by)
    if appeals:
        said.append(counted(appeals, "appeal"))
    return listed(said)


def _named(reports: Iterable[Objection]) -> set[str]:
    return {one.by for one in reports if one.by is not None}
