"""What a worker does beside answering: deliver what waits, score what could not be scored.

A daemon thread for each job in every worker. Jobs of two workers meet in the database, which gives
each piece of work to one of them, so a worker that is killed takes nothing with it.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_log = logging.getLogger("moderation.background")

WORST_PAUSE = 60.0
"""Seconds at most between two tries of a job that keeps failing."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again."""

    name: str
    run: Callable[[], bool]
    """Does a bounded piece of it; whether more waits to be done at once."""
    every: float
    """Seconds between two looks when nothing was left."""
    at_most: float = WORST_PAUSE
    """Seconds at most between two tries when it keeps failing, where `every` is no more."""
    stop: Callable[[float], object] | None = None
    """Ends what it has set going, within so many seconds."""


class Background:
    """Runs jobs until it is stopped."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._stopped = threading.Event()
        self._jobs = jobs
        self._threads = [
            threading.Thread(target=self._keep_running, args=(job,), name=job.name, daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        """Begin. To be called in the process that is to work: threads do not survive a fork."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Take up nothing more, and wait so long for what is being done."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(seconds)
        for job in self._jobs:
            if job.stop is not None:
                job.stop(seconds)

    def _keep_running(self, job: Job) -> None:
        failed = 0
        while not self._stopped.is_set():
            try:
                more = job.run()
                failed = 0
            except Exception as error:
                # Whatever is wrong now may be well in a moment; nothing else must suffer from it.
                failed += 1
                _log.warning("a job failed", extra={"job": job.name, "error": type(error).__name__})
                more = False
            if not more:
                self._stopped.wait(_pause(job, failed))


def _pause(job: Job, failed: int) -> float:
    """Seconds: longer each time that it fails, and never the same for two workers."""
    longest = max(job.every, job.at_most)
    return min(job.every * 2.0 ** min(failed, 10), longest) * random.uniform(0.75, 1.25)
