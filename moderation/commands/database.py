"""`db upgrade` and `db compact`: the present schema, and a file without what was erased."""

from __future__ import annotations

import argparse
from pathlib import Path

from moderation.commands.opening import Commands, one_of, opened_store
from moderation.settings import Settings
from moderation.storage import upgrade


def add(commands: Commands) -> None:
    """Declare `db upgrade` and `db compact`."""
    database = one_of(commands, "db", "the database")
    command = database.add_parser("upgrade", help="make or migrate the database; safe to repeat")
    command.set_defaults(run=run_upgrade)
    command = database.add_parser(
        "compact", help="write a SQLite file anew, with nothing left of what was erased"
    )
    command.set_defaults(run=run_compact)


def run_upgrade(arguments: argparse.Namespace, settings: Settings) -> int:
    """Migrate to the newest schema."""
    make_ready(settings)
    print("The database is up to date.")
    return 0


def run_compact(arguments: argparse.Namespace, settings: Settings) -> int:
    """Leave nothing of what was erased in the files of the database."""
    with opened_store(settings) as store:
        store.compact()
    print("Nothing of what was erased is in the file of the database.")
    return 0


def make_ready(settings: Settings) -> None:
    """Migrate the database, making it and its folder where they are absent."""
    Path(settings.var).mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
