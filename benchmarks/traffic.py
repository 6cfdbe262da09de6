"""Comments over HTTP as a site sends them: how many a second the service can take, and how long
one waits for its answer at half of that.

Capacity is measured with every client asking again as soon as it is answered. Then comments come
at times of their own (Poisson), whether those before are answered or not, and a comment's time
runs from the moment at which it was due, so a stall counts for all that it keeps waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, Final

from benchmarks import vocabulary
from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import MeasuringFailed
from benchmarks.served import WORKERS, Served, served
from benchmarks.throughput import LENGTHS

CLIENTS: Final = 4 * WORKERS
"""Who ask at once while capacity is measured: enough that no worker waits."""

WARM, FED = 600, 3_000
"""Comments that are sent before anything is measured, and to measure capacity."""

SECONDS: Final = 20.0
"""How long comments come at their own times."""

LOAD: Final = 0.5
"""Share of the capacity at which they come."""

MOST_WAITING: Final = 64
"""Requests that may be under way at once; the service would have to be far behind to need them."""

LONG, ABUSIVE, UNDER_ARTICLE = 0.01, 0.10, 0.5
"""Shares of comments: of `LONG_LENGTHS`, with a line of abuse, and with their article."""

LONG_LENGTHS: Final = (5_001, 9_000)
"""Least characters of a long comment, drawn from these."""

ARTICLES: Final = 10

MODE: Final = "auto"
LIMIT: Final = Limit(floor=60.0)
"""Milliseconds that the 99th percentile has to stay under."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """One comment: seconds from when it was due to its answer, and who answered."""

    seconds: float
    by_encoder: bool


def why_not() -> str | None:
    """What keeps it from being measured here, or `None`."""
    if Path("/proc/self/task").is_dir():
        return None
    return "there is no /proc/PID/task here (Linux has it)"


def measure(models: Path, say: Callable[[str], None]) -> list[Measure]:
    """Start the service in the mode `auto`, find its capacity, then send half of it.

    Raises `MeasuringFailed` where it answers other than 200.
    """
    with served(models, {"MODERATION_MODE": MODE}) as service:
        _closed_loop(service, bodies(WARM, seed=4))
        capacity = _closed_loop(service, bodies(FED, seed=5))
        say(f"over HTTP: {capacity:,.0f} comments/s at most, now {LOAD:.0%} of it")
        due = arrivals(capacity * LOAD, SECONDS, seed=6)
        answered = _open_loop(service, bodies(len(due), seed=7), due)
    return summary(capacity, answered)


def summary(capacity: float, answered: Sequence[Answered]) -> list[Measure]:
    """Capacity, median, 99th percentile with its limit, slowest, and how often was asked."""
    milliseconds = [1_000 * one.seconds for one in answered]
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    name = f"HTTP, {MODE}, {WORKERS} workers"
    at = f"{name}, at {LOAD:.0%} of capacity"
    asked = sum(one.by_encoder for one in answered) / len(answered)
    return [
        Measure(name=f"{name}: capacity", unit="comments/s", ours=capacity),
        Measure(name=f"{at}: median", unit="ms", ours=cuts[49]),
        Measure(name=f"{at}: 99th percentile", unit="ms", ours=cuts[98], limit=LIMIT),
        Measure(name=f"{at}: slowest", unit="ms", ours=max(milliseconds)),
        Measure(name=f"{at}: encoder asked", unit="%", ours=100 * asked),
    ]


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Moments at which comments come within `seconds`, `rate` a second on average."""
    draw = Random(f"arrivals {seed}")
    gaps = [draw.expovariate(rate) for _ in range(round(2 * rate * seconds) + 10)]
    return [moment for moment in accumulate(gaps) if moment < seconds]


def bodies(count: int, seed: int) -> list[Body]:
    """Requests of one comment each, no two alike, in the order in which they are sent.

    Abusive ones are a comment and a line at the reader; half of all stand under an article.
    """
    draw = Random(f"bodies {seed}")
    short = [iter(comments(count, length, seed)) for length in LENGTHS]
    pieces = iter(comments(round(LONG * count + 1) * LONG_LENGTHS[1] // 100, 400, seed + 1_000))
    under = [asdict(article) for article in articles(ARTICLES, seed)]
    every = round(1 / LONG)
    found: list[Body] = []
    for place in range(count):
        # Spread evenly, so that any stretch of the run has its share.
        is_long = place % every == every // 2
        text = _joined(pieces, draw.randint(*LONG_LENGTHS)) if is_long else next(draw.choice(short))
        if draw.random() < ABUSIVE:
            text = f"{text} {abuse(draw)}"
        body: dict[str, Any] = {"text": text}
        if draw.random() < UNDER_ARTICLE:
            body["article"] = draw.choice(under)
        found.append(body)
    return found


def _joined(pieces: Iterator[str], length: int) -> str:
    text = next(pieces)
    while len(text) < length:
        text = f"{text} {next(pieces)}"
    return text


def abuse(draw: Random) -> str:
    """A line at the reader."""
    one, other = draw.sample(vocabulary.HARSH_NAMES, 2)
    return draw.choice(("You {}, you utter {}!", "What a {} you are, {}.")).format(one, other)


def _closed_loop(service: Served, sent: Sequence[Body]) -> float:
    """Comments a second where `CLIENTS` send these, each the next one once it is answered."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in clients.map(lambda body: _ask(service, body), sent):
            pass
    return len(sent) / (time.perf_counter() - begun)


def _open_loop(service: Served, sent: Sequence[Body], due: Sequence[float]) -> list[Answered]:
    """Each body at its moment, in seconds from the start, however many are unanswered."""
    begun = time.perf_counter()

    def ask(body: Body, moment: float) -> Answered:
        by_encoder = _ask(service, body)
        return Answered(time.perf_counter() - begun - moment, by_encoder)

    waiting = []
    with ThreadPoolExecutor(MOST_WAITING) as clients:
        for body, moment in zip(sent, due, strict=True):
            time.sleep(max(0.0, begun + moment - time.perf_counter()))
            waiting.append(clients.submit(ask, body, moment))
    return [one.result() for one in waiting]


def _ask(service: Served, body: Body) -> bool:
    """Send one comment; whether the encoder was asked about it."""
    status, answer = service.ask(body)
    if status != 200:
        raise MeasuringFailed(f"the service answered {status}")
    return bool(answer["mode"] == "deep")
