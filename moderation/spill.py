"""What a long run must remember and memory need not hold: lists and maps that live on disk.

Private to one process and gone with it. SQLite's temporary databases serve as the
disk here; no other part of the service sees them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from moderation.records import CommentRecord

_CACHE_KB = 2 * 1024


class _OnDisk:
    def __init__(self, *statements: str) -> None:
        # Without a name SQLite makes a database of its own on disk, removed when it is closed.
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        settings = (f"cache_size = -{_CACHE_KB}", "journal_mode = OFF", "synchronous = OFF")
        for statement in (*(f"PRAGMA {setting}" for setting in settings), *statements):
            self._rows.execute(statement)

    def __del__(self) -> None:
        self._rows.close()


class SpilledMap(_OnDisk):
    """Strings by strings, in order of the keys."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")

    def get(self, key: str) -> str | None:
        """What is kept under that key."""
        found = self._rows.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def put(self, key: str, value: str) -> None:
        """Keep it in place of whatever was there."""
        self._rows.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, value))

    def remove(self, key: str) -> None:
        """Forget the key, where it is there."""
        self._rows.execute("DELETE FROM kept WHERE key = ?", (key,))

    def items(self) -> Iterator[tuple[str, str]]:
        """Everything; not to be changed meanwhile."""
        yield from self._rows.execute("SELECT key, value FROM kept")


class SpilledList(_OnDisk):
    """Byte strings in the order they came."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE kept (place INTEGER PRIMARY KEY, value BLOB)")

    def append(self, value: bytes) -> None:
        """Keep one more."""
        self._rows.execute("INSERT INTO kept (value) VALUES (?)", (value,))

    def __iter__(self) -> Iterator[bytes]:
        for (value,) in self._rows.execute("SELECT value FROM kept ORDER BY place"):
            yield value


class HeldBack(_OnDisk):
    """Replies that wait for their parents, by the parent's id and in the order they came."""

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE held (place INTEGER PRIMARY KEY, parent TEXT, id TEXT, record BLOB)",
            "CREATE INDEX by_parent ON held (parent, place)",
            "CREATE INDEX by_id ON held (id)",
        )
        self._waiting = 0

    def __bool__(self) -> bool:
        return self._waiting > 0

    def add(self, parent: str, record: CommentRecord) -> None:
        """Keep it until its parent has passed."""
        self._rows.execute(
            "INSERT INTO held (parent, id, record) VALUES (?, ?, ?)",
            (parent, record.comment.id, msgspec.msgpack.encode(record)),
        )
        self._waiting += 1

    def next_of(self, parent: str) -> CommentRecord | None:
        """The first that still waits for this parent; it waits no more."""
        if not self._waiting:
            return None
        found = self._rows.execute(
            "SELECT place, record FROM held WHERE parent = ? ORDER BY place LIMIT 1", (parent,)
        ).fetchone()
        if found is None:
            return None
        self._rows.execute("DELETE FROM held WHERE place = ?", (found[0],))
        self._waiting -= 1
        return msgspec.msgpack.decode(found[1], type=CommentRecord)

    def missing(self) -> Iterator[str]:
        """Parents that are waited for and wait for nobody themselves."""
        place = 0
        while found := self._rows.execute(
            "SELECT place, parent FROM held AS one WHERE place > ? AND NOT EXISTS "
            "(SELECT 1 FROM held WHERE id = one.parent) ORDER BY place LIMIT 1",
            (place,),
        ).fetchone():
            place = found[0]
            yield found[1]

    def first(self) -> str | None:
        """The parent that was waited for first."""
        found = self._rows.execute("SELECT parent FROM held ORDER BY place LIMIT 1").fetchone()
        return found[0] if found else None
