"""`export`: a site's articles and comments as JSON lines that `import` reads."""

from __future__ import annotations

import argparse

import msgspec
from tqdm import tqdm

from moderation.commands.opening import Commands, opened_store, site_of
from moderation.commands.streams import open_output
from moderation.comments import StoredArticle, StoredComment
from moderation.settings import Settings
from moderation.workflow.exporting import export


def add(commands: Commands) -> None:
    """Declare `export`."""
    command = commands.add_parser("export", help="write a site's articles and comments as JSONL")
    command.add_argument("file", metavar="FILE", nargs="?", default="-", help="(standard output)")
    command.add_argument("--site", default="default", metavar="ID", help="(%(default)s)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write one line an article, then one a comment."""
    with opened_store(settings) as store:
        with store.read() as work:
            site = site_of(work, arguments.site)
        with open_output(arguments.file) as out:
            for found in tqdm(export(store, site.id), disable=None, desc="export", unit="line"):
                out.write(msgspec.json.encode(_line(found)) + b"\n")
    return 0


def _line(found: StoredArticle | StoredComment) -> dict[str, object]:
    if isinstance(found, StoredArticle):
        return {
            "type": "article",
            "id": found.id,
            "title": found.title,
            "text": found.text,
            "url": found.url,
        }
    author = {
        name: value
        for name in ("id", "name", "email_hash", "ip_hash")
        if (value := getattr(found.author, name)) is not None
    }
    return {
        "type": "comment",
        "id": found.id,
        "text": found.text,
        "article_id": found.article_id,
        "parent_id": found.parent_id,
        "author": author,
        "created_at": found.created_at.isoformat(),
        "kind": found.kind,
        "status": found.status.value,
        "source_status": found.source_status,
        "revision": found.revision,
        "ruling": found.ruling,
    }
