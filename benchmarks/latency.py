"""One comment a call, in process: without context, and under an article that was seen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from statistics import median, quantiles
from typing import Any, Final

from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import FAST, Measured
from benchmarks.throughput import LENGTHS

CALLS: Final = 200
ROUNDS: Final = 5
ARTICLES: Final = 10
PLAIN, SEEN = "without context", "article seen before"
LIMITS: Final = {PLAIN: Limit(floor=0.5), SEEN: Limit(floor=1.5)}
"""Milliseconds that the linear model's median has to stay under; a mode that asks the encoder is
only shown."""


def measure(ours: Measured, peer: Measured | None, say: Callable[[str], None]) -> list[Measure]:
    """Median and 99th percentile for each mode, length and context; the peer knows no context."""
    found = []
    for length in LENGTHS:
        for mode in ours.modes:
            found += _measured(length, mode, ours, peer)
            told = f"single calls, {mode}, {length} characters"
            say(f"{told}: median {found[-4].ours:.3f} ms without context")
    return found


def _measured(length: int, mode: str, ours: Measured, peer: Measured | None) -> list[Measure]:
    texts = iter(comments(2 * CALLS * (ROUNDS + 1), length, seed=1))
    under = [asdict(article) for article in articles(ARTICLES)]
    plain: list[list[float]] = []
    seen: list[list[float]] = []
    theirs: list[list[float]] = []
    for number in range(ROUNDS + 1):
        bare = _asked(texts)
        first = [
            ours.time(bare, single=True, mode=mode).seconds,
            ours.time(_asked(texts, under), single=True, mode=mode).seconds,
            peer.time(bare, single=True).seconds if peer else [],
        ]
        if number:  # the first round warms up, and shows each article for the first time
            for kept, seconds in zip((plain, seen, theirs), first, strict=True):
                kept.append(seconds)
    return [
        *rows(length, PLAIN, plain, theirs if peer else [], mode),
        *rows(length, SEEN, seen, [], mode),
    ]


def _asked(texts: Any, under: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:  # noqa: ANN401
    asked: list[dict[str, Any]] = [{"text": next(texts)} for _ in range(CALLS)]
    for place, comment in enumerate(asked if under else []):
        comment["article"] = under[place % len(under)]
    return asked


def rows(
    length: int,
    context: str,
    ours: Sequence[Sequence[float]],
    peer: Sequence[Sequence[float]],
    mode: str = FAST,
) -> list[Measure]:
    """A row for the median and one for the 99th percentile. Takes the seconds of each round.

    The ratio to the peer is that of the medians within each round, since what else the machine
    does counts on both sides there.
    """
    name = f"single call, {mode}, {length} characters, {context}"
    ratios = [median(mine) / median(theirs) for mine, theirs in zip(ours, peer, strict=False)]
    mine, theirs = list(chain(*ours)), list(chain(*peer))
    return [
        Measure(
            name=f"{name}: median",
            unit="ms",
            ours=1_000 * median(mine),
            peer=1_000 * median(theirs) if theirs else None,
            ratio=median(ratios) if ratios else None,
            low=min(ratios) if ratios else None,
            high=max(ratios) if ratios else None,
            limit=LIMITS[context] if mode == FAST else None,
        ),
        Measure(
            name=f"{name}: 99th percentile",
            unit="ms",
            ours=1_000 * _p99(mine),
            peer=1_000 * _p99(theirs) if theirs else None,
        ),
    ]


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]
