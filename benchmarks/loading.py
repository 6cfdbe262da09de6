"""How soon a new process has its first score, and how much of that is loading the model.

The files are in the system's cache, as they are on a machine that has served before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from benchmarks.comments import comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import Measured

STARTS: Final = 5
LIMIT: Final = Limit(floor=1.0)
"""Seconds."""


def measure(
    start: Callable[[], Measured],
    start_peer: Callable[[], Measured] | None,
    say: Callable[[str], None],
) -> list[Measure]:
    """Start us and the peer in turn, from nothing to the first score."""
    whole, load, theirs = [], [], []
    for text in comments(STARTS, 80, seed=2):
        with start() as ours:
            ours.time([{"text": text}])
            whole.append(ours.age)
            load.append(ours.load)
        if start_peer:
            with start_peer() as peer:
                peer.time([{"text": text}])
                theirs.append(peer.age)
        say(f"start: first score after {whole[-1]:.2f} s")
    return summary(whole, load, theirs)


def summary(whole: Sequence[float], load: Sequence[float], peer: Sequence[float]) -> list[Measure]:
    """Medians with extremes, in seconds. Both have to stay under the limit."""
    return [
        Measure(
            name="process start to first score",
            unit="s",
            ours=median(whole),
            peer=median(peer) if peer else None,
            low=min(whole),
            high=max(whole),
            limit=LIMIT,
        ),
        Measure(
            name="loading the model",
            unit="s",
            ours=median(load),
            low=min(load),
            high=max(load),
            limit=LIMIT,
        ),
    ]
