"""The table, its JSON, and the README that shows the run that was kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from benchmarks import report
from benchmarks.cli import KEPT, README
from benchmarks.limits import Limit, Measure
from benchmarks.report import Results

RUN = Results(
    date="2026-01-31",
    machine="2 cores",
    model="1.2.3",
    peer="other 4.5",
    measures=[
        Measure(
            "batch, 80 characters",
            "comments/s",
            ours=12_345.6,
            peer=10_000,
            ratio=1.2346,
            low=1.1,
            high=1.31,
            limit=Limit(0.7, 1.5, of_ratio=True),
        ),
        Measure("start", "s", ours=1.25, low=1.2, high=2.0, limit=Limit(1.0)),
    ],
    skipped={"memory": "there is no /proc"},
)
ALONE = replace(RUN, date="2026-02-01", peer=None, measures=[], skipped={})


def test_a_row_says_ours_the_peers_the_ratio_and_the_verdict() -> None:
    head, rule, batch, start = report.table(RUN.measures).splitlines()
    assert [cell.strip() for cell in batch.strip("| ").split("|")] == [
        "batch, 80 characters",
        "12,346 comments/s",
        "10,000 comments/s",
        "1.23x",
        "1.10 to 1.31x",
        "at least 0.7x",
        "at least 1.5x",
        "met",
    ]
    assert [cell.strip() for cell in start.split("|")][-4:] == ["under 1 s", "", "MISSED", ""]
    assert len({len(line) for line in (head, rule, batch, start)}) == 1


def test_what_was_not_measured_is_named_with_the_reason() -> None:
    assert "NOT MEASURED: memory, because there is no /proc." in report.text([RUN])


def test_json_brings_back_the_same_run_and_tells_the_verdicts() -> None:
    written = report.to_json([RUN, ALONE])
    assert report.from_json(written) == [RUN, ALONE]
    told = [[row["verdict"] for row in run["measures"]] for run in json.loads(written)]
    assert told == [["met", "MISSED"], []]


def test_the_readme_takes_runs_in_the_place_of_those_before() -> None:
    readme = f"above\n{report.BEGIN}\nold figures\n{report.END}\nbelow\n"
    shown = report.into_readme(readme, [RUN, ALONE])
    assert shown.startswith("above\n")
    assert shown.endswith("\nbelow\n")
    assert "old figures" not in shown
    assert report.table(RUN.measures) in shown
    assert "Model 1.2.3 beside other 4.5, 2026-01-31" in shown
    assert "Model 1.2.3, 2026-02-01" in shown
    assert report.into_readme(shown, [RUN, ALONE]) == shown


def test_a_readme_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        report.into_readme("nothing here", [RUN])


def test_the_readme_shows_the_runs_that_were_kept() -> None:
    kept = report.from_json(KEPT.read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")
    assert report.into_readme(readme, kept) == readme
