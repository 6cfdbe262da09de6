"""The model in force: loaded when it is first asked for, and followed wherever `ACTIVE` leads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import Final

from moderation.errors import InvalidInput, ModelInvalid, NotFound, NotScored
from moderation.scoring.registry import Registry, load
from moderation.scoring.scorer import DEFAULT_EFFORT, Effort, Scorer

LOOK_AGAIN_AFTER: Final = 2.0
"""Seconds between two looks at a version that should be in force and is not."""

LOAD_AGAIN_AFTER: Final = 30.0
"""Seconds after which such a version is tried again although its files are the same."""

_LOG: Final = logging.getLogger(__name__)
_Files = frozenset[tuple[str, int, int, int]]


@dataclass(frozen=True, slots=True)
class _Missed:
    """A version that should be in force and is not, as its files were when it was tried."""

    files: _Files
    look_at: float
    load_at: float


class ActiveModel:
    """The scorer in force, for `ScorerSource`: follows `ACTIVE` at the cost of one stat a call.

    While the version that should be in force is not, its files are looked at every few seconds, so
    that one that appears, or is mended, is in force soon after.
    """

    def __init__(
        self,
        registry: Registry,
        effort: Effort = DEFAULT_EFFORT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Nothing is loaded before the first `current`. `clock` counts seconds."""
        self._registry = registry
        self._effort = effort
        self._clock = clock
        self._lock = Lock()
        self._seen: tuple[int, ...] | None = None
        self._scorer: Scorer | None = None
        self._missed: _Missed | None = None

    def current(self) -> Scorer:
        """The active model's scorer.

        A version that does not verify is logged and the one before stays in force; raises
        `NotScored` where there is none.
        """
        stamp = self._stamp()
        # While another thread loads, the rest have the model before, or none, at once: to wait
        # would hold up every answer. Only the very first has nothing that it could go on with.
        if self._is_to_look(stamp) and self._lock.acquire(blocking=self._seen is None):
            try:
                if self._is_to_look(stamp):
                    self._follow(stamp)
            finally:
                self._lock.release()
        if self._scorer is None:
            raise NotScored("no valid model is loaded", retry_after=30)
        return self._scorer

    def _is_to_look(self, stamp: tuple[int, ...]) -> bool:
        missed = self._missed
        return stamp != self._seen or (missed is not None and self._clock() >= missed.look_at)

    def _follow(self, stamp: tuple[int, ...]) -> None:
        now, missed, version = self._clock(), self._missed, self._wanted()
        files = self._files_of(version)
        if missed and (stamp, files) == (self._seen, missed.files) and now < missed.load_at:
            self._missed = replace(missed, look_at=now + LOOK_AGAIN_AFTER)
            return
        in_force = self._swap(version)
        again = _Missed(files, now + LOOK_AGAIN_AFTER, now + LOAD_AGAIN_AFTER)
        self._missed = None if in_force else again
        self._seen = stamp

    def _swap(self, version: str | None) -> bool:
        """Put the version in force; whether it is."""
        if version is None:
            _LOG.error("there is no model version to load")
            return False
        if self._scorer is not None and self._scorer.version == version:
            return True
        try:
            self._scorer = load(self._registry.path_of(version), self._effort)
        except (ModelInvalid, NotFound, InvalidInput) as problem:
            _LOG.error("model %s is not loaded: %s", version, problem.message)
            return False
        _LOG.info("model %s is in force", version)
        return True

    def _wanted(self) -> str | None:
        try:
            return self._registry.active()
        except (OSError, ValueError):
            return None

    def _files_of(self, version: str | None) -> _Files:
        """What is another whenever any file of the version is."""
        try:
            found = [
                (one.name, one.stat()) for one in self._registry.path_of(version or "").iterdir()
            ]
        except (OSError, NotFound, InvalidInput):
            return frozenset()
        return frozenset((name, of.st_size, of.st_mtime_ns, of.st_ino) for name, of in found)

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = self._registry.active_file.stat()
        except OSError:
            return (0,)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
