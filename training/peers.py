"""Scores of other products on our rows, each measured by the python of its own environment.

A peer is a small script under `benchmarks/peers` that turns JSON lines of texts into
JSON lines of scores. Nothing of a peer is ever imported here.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moderation.errors import InvalidInput
from training.metrics import Floats

SCRIPTS = Path(__file__).resolve().parent.parent / "benchmarks" / "peers"
TIMEOUT = 900
"""Seconds that a peer may take for all rows together."""


class PeerFailed(InvalidInput):
    """A peer was asked for and did not give a score for every text."""

    def __init__(self, problem: str) -> None:
        super().__init__("peer", problem)


@dataclass(frozen=True, slots=True)
class PeerScores:
    """One peer's version and its score for each text, in the order asked."""

    name: str
    version: str
    scores: Floats


def measure(name: str, python: str, texts: Sequence[str], scripts: Path = SCRIPTS) -> PeerScores:
    """Run the peer's script with `python` over `texts`.

    Raises `PeerFailed` when there is no such script or environment, when it ends with an
    error, or when it does not answer every text with a finite number.
    """
    script = scripts / f"{name.replace('-', '_')}.py"
    if not re.fullmatch(r"[a-z0-9_-]+", name) or not script.is_file():
        raise PeerFailed(f"no peer called {name!r} under benchmarks/peers")
    # JSON escapes keep lone surrogates and line breaks of a text inside its line.
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    try:
        done = subprocess.run(
            [python, str(script)],
            input=lines,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        # The name of the error alone: a peer's own message could quote a comment.
        raise PeerFailed(f"{name} could not be run: {type(error).__name__}") from error
    return _parse(name, done.stdout, len(texts))


def _parse(name: str, output: str, expected: int) -> PeerScores:
    try:
        head, *rows = [json.loads(line) for line in output.splitlines()]
        scores = np.array([row["score"] for row in rows], dtype=np.float64)
        version = str(head["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise PeerFailed(f"{name} did not answer in JSON lines") from error
    if len(scores) != expected or not np.isfinite(scores).all():
        raise PeerFailed(f"{name} answered {len(scores)} of {expected} texts")
    return PeerScores(name, version, scores)
