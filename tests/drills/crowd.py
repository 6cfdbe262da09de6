"""Those who use the service while it is mistreated, and what they were told.

A connection that breaks tells nothing: the same request is sent again, as every client
of the service may. Each keeps a journal of what was acknowledged; nothing else counts.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.drills.service import Answer, Service

_OPENINGS = ("The pool", "This council", "My neighbour", "Nobody here", "You silly goose", "Idiot")
_ENDINGS = ("should stay open.", "is a disgrace!", "never reads the article.", "swims at dawn.")


class Arrivals:
    """How many comments were acknowledged so far, and whether more will come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.number = 0
        self.over = False

    def add(self) -> None:
        """One more."""
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def end(self) -> None:
        """No more will come."""
        with self._changed:
            self.over = True
            self._changed.notify_all()

    def wait_beyond(self, number: int) -> None:
        """Wait until there are more than so many, or no more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self.over or self.number > number)


@dataclass
class Poster:
    """A site's program that hands in comments of its own: new ones, repeats and revisions."""

    name: str
    service: Service
    secret: str
    arrivals: Arrivals
    draw: random.Random
    journal: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    """By id: every text, first to last, with the answer that acknowledged it."""
    uncertain: int = 0

    def run(self, number: int) -> None:
        """Send so many requests."""
        for _ in range(number):
            act = self.draw.random()
            if act < 0.55 or not self.journal:
                self._bring(f"{self.name}-{len(self.journal)}")
            elif act < 0.70:
                self._repeat(self.draw.choice(list(self.journal)))
            else:
                self._bring(self.draw.choice(list(self.journal)))

    def _bring(self, id: str) -> None:
        known = self.journal.get(id, [])
        said = f"{self.draw.choice(_OPENINGS)} {self.draw.choice(_ENDINGS)}"
        text = f"{said} No {self.draw.randrange(10**9)}."
        answer = self._post(id, text)
        made = {200} if known else {200, 201} if answer.uncertain else {201}
        assert answer.status in made, f"{id}: {answer}"
        assert answer.body["revision"] == len(known) + 1, f"{id}: {answer}"
        self.journal.setdefault(id, []).append((text, answer.body))
        self.arrivals.add()

    def _repeat(self, id: str) -> None:
        text, acknowledged = self.journal[id][-1]
        answer = self._post(id, text)
        assert answer.status == 200, f"{id} is no longer known: {answer}"
        # A moderator may have given it another standing meanwhile, and nothing else.
        standing = {"status": answer.body["status"], "orphan": answer.body["orphan"]}
        assert answer.body == acknowledged | standing

    def _post(self, id: str, text: str) -> Answer:
        # All answer one comment of one program, some of them before it is there.
        parent = {} if id == "p0-1" else {"parent_id": "p0-1"}
        body = {"id": id, "text": text, "article_id": "pool", **parent}
        answer = self.service.ask(self.secret, "POST", "/v1/comments", body)
        self.uncertain += answer.uncertain
        return answer


class Said(Enum):
    """What is known of an act; `PERHAPS` where it was refused after a try that broke."""

    YES = "acknowledged"
    NO = "refused"
    PERHAPS = "may have been heard"


@dataclass
class Act:
    """A verdict as its moderator remembers it. `seen` is the version it was given on."""

    item: str
    actor: str
    verdict: str
    seen: int
    given: Said = Said.NO
    undone: Said = Said.NO


@dataclass
class Moderator:
    """Takes item after item until nothing is left, and changes their mind now and then."""

    name: str
    service: Service
    secret: str
    arrivals: Arrivals
    draw: random.Random
    undoes: float = 0.0
    """Share of the verdicts that are taken back at once."""
    verdicts: tuple[str, ...] = ("approve", "reject")
    leaves_after: int | None = None
    """Goes home after so many, with an item claimed and never to be seen again."""
    journal: list[Act] = field(default_factory=list)
    uncertain: int = 0

    def run(self) -> None:
        """Review until the queue is empty and nothing more will come."""
        while True:
            known, over = self.arrivals.number, self.arrivals.over
            answer = self._post("claim", {})
            if answer.status == 200:
                if self.leaves_after is not None and len(self.journal) >= self.leaves_after:
                    return
                self._judge(answer.body["item"])
            else:
                assert answer.status == 204, answer
                if over:
                    return
                self.arrivals.wait_beyond(known)

    def _judge(self, item: Any) -> None:  # noqa: ANN401 - JSON
        self._decide(item, self.draw.choice(self.verdicts))

    def _decide(self, item: Any, verdict: str) -> Act:  # noqa: ANN401 - JSON
        act = Act(item["id"], self.name, verdict, item["version"])
        self.journal.append(act)
        sent = {"verdict": act.verdict, "version": act.seen}
        answer = self._post(f"{act.item}/verdict", sent)
        act.given = self._said(answer)
        if act.given is Said.YES and act.verdict != "skip":
            in_force = answer.body["verdict"]
            if in_force["by"] != self.name:
                # A colleague said the same before: theirs stands, and the answer says so.
                act.given = Said.PERHAPS if answer.uncertain else Said.NO
            elif answer.body["version"] != act.seen + 1:
                # Given once more on a newer version while this was sent again.
                assert answer.uncertain, answer
                act.given = Said.PERHAPS
        if act.given is Said.YES and self.draw.random() < self.undoes:
            act.undone = self._said(self._post(f"{act.item}/undo", {}))
        return act

    def _said(self, answer: Answer) -> Said:
        if answer.status == 200:
            return Said.YES
        assert answer.status == 409, answer
        return Said.PERHAPS if answer.uncertain else Said.NO

    def _post(self, path: str, body: dict[str, object]) -> Answer:
        answer = self.service.ask(self.secret, "POST", f"/v1/queue/{path}", body)
        self.uncertain += answer.uncertain
        return answer
