"""Moderators as they are on a bad day: slow, undecided, in each other's way, suddenly gone.

They wait for one another and never for the clock, so a run goes as fast as the service does.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.drills.crowd import Moderator, Said

LINGER = 60
"""Verdicts that others give while somebody sits over one comment."""


@dataclass
class Floor:
    """What goes on around a moderator: what is on whose screen, and how many verdicts were given.

    `busy` is how many are at work who wait for nobody.
    """

    busy: int
    verdicts: int = 0
    screens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()

    def add_verdict(self) -> None:
        """One more was given."""
        with self._changed:
            self.verdicts += 1
            self._changed.notify_all()

    def leave(self) -> None:
        """One fewer is at work."""
        with self._changed:
            self.busy -= 1
            self._changed.notify_all()

    def linger(self) -> None:
        """Do nothing until others have given `LINGER` verdicts, or all of them do nothing too."""
        with self._changed:
            until = self.verdicts + LINGER
            self.busy -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.verdicts >= until or self.busy <= 0)
            self.busy += 1

    def wait_for(self, verdicts: int) -> bool:
        """Wait until so many were given. `False` where everybody has left before."""
        with self._changed:
            self._changed.wait_for(lambda: self.verdicts >= verdicts or self.busy <= 0)
            return self.verdicts >= verdicts

    def on_a_screen(self, draw: float, besides: str) -> str | None:
        """Another item that somebody looks at or has looked at last; `draw` in [0, 1) picks it."""
        with self._changed:
            items = [item for item in self.screens.values() if item != besides]
        return items[int(draw * len(items))] if items else None

    def show(self, name: str, item: str) -> None:
        """This is on somebody's screen now."""
        with self._changed:
            self.screens[name] = item


@dataclass
class Restless(Moderator):
    """Does with an item whatever one may do with it. `floor` has to be given."""

    floor: Floor = field(default_factory=lambda: Floor(0))
    takes_over: float = 0.0
    """Share of the items that are taken from a colleague: a lead's right."""
    lingers: float = 0.1
    renews: float = 0.1
    gives_back: float = 0.05
    repeats: float = 0.1
    """Share of the verdicts that are sent twice, as an impatient finger does."""

    def run(self) -> None:
        """Review until nothing is left, or it is time to leave."""
        try:
            super().run()
        finally:
            self.floor.leave()

    def _judge(self, item: Any, *, taken_over: bool = False) -> None:  # noqa: ANN401 - JSON
        item_id = item["id"]
        self.floor.show(self.name, item_id)
        if not taken_over and self.draw.random() < self.takes_over:
            self._take_over(item_id)
        if self.draw.random() < self.renews:
            self._try(f"{item_id}/renew")
        if self.draw.random() < self.lingers:
            self.floor.linger()
        if self.draw.random() < self.gives_back:
            self._try(f"{item_id}/release")
            return
        act = self._decide(item, self.draw.choice(self.verdicts))
        if act.given is Said.YES:
            self.floor.add_verdict()
            if self.draw.random() < self.repeats and act.undone is Said.NO:
                self._try(f"{item_id}/verdict", {"verdict": act.verdict, "version": act.seen})

    def _take_over(self, besides: str) -> None:
        # What is on one's own screen would be decided twice, by the same person, as one wishes.
        wanted = self.floor.on_a_screen(self.draw.random(), besides)
        if wanted is None:
            return
        answer = self._post(f"{wanted}/claim", {"take_over": True})
        assert answer.status in (200, 409), answer
        if answer.status == 200:
            self._judge(answer.body["item"], taken_over=True)

    def _try(self, path: str, body: dict[str, object] | None = None) -> None:
        answer = self._post(path, body or {})
        assert answer.status in (200, 409), answer
