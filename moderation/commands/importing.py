"""`import`: take in the comments of another system."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from moderation.assembly import address_key, build_services
from moderation.commands.database import make_ready
from moderation.commands.opening import Commands
from moderation.commands.streams import ReadMeter, open_input
from moderation.comments import Site
from moderation.errors import ImportRefused
from moderation.importers import read
from moderation.settings import Settings
from moderation.storage import open_store, upgrade
from moderation.workflow.import_report import ImportReport
from moderation.workflow.import_sites import (
    DEFAULT_SITE,
    default_site,
    import_file,
    site_as_told,
)
from moderation.workflow.importing import Import, Tally
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
    command.add_argument(
        "--site",
        metavar="ID",
        help="the site (default: the one that the file names, else `default`)",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="say what would be stored, and write nothing"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import one file; the last line printed is the tally."""
    dry, named = arguments.dry_run, arguments.site
    report = ImportReport()
    with open_input(arguments.file) as stream, _services(settings, dry) as services:

        def start(told: Site | None) -> Import:
            if named is None and told is not None:
                site = site_as_told(services, told, dry_run=dry)
            else:
                site = default_site(services, named or DEFAULT_SITE.id, dry_run=dry)
            key = b"" if dry else address_key(settings)
            return Import(services, site, key, dry, _tell, report=report)

        tally, refusal = _follow(start, stream, arguments.file, as_one=named is not None)
    if dry:
        print("Nothing was written; this is what an import would do.")
        print(*report.lines(), sep="\n")
    print(tally)
    if refusal is not None:
        raise refusal
    return 0


def _follow(
    start: Callable[[Site | None], Import], stream: BinaryIO, name: str, *, as_one: bool
) -> tuple[Tally, ImportRefused | None]:
    """The tally, with what is wrong where the file breaks; raises that where nothing was read."""
    size = Path(name).stat().st_size if name != "-" and Path(name).is_file() else None
    tally, refusal = Tally(), None
    with (
        tqdm(total=size, unit="B", unit_scale=True, disable=None, desc="import") as bar,
        ReadMeter(stream, bar.update) as metered,
    ):
        try:
            for tally in import_file(start, read(metered), as_one=as_one):
                bar.set_postfix_str(f"{tally.read} comments")
        except ImportRefused as error:
            if tally == Tally():
                raise
            refusal = error
    return tally, refusal


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
