"""`models`: which versions there are, and which one answers."""

from __future__ import annotations

import argparse
import json

from moderation.assembly import registry
from moderation.commands.opening import Commands, one_of
from moderation.scoring.registry import verify
from moderation.scoring.scorer import FAST, MODES
from moderation.settings import Settings


def add(commands: Commands) -> None:
    """Declare `models list | show | activate | rollback`."""
    models = one_of(commands, "models", "versions of the model")
    command = models.add_parser(
        "list", help="every version, the active one marked with *, and its modes"
    )
    command.set_defaults(run=run_list)
    command = models.add_parser("show", help="the verified manifest of a version, as JSON")
    command.add_argument("version", metavar="VERSION", nargs="?", help="(the active one)")
    command.set_defaults(run=run_show)
    command = models.add_parser("activate", help="have a version answer from now on")
    command.add_argument("version", metavar="VERSION")
    command.set_defaults(run=run_activate)
    command = models.add_parser("rollback", help="go back to the version before")
    command.set_defaults(run=run_rollback)


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a version."""
    for version in registry(settings).list_versions():
        mark = "*" if version.active else " "
        made = "shipped" if version.shipped else "made here"
        print(
            f"{mark} {version.name}\t{made}\t{', '.join(MODES if version.has_encoder else [FAST])}"
        )
    return 0


def run_show(arguments: argparse.Namespace, settings: Settings) -> int:
    """The manifest, after every file of the version was found to match it."""
    known = registry(settings)
    version = arguments.version or known.active()
    print(json.dumps(verify(known.path_of(version or "")), indent=2, sort_keys=True))
    return 0


def run_activate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Activate a verified version; running workers take it up by themselves."""
    registry(settings).activate(arguments.version)
    print(f"{arguments.version} is active.")
    return 0


def run_rollback(arguments: argparse.Namespace, settings: Settings) -> int:
    """Reactivate what was active before."""
    print(f"{registry(settings).rollback()} is active again.")
    return 0
