"""`import`: take in the comments of another system."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from moderation.assembly import address_key, build_services
from moderation.commands.database import make_ready
from moderation.commands.opening import Commands
from moderation.commands.streams import ReadMeter, open_input
from moderation.importers import read
from moderation.settings import Settings
from moderation.storage import open_store, upgrade
from moderation.workflow.importing import Import, Tally, default_site, import_records
from moderation.workflow.services import Services


def add(commands: Commands) -> None:
    """Declare `import`."""
    command = commands.add_parser(
        "import",
        help="take in a WordPress (WXR), Disqus or JSON-lines export",
        description="Takes in an export, recognised by its content; `-` reads standard input. "
        "Comments keep the status they had; running it again changes nothing.",
    )
    command.add_argument("file", metavar="FILE", help="the export, or `-`")
    command.add_argument("--site", default="default", metavar="ID", help="the site (%(default)s)")
    command.add_argument("--dry-run", action="store_true", help="count, and write nothing")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import one file; the last line printed is the tally."""
    with open_input(arguments.file) as stream, _services(settings, arguments.dry_run) as services:
        work = Import(
            services=services,
            site=default_site(services, arguments.site, dry_run=arguments.dry_run),
            address_key=b"" if arguments.dry_run else address_key(settings),
            dry_run=arguments.dry_run,
            on_skip=_tell,
        )
        print(_follow(work, stream, arguments.file))
    return 0


def _follow(work: Import, stream: BinaryIO, name: str) -> Tally:
    size = Path(name).stat().st_size if name != "-" and Path(name).is_file() else None
    tally = Tally()
    with (
        tqdm(total=size, unit="B", unit_scale=True, disable=None, desc="import") as bar,
        ReadMeter(stream, bar.update) as metered,
    ):
        for tally in import_records(work, read(metered)):
            bar.set_postfix_str(f"{tally.read} comments")
    return tally


def _tell(place: str, problem: str) -> None:
    tqdm.write(f"skipped {place}: {problem}", file=sys.stderr)


@contextmanager
def _services(settings: Settings, dry_run: bool) -> Iterator[Services]:
    """Services over the settings' database; a dry run makes none where there is none yet."""
    if not dry_run:
        make_ready(settings)
    store = open_store(settings.database)
    try:
        if not dry_run or _is_ready(settings):
            yield build_services(settings, store=store, in_time=False)
            return
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'rehearsal.sqlite3'}"
            upgrade(url)
            rehearsal = open_store(url)
            try:
                yield build_services(settings, store=rehearsal, in_time=False)
            finally:
                rehearsal.dispose()
    finally:
        store.dispose()


def _is_ready(settings: Settings) -> bool:
    """Whether there is a database already. Opening SQLite would make an empty one."""
    prefix = "sqlite:///"
    return (
        not settings.database.startswith(prefix)
        or Path(settings.database.removeprefix(prefix)).is_file()
    )
