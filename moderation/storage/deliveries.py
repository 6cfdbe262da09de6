"""Messages on their way to endpoints: handed out, taken up, settled, sent again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)

from moderation.outgoing import TEST, Delivery, State
from moderation.storage.attempts import SqlAttempts
from moderation.storage.outbox import MESSAGE_FIELDS
from moderation.storage.tables import outbox, webhook_deliveries
from moderation.stored import OutboxMessage

OVERTAKEN_AFTER = 3
"""Failed attempts after which a message no longer holds back later ones of its comment."""

_LOCK: Final = 0x776562  # any fixed number: the advisory lock of those who hand out
_OURS = webhook_deliveries.c
# As text in the statement: a value that is bound later proves no index of pending ones to fit.
_LITERALLY_PENDING: Final[ColumnElement[str]] = literal_column("'pending'")
_PENDING: Final = _OURS.state == _LITERALLY_PENDING
_FIELDS = ("endpoint_id", "attempts", "due_at", "may_have_left", "tried_at", "last_status")
_COUNTED = (State.PENDING, State.FAILED, State.DISCARDED)


class SqlDeliveries(SqlAttempts):
    """Messages on their way to endpoints, and the log of the attempts."""

    def alone(self) -> bool:
        if self._connection.dialect.name == "sqlite":
            return True
        lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
        return bool(self._connection.execute(lock, {"lock": _LOCK}).scalar())

    def add(
        self, endpoint_id: str, messages: Sequence[OutboxMessage], state: State, due_at: datetime
    ) -> None:
        placed = select(outbox.c.id, outbox.c.position).where(
            outbox.c.id.in_([message.id for message in messages])
        )
        positions = {row.id: row.position for row in self._connection.execute(placed)}
        rows = [
            {
                "endpoint_id": endpoint_id,
                "message_id": message.id,
                "position": positions[message.id],
                "comment_id": _about(message),
                "state": state.value,
                "attempts": 0,
                "due_at": due_at if state is State.PENDING else None,
                "may_have_left": False,
                "last_error": "",
            }
            for message in messages
        ]
        self._connection.execute(insert(webhook_deliveries), rows)

    def get(self, endpoint_id: str, message_id: str) -> Delivery | None:
        row = self._connection.execute(_deliveries().where(*_the(endpoint_id, message_id))).first()
        return _delivery_of(row) if row else None

    def told_of(self, item_id: str, sequence: int) -> set[str] | None:
        about = select(outbox.c.id).where(
            outbox.c.item_id == item_id, outbox.c.sequence == sequence
        )
        ids = self._connection.execute(about).scalars().all()
        if not ids:
            return None
        told = select(_OURS.endpoint_id).where(_OURS.message_id.in_(ids))
        return set(self._connection.execute(told).scalars())

    def claim(self, endpoint_id: str, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        found = (
            select(_OURS.message_id, _OURS.may_have_left)
            .where(
                _OURS.endpoint_id == endpoint_id,
                _PENDING,
                _OURS.due_at <= now,
                _held_back_by(endpoint_id).is_(None),
            )
            .order_by(_OURS.due_at, _OURS.position)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(found).all()
        ids = [row.message_id for row in rows]
        those = (_OURS.endpoint_id == endpoint_id, _OURS.message_id.in_(ids))
        self._connection.execute(
            update(webhook_deliveries).where(*those).values(due_at=until, may_have_left=True)
        )
        taken = self._connection.execute(_deliveries().where(*those))
        claimed = {one.message.id: one for one in map(_delivery_of, taken)}
        return [replace(claimed[id_], may_have_left=before) for id_, before in rows]

    def unclaim(self, claimed: Collection[Delivery], now: datetime) -> None:
        for one in claimed:
            self._connection.execute(
                _still_claimed(one).values(due_at=now, may_have_left=one.may_have_left)
            )

    def settle(self, claimed: Delivery, after: Delivery) -> None:
        changed = _still_claimed(claimed)
        if after.state is State.DELIVERED:
            # Whatever others made of it meanwhile, it has arrived.
            changed = update(webhook_deliveries).where(
                *_the(claimed.endpoint_id, claimed.message.id)
            )
        self._connection.execute(
            changed.values(
                state=after.state.value,
                attempts=after.attempts,
                due_at=after.due_at,
                tried_at=after.tried_at,
                last_status=after.last_status,
                last_error=after.last_error,
            )
        )

    def hurry(self, endpoint_id: str, now: datetime, besides: datetime) -> None:
        waiting = update(webhook_deliveries).where(
            *_pending(endpoint_id),
            _OURS.attempts > 0,
            _OURS.last_status.is_(None),
            _OURS.due_at > besides,
        )
        self._connection.execute(waiting.values(due_at=now))

    def discard(self, endpoint_id: str) -> int:
        waiting = update(webhook_deliveries).where(*_pending(endpoint_id))
        given_up = waiting.values(state=State.DISCARDED.value, due_at=None)
        return self._connection.execute(given_up).rowcount

    def again(self, endpoint_id: str, now: datetime, message_id: str) -> bool:
        return bool(self._again(now, *_the(endpoint_id, message_id)))

    def again_since(self, endpoint_id: str, now: datetime, since: datetime) -> int:
        recent = select(outbox.c.id).where(outbox.c.created_at >= since, outbox.c.type != TEST)
        over = (State.FAILED.value, State.DISCARDED.value)
        return self._again(
            now,
            _OURS.endpoint_id == endpoint_id,
            _OURS.state.in_(over),
            _OURS.message_id.in_(recent),
        )

    def latest(self, endpoint_id: str, limit: int, state: State | None = None) -> list[Delivery]:
        found = _deliveries().where(_OURS.endpoint_id == endpoint_id)
        if state is not None:
            found = found.where(_OURS.state == state.value)
        rows = self._connection.execute(found.order_by(_OURS.position.desc()).limit(limit))
        return [_delivery_of(row) for row in rows]

    def counts(self, endpoint_id: str, most: int) -> Mapping[State, int]:
        counted = {}
        for state in _COUNTED:
            those = select(_OURS.position).where(
                _OURS.endpoint_id == endpoint_id, _OURS.state == state.value
            )
            some = select(func.count()).select_from(those.limit(most).subquery())
            counted[state] = self._connection.execute(some).scalar_one()
        return counted

    def forget(self, before: datetime, kept: int, limit: int) -> int:
        waits = select(_OURS.message_id).where(_OURS.message_id == outbox.c.id, _PENDING)
        found = (
            select(outbox.c.id)
            .where(outbox.c.sent_at.is_not(None), outbox.c.created_at < before, ~waits.exists())
            .order_by(outbox.c.created_at)
            .limit(limit)
        )
        old = self._connection.execute(found).scalars().all()
        those = delete(webhook_deliveries).where(_OURS.message_id.in_(old))
        # Looked at once more, row by row: somebody may have sent one again since.
        self._connection.execute(those.where(_OURS.state != State.PENDING.value))
        left = select(_OURS.message_id).where(_OURS.message_id == outbox.c.id)
        self._connection.execute(delete(outbox).where(outbox.c.id.in_(old), ~left.exists()))
        self.forget_attempts(kept)
        return len(old)

    def _again(self, now: datetime, *which: ColumnElement[bool]) -> int:
        sent = update(webhook_deliveries).where(*which)
        done = self._connection.execute(
            sent.values(state=State.PENDING.value, attempts=0, due_at=now)
        )
        return done.rowcount


def _about(message: OutboxMessage) -> str | None:
    comment_id = message.payload.get("comment_id")
    return comment_id if isinstance(comment_id, str) else None


def _held_back_by(endpoint_id: str) -> ScalarSelect[Any]:
    """An earlier message about the same comment that has not failed repeatedly.

    One of them, by the index of a comment: as long as PostgreSQL has not counted the rows, it would
    go through all of the endpoint for each, or join every pending one with every other.
    """
    earlier = webhook_deliveries.alias("earlier")
    return (
        select(earlier.c.message_id)
        .where(
            earlier.c.endpoint_id.concat("") == endpoint_id,
            earlier.c.comment_id == _OURS.comment_id,
            earlier.c.state == _LITERALLY_PENDING,
            earlier.c.position < _OURS.position,
            earlier.c.attempts < OVERTAKEN_AFTER,
        )
        .correlate(webhook_deliveries)
        .limit(1)
        .scalar_subquery()
    )


def _the(endpoint_id: str, message_id: str) -> tuple[ColumnElement[bool], ...]:
    return _OURS.endpoint_id == endpoint_id, _OURS.message_id == message_id


def _pending(endpoint_id: str) -> tuple[ColumnElement[bool], ...]:
    return _OURS.endpoint_id == endpoint_id, _PENDING


def _still_claimed(claimed: Delivery) -> Any:  # noqa: ANN401 - an update under way
    return update(webhook_deliveries).where(
        *_the(claimed.endpoint_id, claimed.message.id),
        _PENDING,
        _OURS.due_at == claimed.due_at,
    )


def _deliveries() -> Select[Any]:
    return select(
        *(_OURS[name] for name in _FIELDS),
        _OURS.state,
        _OURS.last_error,
        *(outbox.c[name].label(f"message_{name}") for name in MESSAGE_FIELDS),
    ).join_from(webhook_deliveries, outbox, outbox.c.id == _OURS.message_id)


def _delivery_of(row: Row[Any]) -> Delivery:
    message = {name: getattr(row, f"message_{name}") for name in MESSAGE_FIELDS}
    values = {name: getattr(row, name) for name in (*_FIELDS, "last_error")}
    return Delivery(**values, state=State(row.state), message=OutboxMessage(**message))
