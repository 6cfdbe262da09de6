"""A run's results as JSON and as a table, and the README that shows those that are kept.

Measures nothing and decides nothing: `benchmarks.limits` does.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.limits import Limit, Measure, verdict

BEGIN: Final = "<!-- measured: written by `python -m benchmarks readme` -->"
END: Final = "<!-- end of measured -->"
_HEAD: Final = ("measure", "ours", "peer", "ratio", "lowest to highest", "floor", "goal", "verdict")


@dataclass(frozen=True, slots=True)
class Results:
    """One run: when, on what kind of machine, what was measured and what was not, and why."""

    date: str
    machine: str
    model: str
    peer: str | None
    measures: Sequence[Measure]
    skipped: Mapping[str, str]


def results(
    model: str, peer: str | None, measures: Sequence[Measure], skipped: Mapping[str, str]
) -> Results:
    """The results of a run that ends now, on this machine."""
    date = datetime.now(UTC).date().isoformat()
    return Results(date, _machine(), model, peer, measures, skipped)


def to_json(runs: Sequence[Results]) -> str:
    """Everything, as JSON that `from_json` reads, with the verdicts for other readers."""
    plain = [asdict(run) for run in runs]
    for told, run in zip(plain, runs, strict=True):
        for row, measure in zip(told["measures"], run.measures, strict=True):
            row["verdict"] = verdict(measure)
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> list[Results]:
    """Read what `to_json` wrote; verdicts are reached anew."""
    return [_run(plain) for plain in json.loads(text)]


def text(runs: Sequence[Results]) -> str:
    """Markdown that reads well as plain text: of each run what was measured on what, its table."""
    return "\n\n".join(map(_text, runs))


def _run(plain: dict[str, Any]) -> Results:
    measures = []
    for row in plain.pop("measures"):
        del row["verdict"]
        limit = row.pop("limit")
        measures.append(Measure(**row, limit=Limit(**limit) if limit else None))
    return Results(**plain, measures=measures)


def _text(run: Results) -> str:
    beside = f" beside {run.peer}" if run.peer else ""
    lines = [f"Model {run.model}{beside}, {run.date}, on {run.machine}.", ""]
    lines.append(table(run.measures))
    lines += [f"\nNOT MEASURED: {what}, because {why}." for what, why in run.skipped.items()]
    return "\n".join(lines)


def table(measures: Sequence[Measure]) -> str:
    """One row a measure, padded to equal widths."""
    cells = [list(_HEAD), *(_row(measure) for measure in measures)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in [cells[0], ["-" * width for width in widths], *cells[1:]]
    ]
    return "\n".join(f"| {line} |" for line in lines)


def into_readme(readme: str, runs: Sequence[Results]) -> str:
    """The README with these in the place of those before. Raises `ValueError` without a place."""
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise ValueError("the README has no place for the figures")
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text(runs)}\n\n{END}{rest.split(END)[1]}"


def _row(measure: Measure) -> list[str]:
    limit, unit = measure.limit, measure.unit
    compared = measure.ratio is not None
    spread = [_number(value) for value in (measure.low, measure.high) if value is not None]
    sign = "at least" if limit and limit.of_ratio else "under"
    bounds = [limit.floor, limit.goal] if limit else [None, None]
    shown = "x" if limit and limit.of_ratio else f" {unit}"
    return [
        measure.name,
        f"{_number(measure.ours)} {unit}",
        "" if measure.peer is None else f"{_number(measure.peer)} {unit}",
        "" if measure.ratio is None else f"{measure.ratio:.{2 if measure.ratio >= 0.1 else 3}f}x",
        " to ".join(spread) + ("x" if compared and spread else ""),
        *("" if bound is None else f"{sign} {bound:g}{shown}" for bound in bounds),
        verdict(measure),
    ]


def _number(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3}f}"


def _machine() -> str:
    """The kind of machine: nothing that tells one of a kind from another."""
    try:
        found = re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE
        )
    except OSError:
        found = None
    family = found[1].strip() if found else platform.processor() or "unknown processor"
    python = platform.python_version()
    return f"{os.cpu_count()} cores ({family}, {platform.machine()}), Python {python}"
