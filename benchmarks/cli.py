"""`python -m benchmarks`: run everything, or show and keep what a run has measured.

`run` ends with 0 where every limit was met, 1 where one was missed, 2 where something broke.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from benchmarks import (
    desk,
    desk_queries,
    latency,
    limits,
    loading,
    memory,
    report,
    throughput,
    traffic,
)
from benchmarks.limits import Measure
from benchmarks.measured import ROOT, Measured, MeasuringFailed, peer, product

KEPT: Final = ROOT / "benchmarks" / "results.json"
README: Final = ROOT / "benchmarks" / "README.md"
NO_PEER: Final = "`make peers` makes it an environment"
NO_SERVER: Final = "--postgres names a server to make a database on"
PARTS: Final = ("throughput", "latency", "loading", "memory", "traffic", "keys", "queries")

_BESIDE: Final = ("throughput", "latency", "loading")
"""Of them those that the peer is measured beside."""


def parser() -> argparse.ArgumentParser:
    """The whole command line, each subcommand with its `run`."""
    main = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = main.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("run", help="measure everything")
    command.add_argument("--models", type=Path, default=ROOT / "models", help="shipped models")
    command.add_argument("--peer", metavar="PYTHON", help="python of the peer's environment")
    command.add_argument("--postgres", metavar="URL", help="server for the queries of the desk")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    command.add_argument("--only", choices=PARTS, help="this part alone")
    command.set_defaults(run=_run)
    for name, run, help_ in (
        ("table", _table, "print the table of a run"),
        ("readme", _readme, "keep the results of runs and show them in the README"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument(
            "results", type=Path, nargs="+", metavar="FILE", help="JSON that `run` wrote"
        )
        command.set_defaults(run=run)
    return main


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (MeasuringFailed, OSError, ValueError) as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2
    return code


def _run(chosen: argparse.Namespace) -> int:
    measures: list[Measure] = []
    skipped: dict[str, str] = {}
    parts = (chosen.only,) if chosen.only else PARTS
    with ExitStack() as running:
        ours = running.enter_context(product(chosen.models))
        other = _peer(chosen.peer, running, skipped) if {*parts} & {*_BESIDE} else None
        if "throughput" in parts and other:
            measures += throughput.measure(ours, other, _say)
        if "latency" in parts:
            measures += latency.measure(ours, other, _say)
        model, name = ours.version, f"{other.name} {other.version}" if other else None
    if "loading" in parts:
        start_peer = partial(peer, chosen.peer) if other else None
        measures += loading.measure(partial(product, chosen.models), start_peer, _say)
    if "memory" in parts:
        measures += _of_service(memory, "memory", chosen.models, skipped)
    if "traffic" in parts:
        measures += _of_service(traffic, "traffic over HTTP", chosen.models, skipped)
    if "queries" in parts and chosen.postgres:
        measures += desk_queries.measure(chosen.postgres, _say)
    elif "queries" in parts:
        skipped["the queries of the review desk"] = NO_SERVER
    if "keys" in parts:
        measures += _of_service(desk, "keys at the desk", chosen.models, skipped)
    found = report.results(model, name, measures, skipped)
    print(report.text([found]))
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(report.to_json([found]), encoding="utf-8")
    return limits.exit_code(measures)


def _peer(python: str | None, running: ExitStack, skipped: dict[str, str]) -> Measured | None:
    """The peer where there is one; what goes unmeasured without it is noted."""
    why = NO_PEER
    if python and Path(python).exists():
        try:
            return running.enter_context(peer(python))
        except MeasuringFailed as problem:
            why = f"it does not start: {problem}; {NO_PEER}"
    skipped["everything beside alt-profanity-check, and so batches"] = why
    _say(f"SKIPPED: alt-profanity-check, and with it batches: {why}")
    return None


def _of_service(
    part: ModuleType, name: str, models: Path, skipped: dict[str, str]
) -> list[Measure]:
    """What is measured on the running service, where this machine can tell."""
    if why := part.why_not():
        skipped[name] = why
        _say(f"SKIPPED: {name}: {why}")
        return []
    found: list[Measure] = part.measure(models, _say)
    return found


_say: Callable[[str], None] = partial(print, file=sys.stderr, flush=True)


def _table(chosen: argparse.Namespace) -> int:
    print(report.text(_runs(chosen.results)))
    return 0


def _readme(chosen: argparse.Namespace) -> int:
    runs = _runs(chosen.results)
    shown = report.into_readme(README.read_text(encoding="utf-8"), runs)
    KEPT.write_text(report.to_json(runs), encoding="utf-8")
    README.write_text(shown, encoding="utf-8")
    return 0


def _runs(files: Sequence[Path]) -> list[report.Results]:
    return [run for file in files for run in report.from_json(file.read_text(encoding="utf-8"))]
