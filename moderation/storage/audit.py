"""The audit log over its three tables: each a stretch at a time, latest first.

Every statement is bounded: it follows the index of what restricts most, looks through at most
`WINDOW` rows for whatever else is wanted, and says where it broke off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    func,
    or_,
    select,
)

from moderation.accounts import SignIn
from moderation.audit_log import (
    LEASES,
    NOBODY,
    SIGN_IN,
    SIGN_IN_REFUSED,
    SIGN_IN_UNKNOWN,
    Entry,
    LogFilter,
    Place,
    Source,
    Stretch,
)
from moderation.changes import Subject
from moderation.overturned import FINAL
from moderation.review_queue import EventKind
from moderation.storage.changes import change_of
from moderation.storage.rows import EVENT_FIELDS, event_of
from moderation.storage.tables import changes, comments, review_events, review_items, sign_ins

WINDOW = 5_000
"""Rows that one search looks through before it breaks off."""

_EVENTS = review_events.c
_ORDER = (_EVENTS.at.desc(), _EVENTS.item_id.desc(), _EVENTS.sequence.desc())
_FINAL = sorted(verdict.value for verdict in FINAL)
_LEASES = sorted(kind.value for kind in LEASES)


class SqlAuditLog:
    """Events, changes and sign-ins by time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def events(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch:
        if wanted.subject_id is not None or not _may_be(wanted.kind, set(EventKind)):
            return Stretch()
        narrowed = select(
            *(_EVENTS.item_id, _EVENTS.sequence, _EVENTS.at, _EVENTS.actor, _EVENTS.kind)
        )
        narrowed = narrowed.where(*_of_events(_narrowest(wanted), after)).order_by(*_ORDER)
        window = narrowed.limit(WINDOW).subquery("looked_through")
        found = (
            select(
                *(_EVENTS[name] for name in EVENT_FIELDS if name != "site_id"),
                review_items.c.site_id,
                comments.c.id.label("comment_id"),
            )
            .select_from(window)
            .join(
                review_events,
                and_(_EVENTS.item_id == window.c.item_id, _EVENTS.sequence == window.c.sequence),
            )
            .join(review_items, review_items.c.id == window.c.item_id)
            .join(comments, comments.c.key == review_items.c.comment_key)
            .order_by(window.c.at.desc(), window.c.item_id.desc(), window.c.sequence.desc())
            .limit(limit)
        )
        if wanted.kind is None:
            found = found.where(window.c.kind.not_in(_LEASES))
        else:
            found = found.where(window.c.kind == wanted.kind)
        if wanted.actor is not None:
            found = found.where(_by(wanted.actor, window.c.actor))
        if wanted.site_id is not None:
            found = found.where(review_items.c.site_id == wanted.site_id)
        rows: Iterable[Row[Any]] = self._connection.execute(found)
        entries = [_of_event(row) for row in rows]
        if len(entries) == limit:
            return Stretch(entries)
        return Stretch(entries, self._broken_off(narrowed))

    def contradicted(self, user_id: str, limit: int, after: Place | None = None) -> Stretch:
        later = review_events.alias("later")
        narrowed = select(*(_EVENTS[name] for name in EVENT_FIELDS))
        narrowed = narrowed.where(*_of_events(LogFilter(actor=user_id), after)).order_by(*_ORDER)
        window = narrowed.limit(WINDOW).subquery("mine")
        other = select(later.c.sequence).where(
            later.c.item_id == window.c.item_id,
            later.c.sequence > window.c.sequence,
            later.c.kind == EventKind.DECIDED.value,
            later.c.verdict.in_(_FINAL),
            later.c.verdict != window.c.verdict,
        )
        found = select(window).where(
            window.c.kind == EventKind.DECIDED.value,
            window.c.verdict.in_(_FINAL),
            other.exists(),
        )
        found = found.order_by(
            window.c.at.desc(), window.c.item_id.desc(), window.c.sequence.desc()
        ).limit(limit)
        rows: Iterable[Row[Any]] = self._connection.execute(found)
        entries = [_of_event(row) for row in rows]
        if len(entries) == limit:
            return Stretch(entries)
        return Stretch(entries, self._broken_off(narrowed))

    def verdicts_since(self, user_id: str, since: datetime) -> Mapping[str, int]:
        undoing = review_events.alias("undoing")
        undone = select(undoing.c.sequence).where(
            undoing.c.item_id == _EVENTS.item_id,
            undoing.c.sequence > _EVENTS.sequence,
            undoing.c.undoes == _EVENTS.sequence,
        )
        counted = (
            select(_EVENTS.verdict, func.count())
            .where(
                _EVENTS.actor == user_id,
                _EVENTS.at >= since,
                _EVENTS.kind.concat("") == EventKind.DECIDED.value,  # by the index of the person
                ~undone.exists(),
            )
            .group_by(_EVENTS.verdict)
        )
        return {str(verdict): number for verdict, number in self._connection.execute(counted)}

    def changes(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch:
        kinds = {f"change_{subject.value}": subject for subject in Subject}
        if wanted.item_ids is not None or not _may_be(wanted.kind, kinds):
            return Stretch()
        found = select(changes).where(*_of_times(wanted, changes.c.at, changes.c.actor))
        if wanted.kind is not None:
            found = found.where(changes.c.subject == kinds[wanted.kind].value)
        if wanted.subject_id is not None:
            found = found.where(changes.c.subject_id == wanted.subject_id)
        if wanted.site_id is not None:
            found = found.where(
                changes.c.subject == Subject.SITE.value, changes.c.subject_id == wanted.site_id
            )
        rows = self._connection.execute(_page(found, changes, Source.CHANGES, limit, after))
        return Stretch(
            [
                Entry(
                    Place(row.at, Source.CHANGES, row.position),
                    change=change_of(row),
                    site_id=row.subject_id if row.subject == Subject.SITE.value else None,
                )
                for row in rows
            ]
        )

    def sign_ins(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch:
        let_in, user = sign_ins.c.let_in, sign_ins.c.user_id
        kinds = {
            SIGN_IN: let_in.is_(True),
            SIGN_IN_REFUSED: and_(let_in.is_(False), user.is_not(None)),
            SIGN_IN_UNKNOWN: user.is_(None),
        }
        about = (wanted.item_ids, wanted.subject_id, wanted.site_id)
        if any(one is not None for one in about) or not _may_be(wanted.kind, kinds):
            return Stretch()
        found = select(sign_ins).where(*_of_times(wanted, sign_ins.c.at, user))
        if wanted.kind is not None:
            found = found.where(kinds[wanted.kind])
        rows = self._connection.execute(_page(found, sign_ins, Source.SIGN_INS, limit, after))
        return Stretch(
            [
                Entry(
                    Place(row.at, Source.SIGN_INS, row.position),
                    sign_in=SignIn(row.at, row.user_id, row.let_in),
                )
                for row in rows
            ]
        )

    def _broken_off(self, narrowed: Select[Any]) -> Place | None:
        row = self._connection.execute(narrowed.offset(WINDOW - 1).limit(1)).first()
        return Place(row.at, Source.EVENTS, row.sequence, row.item_id) if row else None


def _may_be(kind: str | None, kinds: object) -> bool:
    return kind is None or kind in kinds  # type: ignore[operator]


def _narrowest(wanted: LogFilter) -> LogFilter:
    """What one index answers: SQLite, which keeps no statistics, would choose a worse one by two.

    The rest is looked for among what this leaves.
    """
    if wanted.item_ids is not None:
        return replace(wanted, actor=None, kind=None)
    return wanted if wanted.actor is None else replace(wanted, kind=None)


def _of_events(wanted: LogFilter, after: Place | None) -> list[ColumnElement[bool]]:
    where = _of_times(wanted, _EVENTS.at, _EVENTS.actor)
    if wanted.kind is not None:
        where.append(_EVENTS.kind == wanted.kind)
    if wanted.item_ids is not None:
        where.append(_EVENTS.item_id.in_(wanted.item_ids))
    if after is None:
        return where
    if after.source is not Source.EVENTS:
        return [*where, _earlier(_EVENTS.at, after, Source.EVENTS)]
    within = or_(
        _EVENTS.item_id < after.item_id,
        and_(_EVENTS.item_id == after.item_id, _EVENTS.sequence < after.number),
    )
    return [*where, _EVENTS.at <= after.at, or_(_EVENTS.at < after.at, within)]


def _of_times(
    wanted: LogFilter, at: Column[datetime], actor: Column[str]
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        where.append(_by(wanted.actor, actor))
    if wanted.since is not None:
        where.append(at >= wanted.since)
    if wanted.until is not None:
        where.append(at < wanted.until)
    return where


def _by(who: str, actor: ColumnElement[str]) -> ColumnElement[bool]:
    return actor.is_(None) if who == NOBODY else actor == who


def _page(
    found: Select[Any], table: Table, source: Source, limit: int, after: Place | None
) -> Select[Any]:
    at, position = table.c.at, table.c.position
    if after is not None and after.source is source:
        earlier = or_(at < after.at, and_(at == after.at, position < after.number))
        found = found.where(at <= after.at, earlier)
    elif after is not None:
        found = found.where(_earlier(at, after, source))
    return found.order_by(at.desc(), position.desc()).limit(limit)


def _earlier(at: Column[datetime], after: Place, source: Source) -> ColumnElement[bool]:
    """Of another record: what comes after that place in the log."""
    return at <= after.at if source > after.source else at < after.at


def _of_event(row: Row[Any]) -> Entry:
    return Entry(
        Place(row.at, Source.EVENTS, row.sequence, row.item_id),
        event=event_of(row),
        site_id=row.site_id,
        comment_id=getattr(row, "comment_id", None),
    )
