"""One comment a call, in process: without context, and under an article that was seen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import median, quantiles
from typing import Any, Final

from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import Measured
from benchmarks.throughput import LENGTHS

CALLS: Final = 200
ROUNDS: Final = 5
ARTICLES: Final = 10
PLAIN, SEEN = "without context", "article seen before"
LIMITS: Final = {PLAIN: Limit(floor=0.5), SEEN: Limit(floor=1.5)}
"""Milliseconds that the median has to stay under."""


def measure(ours: Measured, peer: Measured | None, say: Callable[[str], None]) -> list[Measure]:
    """Median and 99th percentile for each length and context; the peer knows no context."""
    rows = []
    for length in LENGTHS:
        rows += _measured(length, ours, peer)
        say(f"single calls, {length} characters: median {rows[-4].ours:.3f} ms without context")
    return rows


def _measured(length: int, ours: Measured, peer: Measured | None) -> list[Measure]:
    texts = iter(comments(2 * CALLS * (ROUNDS + 1), length, seed=1))
    under = [asdict(article) for article in articles(ARTICLES)]
    plain: list[float] = []
    seen: list[float] = []
    theirs: list[float] = []
    for number in range(ROUNDS + 1):
        bare = _asked(texts)
        first = [
            ours.time(bare, single=True).seconds,
            ours.time(_asked(texts, under), single=True).seconds,
            peer.time(bare, single=True).seconds if peer else [],
        ]
        if number:  # the first round warms up, and shows each article for the first time
            for kept, seconds in zip((plain, seen, theirs), first, strict=True):
                kept += seconds
    return [*rows(length, PLAIN, plain, theirs), *rows(length, SEEN, seen, [])]


def _asked(texts: Any, under: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:  # noqa: ANN401
    asked: list[dict[str, Any]] = [{"text": next(texts)} for _ in range(CALLS)]
    for place, comment in enumerate(asked if under else []):
        comment["article"] = under[place % len(under)]
    return asked


def rows(length: int, context: str, ours: Sequence[float], peer: Sequence[float]) -> list[Measure]:
    """A row for the median, with its limit, and one for the 99th percentile. Takes seconds."""
    name = f"single call, {length} characters, {context}"
    return [
        Measure(
            name=f"{name}: median",
            unit="ms",
            ours=1_000 * median(ours),
            peer=1_000 * median(peer) if peer else None,
            limit=LIMITS[context],
        ),
        Measure(
            name=f"{name}: 99th percentile",
            unit="ms",
            ours=1_000 * _p99(ours),
            peer=1_000 * _p99(peer) if peer else None,
        ),
    ]


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]
