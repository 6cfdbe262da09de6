"""`export`: everything as JSON lines; `import` reads them."""

from __future__ import annotations

import argparse

import msgspec
from tqdm import tqdm

from moderation.assembly import address_key
from moderation.commands.export_lines import line_of
from moderation.commands.opening import Commands, opened_store, site_of
from moderation.commands.streams import open_output
from moderation.settings import Settings
from moderation.workflow.exporting import export


def add(commands: Commands) -> None:
    """Declare `export`."""
    command = commands.add_parser(
        "export",
        help="write everything as JSON lines",
        description="Writes sites, articles, comments with their revisions and rulings, reports, "
        "appeals, review items with all events, and suggestions. Moderators are keyed hashes.",
    )
    command.add_argument("file", metavar="FILE", nargs="?", default="-", help="(standard output)")
    command.add_argument("--site", metavar="ID", help="that site alone (default: every site)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write every site's lines one after the other, each beginning with the site itself."""
    with opened_store(settings) as store:
        with store.read() as work:
            wanted = [site_of(work, arguments.site)] if arguments.site else work.sites.all()
        key = address_key(settings)
        with (
            open_output(arguments.file) as out,
            tqdm(disable=None, desc="export", unit="line") as bar,
        ):
            for site in wanted:
                for found in export(store, site.id, key=key):
                    out.write(msgspec.json.encode(line_of(found)) + b"\n")
                    bar.update()
    return 0
