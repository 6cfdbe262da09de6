"""Comments a second in batches: us in each mode and the peer in turn, the same comments, one
thread each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from benchmarks.comments import comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import FAST, Measured, Timing

LENGTHS: Final = (80, 400)
"""Mean characters of a comment."""

BATCH: Final = 2_000
PASSES: Final = 9

BATCH_ASKED, PASSES_ASKED = 250, 5
"""The same where an encoder is asked, which takes a hundred times as long."""

LIMIT: Final = Limit(floor=0.7, goal=1.5, of_ratio=True)
"""Of the linear model; a mode that asks the encoder is only shown."""


def measure(ours: Measured, peer: Measured, say: Callable[[str], None]) -> list[Measure]:
    """Rows for each length and mode, after a pass to warm up; no pass has a comment of another."""
    return [
        row
        for length in LENGTHS
        for mode in ours.modes
        for row in _measured(length, mode, ours, peer, say)
    ]


def _measured(
    length: int, mode: str, ours: Measured, peer: Measured, say: Callable[[str], None]
) -> list[Measure]:
    size, passes = (BATCH, PASSES) if mode == FAST else (BATCH_ASKED, PASSES_ASKED)
    every = comments(size * (passes + 1), length)
    timings: tuple[list[Timing], list[Timing]] = ([], [])
    for number in range(passes + 1):
        batch = [{"text": text} for text in every[number * size : (number + 1) * size]]
        timings[0].append(ours.time(batch, mode=mode))
        timings[1].append(peer.time(batch))
        rate = size / timings[0][-1].seconds[0]
        say(f"{mode}, {length} characters, pass {number} of {passes}: {rate:,.0f} comments/s")
    return summary(length, timings[0][1:], timings[1][1:], size, mode)


def summary(
    length: int,
    ours: Sequence[Timing],
    peer: Sequence[Timing],
    batch: int = BATCH,
    mode: str = FAST,
) -> list[Measure]:
    """Medians of both, and of the ratios within each pair of passes, with their extremes.

    Beside it the processor's time, which other work on the machine hardly changes.
    """
    rates = [[batch / timing.seconds[0] for timing in side] for side in (ours, peer)]
    costs = [median(1e6 * timing.cpu / batch for timing in side) for side in (ours, peer)]
    # What else the machine does hits the two passes of a pair alike.
    ratios = [mine / theirs for mine, theirs in zip(*rates, strict=True)]
    name = f"batch, {mode}, {length} characters"
    rows = [
        Measure(
            name=name,
            unit="comments/s",
            ours=median(rates[0]),
            peer=median(rates[1]),
            ratio=median(ratios),
            low=min(ratios),
            high=max(ratios),
            limit=LIMIT if mode == FAST else None,
        ),
        Measure(
            name=f"{name}: processor time of one comment", unit="µs", ours=costs[0], peer=costs[1]
        ),
    ]
    if mode != FAST:
        share = median(timing.asked for timing in ours)
        rows.append(Measure(name=f"{name}: encoder asked", unit="%", ours=100 * share))
    return rows
