"""`feedback` and `train --from`: verdicts out of the database, and into a new version."""

from __future__ import annotations

import argparse
import os
import sys
import uuid
from argparse import _SubParsersAction as Commands
from collections.abc import Iterator
from pathlib import Path

from moderation import settings
from moderation.credentials import kept_secret
from moderation.settings import Settings
from moderation.storage import open_store
from training import feedback, site_version
from training.commands.measuring import model_folder
from training.feedback import FeedbackRow


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare `feedback`."""
    command = commands.add_parser(
        "feedback", help="write moderators' final verdicts as training rows (JSON lines)"
    )
    command.add_argument(
        "--out", type=Path, required=True, help="file to write, only yours to read"
    )
    command.add_argument("--site", help="the verdicts of one site (else of all)")
    command.set_defaults(run=run_feedback)


def run_feedback(chosen: argparse.Namespace) -> int:
    """Write the rows whole or not at all; the last line says how many."""
    draft = chosen.out.with_name(f"{chosen.out.name}.{uuid.uuid4().hex}")
    try:
        # Comments of people: nobody else on the machine may read them.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            count = feedback.write(_rows(settings.load(os.environ), chosen.site), out)
        os.replace(draft, chosen.out)
    finally:
        draft.unlink(missing_ok=True)
    sys.stdout.write(f"wrote {count} rows\n")
    return 0


def run_adapt(chosen: argparse.Namespace) -> int:
    """Adapt `--from` to the rows of `--feedback`, or to those of the database; its folder."""
    found = settings.load(os.environ)
    parent = model_folder(chosen.parent)
    if chosen.feedback is None:
        rows = list(_rows(found, None))
    else:
        with chosen.feedback.open("rb") as lines:
            rows = list(feedback.read(lines))
    folder = site_version.make(parent, rows, chosen.out or found.site_models)
    sys.stdout.write(f"learnt from {len(rows)} rows\n{folder}\n")
    return 0


def site_models() -> Path:
    """Where versions made on site live, by the settings."""
    return settings.load(os.environ).site_models


def _rows(found: Settings, site_id: str | None) -> Iterator[FeedbackRow]:
    store = open_store(found.database)
    try:
        yield from feedback.rows(
            store,
            key=kept_secret(Path(found.var) / "decider_key").encode()[:64],
            audit_rate=found.audit_rate,
            site_id=site_id,
        )
    finally:
        store.dispose()
