"""A small site to try things on: two articles with their threads, written for this.

The comments come in like any others, are scored by the model in force and queued by
the default policy; one of them has been reported by a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from moderation.comments import Site
from moderation.importers import jsonl
from moderation.records import CommentRecord, Record
from moderation.stored import Objection
from moderation.workflow.importing import Import, Tally, import_records
from moderation.workflow.objections import object_to
from moderation.workflow.services import Services

CONTENT = Path(__file__).with_name("demo.jsonl")
REPORTED = "113"


def load_demo(services: Services, site: Site, address_key: bytes) -> Tally:
    """Bring the demo's comments into the site; again, nothing happens.

    Raises `NotScored` when the model cannot answer.
    """
    recent = _moved_up(list(_records()), services.now())
    *_, tally = import_records(Import(services, site, address_key), recent)
    if tally.stored:
        report = Objection("report", services.now(), "This means my neighbours.", "hateful", "u10")
        object_to(services, site, REPORTED, report)
    return tally


def _records() -> Iterator[Record]:
    with CONTENT.open("rb") as file:
        yield from jsonl.read(file)


def _moved_up(records: list[Record], now: datetime) -> Iterator[Record]:
    """The records with their times moved so that the last comment is minutes old."""
    written = [
        record.comment.created_at
        for record in records
        if isinstance(record, CommentRecord) and record.comment.created_at
    ]
    moved = now - timedelta(minutes=5) - max(written)
    for record in records:
        if isinstance(record, CommentRecord) and record.comment.created_at:
            then = record.comment.created_at + moved
            record = replace(record, comment=replace(record.comment, created_at=then))
        yield record
