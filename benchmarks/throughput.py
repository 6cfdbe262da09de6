"""Comments a second in batches: us and the peer in turn, the same comments, one thread each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from benchmarks.comments import comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import Measured, Timing

LENGTHS: Final = (80, 400)
"""Mean characters of a comment."""

BATCH: Final = 2_000
PASSES: Final = 9
LIMIT: Final = Limit(floor=0.7, goal=1.5, of_ratio=True)


def measure(ours: Measured, peer: Measured, say: Callable[[str], None]) -> list[Measure]:
    """Two rows for each length, after one pass to warm up; no pass has a comment of another."""
    return [row for length in LENGTHS for row in _measured(length, ours, peer, say)]


def _measured(
    length: int, ours: Measured, peer: Measured, say: Callable[[str], None]
) -> list[Measure]:
    every = comments(BATCH * (PASSES + 1), length)
    timings: tuple[list[Timing], list[Timing]] = ([], [])
    for number in range(PASSES + 1):
        batch = [{"text": text} for text in every[number * BATCH : (number + 1) * BATCH]]
        for process, kept in zip((ours, peer), timings, strict=True):
            kept.append(process.time(batch))
        rate = BATCH / timings[0][-1].seconds[0]
        say(f"{length} characters, pass {number} of {PASSES}: {rate:,.0f} comments/s")
    return summary(length, timings[0][1:], timings[1][1:])


def summary(
    length: int, ours: Sequence[Timing], peer: Sequence[Timing], batch: int = BATCH
) -> list[Measure]:
    """Medians of both, and of the ratios within each pair of passes, with their extremes.

    Beside it the processor's time, which other work on the machine hardly changes.
    """
    rates = [[batch / timing.seconds[0] for timing in side] for side in (ours, peer)]
    costs = [median(1e6 * timing.cpu / batch for timing in side) for side in (ours, peer)]
    # What else the machine does hits the two passes of a pair alike.
    ratios = [mine / theirs for mine, theirs in zip(*rates, strict=True)]
    name = f"batch, {length} characters"
    return [
        Measure(
            name=name,
            unit="comments/s",
            ours=median(rates[0]),
            peer=median(rates[1]),
            ratio=median(ratios),
            low=min(ratios),
            high=max(ratios),
            limit=LIMIT,
        ),
        Measure(
            name=f"{name}: processor time of one comment", unit="µs", ours=costs[0], peer=costs[1]
        ),
    ]
