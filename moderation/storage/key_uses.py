"""How often keys are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.accounts import KeyUse
from moderation.storage.tables import key_uses

_USES = key_uses.c


class SqlKeyUses:
    """Calls by key and day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, uses: Sequence[KeyUse]) -> None:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        new = insert(key_uses)
        later = case((new.excluded.last_at > _USES.last_at, new.excluded.last_at))
        counted = new.on_conflict_do_update(
            index_elements=[_USES.key_id, _USES.day],
            set_={
                "calls": _USES.calls + new.excluded.calls,
                "last_at": func.coalesce(later, _USES.last_at),
            },
        )
        # In one order, so that no two workers wait for each other.
        for use in sorted(uses, key=lambda use: (use.key_id, use.day)):
            row = {"key_id": use.key_id, "day": use.day}
            self._connection.execute(counted, row | {"calls": use.calls, "last_at": use.last_at})

    def last(self) -> Mapping[str, datetime]:
        found = select(_USES.key_id, func.max(_USES.last_at).label("at")).group_by(_USES.key_id)
        return {row.key_id: row.at for row in self._connection.execute(found)}

    def since(self, day: date) -> Mapping[str, int]:
        found = select(_USES.key_id, func.sum(_USES.calls).label("calls")).where(_USES.day >= day)
        rows = self._connection.execute(found.group_by(_USES.key_id))
        return {row.key_id: int(row.calls) for row in rows}

    def of(self, key_id: str, since: date) -> list[KeyUse]:
        found = select(key_uses).where(_USES.key_id == key_id, _USES.day >= since)
        rows = self._connection.execute(found.order_by(_USES.day.desc()))
        return [KeyUse(**row._mapping) for row in rows]
