"""Bring a database to the newest migration, and tell whether it is there."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from moderation.storage import fts5
from moderation.storage.database import create_file, make_engine, parse_url

_LOCK = 0x6D6F6465  # any fixed number: the advisory lock that upgrades share


def upgrade(url: str) -> None:
    """Run the migrations that are missing, in one transaction.

    Processes that start at once wait for one another; all but the first find nothing
    to do. Raises `ValueError` for a URL that is not of SQLite or PostgreSQL.
    """
    parsed = parse_url(url)
    create_file(parsed)
    engine = make_engine(parsed, writes=True)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if engine.dialect.name == "sqlite":
                fts5.set_up(connection)
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest migration and no other."""
    return MigrationContext.configure(connection).get_current_revision() == newest()


@cache
def newest() -> str | None:
    """The revision that this version of the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "moderation.storage:migrations")
    # Alembic's own default, said aloud: leaving it out is deprecated.
    config.set_main_option("path_separator", "os")
    return config
