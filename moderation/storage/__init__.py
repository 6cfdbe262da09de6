"""The stores of `moderation.stores` over SQLAlchemy: SQLite by default, PostgreSQL at scale."""

from moderation.storage.database import is_missing
from moderation.storage.sql import SqlStore
from moderation.storage.upgrading import upgrade

__all__ = ["SqlStore", "is_missing", "open_store", "upgrade"]


def open_store(url: str) -> SqlStore:
    """The store at a SQLAlchemy URL; connects on first use.

    Raises `ValueError` for a URL that is neither of SQLite (a file) nor of PostgreSQL.
    """
    return SqlStore(url)
