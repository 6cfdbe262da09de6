"""Bulk: rows copied in as the stores would write them, and many comments made of some.

A million rows are made in the database itself, which is much faster than to hand them over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, Connection, MetaData, String, Table, text

from moderation.storage import tables
from moderation.storage.columns import SearchTokens

FIRST: Final = 25_000
"""Comments, numbered from 0 in their keys, of which copies are made."""

SECONDS: Final = 30
"""Between one comment and the next."""

flow = Table(
    # The words of the texts alone: what a second text adds to an entry.
    "benchmark_flow",
    MetaData(),
    Column("key", String(32), primary_key=True),
    Column("words", SearchTokens, nullable=False),
)

_NUMBER: Final = "('x' || right({0}, 8))::bit(32)::int"
_LATER: Final = "a.{0} + make_interval(secs => :seconds)"
_RANK: Final = "a.rank + :seconds"


def _key(column: str) -> str:
    return f"lpad(to_hex({_NUMBER.format(column)} + :by), 32, '0')"


def _another(table: str, column: str, by: str) -> str:
    """A join with another of the first rows, for each copy a different one."""
    number = f"({_NUMBER.format(by)} + :step) % :first"
    return f"JOIN {table} b ON b.{column} = lpad(to_hex({number}), 32, '0')"


_CHANGED: Final[Mapping[str, Mapping[str, str]]] = {
    "comments": {
        "key": _key("a.key"),
        "id": "'c' || (substr(a.id, 2)::int + :by)",
        "created_at": _LATER.format("created_at"),
        "received_at": _LATER.format("received_at"),
    },
    "revisions": {
        "comment_key": _key("a.comment_key"),
        "text": "a.text || ' ' || b.text",
        "at": _LATER.format("at"),
    },
    "comment_words": {
        "number": "a.number + :by",
        "comment_key": _key("a.comment_key"),
        "words": "a.words || b.words",
    },
    "review_items": {
        "id": _key("a.id"),
        "comment_key": _key("a.comment_key"),
        "opened_at": _LATER.format("opened_at"),
        "decided_at": _LATER.format("decided_at"),
        "rank": _RANK,
    },
    "review_events": {
        "item_id": _key("a.item_id"),
        "comment_key": _key("a.comment_key"),
        "at": _LATER.format("at"),
    },
    "review_marks": {"item_id": _key("a.item_id"), "rank": _RANK},
}
"""What a copy has of its own, in the order in which rows need one another."""

_JOINED: Final = {
    "revisions": _another("revisions", "comment_key", "a.comment_key"),
    "comment_words": _another(flow.name, "key", "a.comment_key"),
}


def copy_again(connection: Connection, times: int) -> None:
    """Make the `times`-th copy of the first comments, with all that belongs to them."""
    by = times * FIRST
    values = {"by": by, "seconds": by * SECONDS, "step": 7_919 * times, "first": FIRST}
    for name, changed in _CHANGED.items():
        columns = [column.name for column in tables.metadata.tables[name].columns]
        own = next(iter(changed)) if name != "comment_words" else "comment_key"
        statement = (
            f"INSERT INTO {name} ({', '.join(columns)})"
            f" SELECT {', '.join(changed.get(column, f'a.{column}') for column in columns)}"
            f" FROM {name} a {_JOINED.get(name, '')}"
            f" WHERE a.{own} BETWEEN '{0:032x}' AND '{FIRST - 1:032x}' ORDER BY a.{own}"
        )
        connection.execute(text(statement), values)


def copy_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    """Copy rows as the dialect would bind their values."""
    first, *rest = rows
    columns = [table.c[name] for name in first]
    binds: list[Callable[[Any], Any] | None] = [
        column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in columns
    ]
    names = ", ".join(f'"{column.name}"' for column in columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in chain([first], rest):
            values = zip(row.values(), binds, strict=True)
            copy.write_row([value if bind is None else bind(value) for value, bind in values])
