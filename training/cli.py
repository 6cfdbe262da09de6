"""`python -m training`: each subcommand a thin shell over one function.

Data is always an argument; models are the site's unless a folder is named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moderation.errors import ModerationError
from training import datasets, settings, train
from training.commands import measuring, teaching, verdicts
from training.teacher_scores import SHIPPED, TeacherScores


def parser() -> argparse.ArgumentParser:
    """The whole command line, each subcommand with its `run`."""
    main = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = main.add_subparsers(required=True, metavar="COMMAND")
    _add_datasets(commands)
    _add_train(commands)
    teaching.add(commands)
    measuring.add(commands)
    verdicts.add(commands)
    return main


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 2 after an error that has been printed."""
    chosen = parser().parse_args(arguments)
    try:
        result: int = chosen.run(chosen)
    except ModerationError as problem:
        print(f"{problem.code}: {problem.message}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"{problem.filename or 'file'}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    return result


Subparsers = argparse._SubParsersAction


def _add_datasets(commands: Subparsers[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("datasets", help="list the known data sets and check their files")
    command.add_argument("--data", type=Path, required=True, help="folder of Parquet files")
    command.set_defaults(run=_datasets)


def _datasets(chosen: argparse.Namespace) -> int:
    print(f"{'set':40} {'rows':>7}  {'use':14} {'file':8} licence")
    for found in datasets.survey(chosen.data):
        state = "known" if found.matches else "other" if found.present else "absent"
        source = found.source
        print(f"{source.name:40} {found.rows:7}  {source.use:14} {state:8} {source.licence}")
    return 0


def _add_train(commands: Subparsers[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("train", help="train a model and write its version folder")
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder of Parquet files")
    source.add_argument(
        "--from", dest="parent", metavar="VERSION", help="adapt this version to verdicts alone"
    )
    command.add_argument("--feedback", type=Path, help="rows for --from (else the database's)")
    command.add_argument("--config", type=Path, default=settings.DEFAULT, help="TOML file")
    command.add_argument("--out", type=Path, help="where to write it (else the site's models)")
    command.add_argument(
        "--linear", type=Path, help="version folder whose linear parts are taken over as they are"
    )
    command.add_argument("--teacher", type=Path, help="file of `teach` (else the shipped scores)")
    command.add_argument("--resume", action="store_true", help="go on where one was interrupted")
    command.add_argument("--quiet", action="store_true", help="no progress bars")
    command.set_defaults(run=_train)


def _train(chosen: argparse.Namespace) -> int:
    if chosen.parent is not None:
        return verdicts.run_adapt(chosen)
    folder = train.train(
        chosen.data,
        settings.read(chosen.config),
        chosen.out or verdicts.site_models(),
        teacher=TeacherScores.read(chosen.teacher or SHIPPED),
        resume=chosen.resume,
        progress=not chosen.quiet,
        linear=chosen.linear,
    )
    print(folder)
    return 0
