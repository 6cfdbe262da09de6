"""How many items wait, by everything that one can filter by; counted as `tallies` counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, select, true

from moderation.review_queue import WAITING, ReviewItem, Stage
from moderation.storage.tables import queue_tally, review_items, review_marks
from moderation.storage.tallies import Tally
from moderation.stored import Facets, QueueFilter

_TALLY = Tally(queue_tally)

Mark = tuple[str, str]
"""What an item can be chosen by, and its value: a `reason` and its code, a `label`, a `site`."""


class Profile(NamedTuple):
    """What a waiting item counts as."""

    site_id: str
    language: str | None
    stage: str
    marks: str


def marks_of(item: ReviewItem) -> frozenset[Mark]:
    """What a waiting item is found by; nothing where it does not wait."""
    if item.stage not in WAITING:
        return frozenset()
    labels = {("label", reason.label) for reason in item.reasons if reason.label}
    return frozenset({("reason", reason.code) for reason in item.reasons} | labels)


def profile_of(item: ReviewItem, language: str | None) -> Profile | None:
    """What an item counts as; `None` where it does not wait."""
    if item.stage not in WAITING:
        return None
    return _profile(item.site_id, language, item.stage.value, marks_of(item))


def stored_profile(connection: Connection, item_id: str) -> Profile | None:
    """What an item as it is stored counts as."""
    return next(_stored(connection, item_id), (None, None))[1]


def move(connection: Connection, before: Profile | None, after: Profile | None) -> None:
    """Count an item as what it is now, and no longer as what it was."""
    if before == after:
        return
    for profile, number in ((before, -1), (after, 1)):
        if profile is not None:
            _TALLY.count(connection, profile, number)


def counts(connection: Connection, site_id: str | None, with_escalated: bool) -> Mapping[str, int]:
    """Items that wait, by stage, reason and label."""
    counted = {Stage.OPEN.value: 0, Stage.ESCALATED.value: 0}
    for profile, number in _profiles(connection, site_id):
        if not with_escalated and profile.stage != Stage.OPEN:
            continue
        for name in (profile.stage, *profile.marks.split()):
            counted[name] = counted.get(name, 0) + number
    return counted


def facets(connection: Connection, wanted: QueueFilter) -> Facets:
    """Items that fit, and for each value of a dimension those that fit all but the dimension."""
    chosen = _chosen(wanted)
    fitting = 0
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for profile, number in _profiles(connection):
        tags = _tags(profile)
        missing = chosen.difference(tags)
        if len(missing) > 1:
            continue
        fitting += 0 if missing else number
        free = {dimension for dimension, _ in missing}
        for dimension, value in tags:
            if not free or dimension in free:
                by[dimension][value] += number
    return Facets(fitting, by)


def recount(connection: Connection) -> None:
    """Make the tally anew from the items."""
    _TALLY.replace(connection, Counter(profile for _, profile in _stored(connection)))


def _chosen(wanted: QueueFilter) -> set[Mark]:
    stage = None
    if wanted.escalated is not None:
        stage = Stage.ESCALATED.value if wanted.escalated else Stage.OPEN.value
    by = {
        "site": wanted.site_id,
        "reason": wanted.reason,
        "label": wanted.label,
        "language": wanted.language,
        "stage": stage,
    }
    return {(dimension, value) for dimension, value in by.items() if value is not None}


def _tags(profile: Profile) -> tuple[Mark, ...]:
    """All that an item of the profile can be chosen by."""
    tags = (("site", profile.site_id), ("stage", profile.stage), *_marks(profile.marks))
    return (*tags, ("language", profile.language)) if profile.language else tags


@lru_cache(maxsize=4096)
def _marks(marks: str) -> tuple[Mark, ...]:
    pairs = (mark.split(":", 1) for mark in marks.split())
    return tuple((kind, value) for kind, value in pairs)


def _profile(site_id: str, language: str | None, stage: str, marks: frozenset[Mark]) -> Profile:
    return Profile(site_id, language, stage, " ".join(sorted(map(":".join, marks))))


def _profiles(connection: Connection, site_id: str | None = None) -> Iterator[tuple[Profile, int]]:
    where = () if site_id is None else (queue_tally.c.site_id == site_id,)
    for values, number in _TALLY.sums(connection, *where):
        yield Profile(*values), number  # type: ignore[arg-type]


def _stored(connection: Connection, item_id: str | None = None) -> Iterator[tuple[str, Profile]]:
    """Waiting items by their rows: all, or the one."""
    items, marks = review_items.c, review_marks.c
    found = (
        select(items.id, items.site_id, items.language, items.stage, marks.kind, marks.value)
        .outerjoin(review_marks, marks.item_id == items.id)
        .where(items.waiting.is_(true()))
        .order_by(items.id)
    )
    if item_id is not None:
        found = found.where(items.id == item_id)
    last: tuple[str, str, str | None, str] | None = None
    gathered: set[Mark] = set()
    for id, site_id, language, stage, kind, value in connection.execute(found):
        if last is not None and last[0] != id:
            yield last[0], _profile(*last[1:], frozenset(gathered))
            gathered = set()
        last = (id, site_id, language, stage)
        if kind is not None:
            gathered.add((kind, value))
    if last is not None:
        yield last[0], _profile(*last[1:], frozenset(gathered))
