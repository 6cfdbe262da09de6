"""`db upgrade`: bring the database to the present schema."""

from __future__ import annotations

import argparse
from pathlib import Path

from moderation.commands.opening import Commands, one_of
from moderation.settings import Settings
from moderation.storage import upgrade


def add(commands: Commands) -> None:
    """Declare `db upgrade`."""
    database = one_of(commands, "db", "the database")
    command = database.add_parser("upgrade", help="make or migrate the database; safe to repeat")
    command.set_defaults(run=run_upgrade)


def run_upgrade(arguments: argparse.Namespace, settings: Settings) -> int:
    """Migrate to the newest schema."""
    make_ready(settings)
    print("The database is up to date.")
    return 0


def make_ready(settings: Settings) -> None:
    """Migrate the database, making it and its folder where they are absent."""
    Path(settings.var).mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
