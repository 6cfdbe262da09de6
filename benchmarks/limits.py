"""What was measured, what it has to reach, and whether it did. Numbers in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MET, GOAL_MET, MISSED, NO_LIMIT = "met", "goal met", "MISSED", ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A floor, and perhaps a goal beyond it. A ratio has to reach it, all else to stay under it."""

    floor: float
    goal: float | None = None
    of_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: our figure, the peer's where it has one, and the limit, if any.

    `ratio` is ours to the peer's as measured pair by pair; `low` and `high` are its extremes,
    or those of `ours` where there is no ratio.
    """

    name: str
    unit: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    limit: Limit | None = None


def verdict(measure: Measure) -> str:
    """Whether the limit was met. Raises `ValueError` for a limit of a ratio that is not there."""
    limit = measure.limit
    if limit is None:
        return NO_LIMIT
    if not limit.of_ratio:
        if measure.ours >= limit.floor:
            return MISSED
        return GOAL_MET if limit.goal is not None and measure.ours < limit.goal else MET
    if measure.ratio is None:
        raise ValueError(f"{measure.name} has a limit for its ratio and no ratio")
    if measure.ratio < limit.floor:
        return MISSED
    return GOAL_MET if limit.goal is not None and measure.ratio >= limit.goal else MET


def exit_code(measures: Sequence[Measure]) -> int:
    """0 where every limit was met, 1 where one was missed, 2 where nothing was measured."""
    if not measures:
        return 2
    return int(any(verdict(measure) == MISSED for measure in measures))
