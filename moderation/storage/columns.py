"""Column types that read the same from SQLite and PostgreSQL: UTC times and typed JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

_T = TypeVar("_T")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC, to the microsecond. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring the moment to UTC. Raises `ValueError` where it does not say its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        in_utc = value.astimezone(UTC)
        # SQLite keeps text without a zone: one fixed form is what makes it sort by time.
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TypedJson(TypeDecorator[_T], Generic[_T]):
    """A plain value kept as JSON text and read back as the type it was.

    Text rather than the databases' own JSON types, so that both return numbers and
    order to the last digit as they were written; nothing searches inside.
    """

    impl = Text
    cache_ok = True

    def __init__(self, shape: object) -> None:
        super().__init__()
        # By its name a statement with such a column is known again, and compiled once.
        self.shape = shape
        self._decoder: msgspec.json.Decoder[_T] = msgspec.json.Decoder(shape)

    def process_bind_param(self, value: _T | None, dialect: Dialect) -> str | None:
        """JSON text of the value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> _T | None:
        """The value, checked against its type."""
        return None if value is None else self._decoder.decode(value)
