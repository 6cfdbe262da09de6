"""What the command modules share: a store for the length of a command, groups of commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from moderation.comments import Site
from moderation.errors import ModerationError, NotFound, Unavailable
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.stores import UnitOfWork

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


def one_of(commands: Commands, name: str, help_: str) -> Commands:
    """A group of commands under one name, such as `keys add`."""
    group = commands.add_parser(name, help=help_, description=help_.capitalize() + ".")
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


@contextmanager
def opened_store(settings: Settings) -> Iterator[SqlStore]:
    """The settings' store, migrated; closed at the end."""
    store = open_store(settings.database)
    try:
        try:
            store.ready()
        except Unavailable as error:
            raise ModerationError(f"{error} `python -m moderation db upgrade` may help.") from error
        except RuntimeError as error:
            raise ModerationError(str(error)) from error
        yield store
    finally:
        store.dispose()


def site_of(work: UnitOfWork, site_id: str) -> Site:
    """The site of that id. Raises `NotFound`."""
    site = work.sites.get(site_id)
    if site is None:
        raise NotFound(f"There is no site {site_id[:80]!r}; `sites add` makes one.", field="site")
    return site
