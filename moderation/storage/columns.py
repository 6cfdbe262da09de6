"""Column types for SQLite and PostgreSQL alike: UTC times, typed JSON, words to be found by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

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


class SearchTokens(TypeDecorator[Sequence[str]]):
    """Words in their order, as each database searches them: a `tsvector`, or text for FTS5.

    No word holds a blank, a quote or a backslash; `storage.search` sees to that. What is read
    back is the database's own form of it.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in that database."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """The words as the database takes them."""
        if value is None or dialect.name != "postgresql":
            return None if value is None else " ".join(value)
        return " ".join(f"'{word}':{place}" for place, word in enumerate(value, 1))
