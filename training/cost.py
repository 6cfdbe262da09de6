"""What a comment costs in each mode: milliseconds, and how often the encoder is asked.

Times are of the machine that measures, on one thread, and no promise: they are there to set the
modes side by side. `benchmarks/` holds the speed to its limits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from moderation.comments import Comment
from moderation.scoring.scorer import DEEP, Assessment, Scorer

Json = dict[str, Any]

COMMENTS: Final = 400
"""Of the development mix that are timed."""

_WARM: Final = 10
"""Comments that are scored once before the clock runs."""


def measure(
    scorer: Scorer,
    modes: Sequence[str],
    comments: Sequence[Comment],
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Json]:
    """For each mode: median, mean and 99th percentile in ms of single calls, and share asked.

    The modes take turns on each comment, so that what else the machine does counts for all.
    Empty without comments.
    """
    if not comments:
        return {}
    for comment in comments[:_WARM]:
        for mode in modes:
            scorer.assess([comment], mode=mode)
    seconds: dict[str, list[float]] = {mode: [] for mode in modes}
    assessed: dict[str, list[Assessment]] = {mode: [] for mode in modes}
    for comment in comments:
        for mode in modes:
            begun = clock()
            found = scorer.assess([comment], mode=mode)
            seconds[mode].append(clock() - begun)
            assessed[mode] += found
    return {
        mode: {
            "comments": len(comments),
            "median_ms": _ms(np.median(seconds[mode])),
            "mean_ms": _ms(np.mean(seconds[mode])),
            "p99_ms": _ms(np.quantile(seconds[mode], 0.99)),
            "asked": asked(assessed[mode]),
        }
        for mode in modes
    }


def asked(assessed: Sequence[Assessment]) -> float | None:
    """Share of comments about which the encoder was asked; `None` without a comment."""
    if not assessed:
        return None
    return round(sum(one.mode == DEEP for one in assessed) / len(assessed), 4)


def _ms(seconds: np.floating[Any]) -> float:
    return round(1_000 * float(seconds), 4)
