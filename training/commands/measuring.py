"""`evaluate` and `report`: how good a version is, and its card."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import _SubParsersAction as Commands
from dataclasses import replace
from pathlib import Path

from moderation import settings
from moderation.assembly import registry
from moderation.errors import NotFound
from moderation.scoring.registry import MANIFEST, load
from moderation.scoring.scorer import MODES, Scorer
from training import datasets, modes, peer_suites, suite
from training.card import summary
from training.evaluate import FUNCTIONAL, SUITES, evaluate, held_out, most_rows_of
from training.gates import failed, gates
from training.modes import InMode
from training.peers import PeerScores, measure
from training.report import CARD, CARD_HTML, EVALUATION, finish, write_evaluation

KNOWN_PEERS = ("alt-profanity-check",)
"""Peers that the tables name even where they were not measured."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare `evaluate` and `report`."""
    command = commands.add_parser(
        "evaluate", help="measure a model on held-out rows; 1 when a promise is not kept"
    )
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder of Parquet files")
    source.add_argument(
        "--suite", type=Path, help="a functional suite (CSV of ours, or with HateCheck's columns)"
    )
    _add_model(command)
    command.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=PYTHON",
        help="measure a peer too, with the python of its own environment",
    )
    command.add_argument(
        "--out", type=Path, help="write the figures to this file (else into the model's folder)"
    )
    command.add_argument("--rows", type=int, help="rows of each set at most")
    command.add_argument(
        "--mode",
        action="append",
        default=[],
        choices=MODES,
        help="this mode alone (may be given again); else every mode that the model has",
    )
    command.add_argument("--quiet", action="store_true", help="no progress bars")
    command.set_defaults(run=run_evaluate)
    command = commands.add_parser(
        "report", help="write a model's card (Markdown and HTML) and pictures"
    )
    _add_model(command)
    command.set_defaults(run=run_report)


def run_evaluate(chosen: argparse.Namespace) -> int:
    """Measure, print the tables, keep the figures; 1 when a measured promise is not kept."""
    folder = model_folder(chosen.model)
    scorer = load(folder)
    if chosen.suite is not None:
        return _run_suite(chosen, scorer)
    measured = modes.chosen(scorer, chosen.mode)
    data = datasets.load(chosen.data)
    most_rows = chosen.rows or most_rows_of(measured)
    texts = list(held_out(data, most_rows)["text"])
    written = peer_suites.texts(SUITES, suite.read(SUITES / FUNCTIONAL))
    both = _peers(chosen.peer, [*texts, *written])
    peers = [replace(peer, scores=peer.scores[: len(texts)]) for peer in both]
    missing = {
        name: "no environment was given; `make peers` makes one"
        for name in KNOWN_PEERS
        if name not in {peer.name for peer in peers}
    }
    result = evaluate(
        data,
        scorer,
        peers,
        missing,
        suites=SUITES,
        suite_peers=[replace(peer, scores=peer.scores[len(texts) :]) for peer in both],
        most_rows=most_rows,
        wanted=measured,
        progress=not chosen.quiet,
    )
    if chosen.out is not None:
        write_evaluation(result, chosen.out)
    else:
        write_evaluation(result, folder / EVALUATION)
        finish(folder)
    found = gates(result)
    sys.stdout.write(summary(result, found) + "\n")
    return 1 if failed(found) else 0


def _run_suite(chosen: argparse.Namespace, scorer: Scorer) -> int:
    cases = suite.read(chosen.suite)
    measured = modes.chosen(scorer, chosen.mode)
    each = {mode: suite.measure(cases, InMode(scorer, mode)) for mode in measured}
    if chosen.out is not None:
        write_evaluation({**each[modes.judged(scorer, measured)], "modes": each}, chosen.out)
    sys.stdout.write("\n\n".join(suite.summary(result) for result in each.values()) + "\n")
    return 0


def run_report(chosen: argparse.Namespace) -> int:
    """Write the card into the version's folder and seal it again."""
    folder = model_folder(chosen.model)
    # Nothing of a folder is sealed anew before it has been found to be what it says.
    load(folder)
    finish(folder)
    sys.stdout.write(f"{folder / CARD}\n{folder / CARD_HTML}\n")
    return 0


def model_folder(wanted: str | None) -> Path:
    """A folder as it is, a version by its name, or the version in force.

    Raises `NotFound` where there is none.
    """
    if wanted is not None and (Path(wanted) / MANIFEST).is_file():
        return Path(wanted)
    known = registry(settings.load(os.environ))
    version = wanted or known.active()
    if version is None:
        raise NotFound("there is no model yet: train one, or name one with --model")
    return known.path_of(version)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", metavar="PATH_OR_VERSION", help="the model (else the one in force)"
    )


def _peers(wanted: list[str], texts: list[str]) -> list[PeerScores]:
    return [
        measure(name, python, texts) for name, _, python in (one.partition("=") for one in wanted)
    ]
