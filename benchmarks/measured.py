"""A process that scores and times itself: ours or a peer's, each by the python it needs.

Both are asked the same way, one after the other and never at once, with one thread for algebra.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PEER: Final = ROOT / "benchmarks" / "peers" / "alt_profanity_check.py"
ONE_THREAD: Final = {
    name: "1"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
}

FAST: Final = "fast"
"""The mode that every model has."""

Asked = Sequence[Mapping[str, Any]]
"""Comments as JSON: `text`, and for some an `article` with `title` and `text`."""


class MeasuringFailed(Exception):
    """What was to be measured did not start, did not answer or is not what it should be."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall-clock seconds of each call, and the processor's seconds for all of them together.

    `asked` is the share of comments about which an encoder was asked, where the process tells.
    """

    seconds: list[float]
    cpu: float
    asked: float = 0.0


class Measured:
    """A started process; a context manager that ends it."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it and read its head. Raises `MeasuringFailed` where there is none."""
        self._begun = time.perf_counter()
        try:
            self._process = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        except OSError as error:
            raise MeasuringFailed(f"{command[0]}: {error.strerror}") from error
        head = self._read()
        self.name = str(head["name"])
        self.version = str(head["version"])
        self.load = float(head.get("load", 0.0))
        """Seconds for loading the model alone, where the process tells."""
        self.modes = tuple(map(str, head.get("modes", (FAST,))))
        """In which it answers differently; a process that does not tell has one."""

    def time(self, comments: Asked, *, single: bool = False, mode: str = FAST) -> Timing:
        """Have the comments scored, as one batch or one by one."""
        assert self._process.stdin is not None
        try:
            asked = {"comments": list(comments), "single": single, "mode": mode}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise MeasuringFailed(f"{self.name} has ended") from error
        answer = self._read()
        seconds = [float(value) for value in answer["seconds"]]
        return Timing(seconds, float(answer["cpu"]), float(answer.get("asked", 0.0)))

    @property
    def age(self) -> float:
        """Seconds since the process was started."""
        return time.perf_counter() - self._begun

    def __enter__(self) -> Measured:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        # Closes its input, at whose end it ends.
        self._process.communicate()

    def _read(self) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            return json.loads(line)
        except ValueError:
            self._process.kill()
            self._process.communicate()
            raise MeasuringFailed("it ended without an answer; its message is above") from None


def product(models: Path) -> Measured:
    """Our process, over a folder of shipped models."""
    return Measured([sys.executable, "-m", "benchmarks.product", str(models.resolve())])


def peer(python: str) -> Measured:
    """The peer's process, run by the python of its environment."""
    return Measured([os.path.abspath(python), str(PEER), "--timed"])
