"""Memory of the real service under gunicorn with two workers, as PSS after it has been at work.

PSS (proportional set size, proc(5)) counts a page that n processes share as 1/n in each, so that
the sum over processes is what they take from the machine. Linux only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import MeasuringFailed
from benchmarks.served import WORKERS, Served, served

ARTICLES: Final = 300
"""Enough that each worker has seen more articles than it keeps."""

LIMIT: Final = Limit(floor=150.0)
"""Megabytes (10^6 bytes) a worker."""


def why_not() -> str | None:
    """What keeps it from being measured here, or `None`."""
    if Path("/proc/self/smaps_rollup").exists():
        return None
    return "there is no /proc/PID/smaps_rollup here (Linux 4.14 and later has it)"


def measure(models: Path, say: Callable[[str], None]) -> list[Measure]:
    """Start the service, put both workers to work, read the PSS of its processes."""
    with served(models) as service:
        say("service started; putting its workers to work")
        workers = service.workers
        if len(workers) != WORKERS:
            raise MeasuringFailed(f"gunicorn has {len(workers)} workers and not {WORKERS}")
        before = [_ticks(worker) for worker in workers]
        _put_to_work(service)
        if not all(_ticks(w) > then for w, then in zip(workers, before, strict=True)):
            raise MeasuringFailed("a worker was never asked for anything")
        return summary([_pss(worker) for worker in workers], _pss(service.master))


def summary(workers: list[float], master: float) -> list[Measure]:
    """The larger worker against the limit, and everything together. Takes megabytes."""
    return [
        Measure(
            name=f"PSS of a worker, the largest of {len(workers)}",
            unit="MB",
            ours=max(workers),
            low=min(workers),
            high=max(workers),
            limit=LIMIT,
        ),
        Measure(name="PSS of the service, with the master", unit="MB", ours=sum(workers) + master),
    ]


def pss(rollup: str) -> float:
    """Megabytes that a `smaps_rollup` states. Raises `ValueError` where it states none."""
    found = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    if not found:
        raise ValueError("there is no Pss in it")
    return int(found[1]) * 1_024 / 1e6


def _pss(process: int) -> float:
    return pss(Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii"))


def _ticks(process: int) -> int:
    """Processor time that a process has had."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(stat[11]) + int(stat[12])


def _put_to_work(service: Served) -> None:
    """Every article with a few comments under it, then the largest batches there are."""
    texts = iter(comments(4 * ARTICLES + 4_000, 400, seed=3))
    bodies: list[list[dict[str, Any]]] = [
        [{"text": next(texts), "article": asdict(article)} for _ in range(4)]
        for article in articles(ARTICLES, seed=3)
    ]
    bodies += [[{"text": next(texts)} for _ in range(1_000)] for _ in range(4)]
    with ThreadPoolExecutor(2 * WORKERS) as pool:
        statuses = set(pool.map(lambda body: service.ask({"comments": body})[0], bodies))
    if statuses != {200}:
        raise MeasuringFailed(f"the service answered {sorted(statuses)}")
