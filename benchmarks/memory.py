"""Memory of the real service under gunicorn with two workers, as PSS after it has been at work.

PSS (proportional set size, proc(5)) counts a page that n processes share as 1/n in each, so that
the sum over processes is what they take from the machine. Linux only.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import ROOT, MeasuringFailed

WORKERS: Final = 2
ARTICLES: Final = 300
"""Enough that each worker has seen more articles than it keeps."""

DEADLINE: Final = 60.0
"""Seconds within which the service has to be ready."""

LIMIT: Final = Limit(floor=150.0)
"""Megabytes (10^6 bytes) a worker."""


def why_not() -> str | None:
    """What keeps it from being measured here, or `None`."""
    if Path("/proc/self/smaps_rollup").exists():
        return None
    return "there is no /proc/PID/smaps_rollup here (Linux 4.14 and later has it)"


def measure(models: Path, say: Callable[[str], None]) -> list[Measure]:
    """Start the service, put both workers to work, read the PSS of its processes."""
    with tempfile.TemporaryDirectory() as folder, _served(models, Path(folder)) as (master, port):
        say("service started; putting its workers to work")
        key = json.loads((Path(folder) / "first-run.json").read_text(encoding="utf-8"))["api_key"]
        workers = _children(master)
        if len(workers) != WORKERS:
            raise MeasuringFailed(f"gunicorn has {len(workers)} workers and not {WORKERS}")
        before = [_ticks(worker) for worker in workers]
        _put_to_work(port, key)
        if not all(_ticks(w) > then for w, then in zip(workers, before, strict=True)):
            raise MeasuringFailed("a worker was never asked for anything")
        return summary([_pss(worker) for worker in workers], _pss(master))


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


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _ticks(process: int) -> int:
    """Processor time that a process has had."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(stat[11]) + int(stat[12])


@contextmanager
def _served(models: Path, var: Path) -> Iterator[tuple[int, int]]:
    """The service as `make run` starts it, over an empty site: process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MODERATION_", "PROMETHEUS_", "WEB_"))
    }
    ours = {"MODERATION_VAR": str(var), "MODERATION_MODELS": str(models.resolve())}
    ours |= {"WEB_CONCURRENCY": str(WORKERS), "MODERATION_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "moderation", "serve", "--port", str(port), "--no-demo"]
    with (var / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**kept, **ours}, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, port, var / "log")
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends_at = time.monotonic() + DEADLINE
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            if _send(port, "GET", "/readyz") == 200 and len(_children(process.pid)) == WORKERS:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    raise MeasuringFailed(f"the service did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _put_to_work(port: int, key: str) -> None:
    """Every article with a few comments under it, then the largest batches there are."""
    texts = iter(comments(4 * ARTICLES + 4_000, 400, seed=3))
    bodies: list[list[dict[str, Any]]] = [
        [{"text": next(texts), "article": asdict(article)} for _ in range(4)]
        for article in articles(ARTICLES, seed=3)
    ]
    bodies += [[{"text": next(texts)} for _ in range(1_000)] for _ in range(4)]
    with ThreadPoolExecutor(2 * WORKERS) as pool:
        statuses = set(
            pool.map(lambda body: _send(port, "POST", "/v1/classify", key, body), bodies)
        )
    if statuses != {200}:
        raise MeasuringFailed(f"the service answered {sorted(statuses)}")


def _send(port: int, method: str, path: str, key: str = "", body: object = None) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        # A connection for each request, so that whichever worker is free takes it.
        sent = None if body is None else json.dumps({"comments": body})
        connection.request(method, path, sent, headers if key else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
