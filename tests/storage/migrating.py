"""A database that goes back to an earlier migration, and up again."""

from __future__ import annotations

from alembic import command

from moderation.storage.database import make_engine, parse_url
from moderation.storage.upgrading import _config, upgrade


def down(url: str, revision: str) -> None:
    """Take the database back to the migration; nobody may be connected."""
    engine = make_engine(parse_url(url), writes=True)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def down_and_up(url: str, revision: str) -> None:
    """Take the database back to the migration, then to the newest; nobody may be connected."""
    down(url, revision)
    upgrade(url)
