"""Sites' programs that go on while something is broken, as a CMS does, and what they were told.

What is refused is held and sent again later; what is acknowledged is remembered, to be looked for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from moderation.storage import SqlStore
from tests.drills.service import Reply, Service

IN_TIME = 60.0
"""Seconds within which all must be scored once nothing is broken any more."""

_TEXTS = ("Thank you, Ann.", "you are an idiot", "See you at the pool.", "you are a weasel")


class Answers:
    """How many answers of each status there were; others can wait for more of them."""

    def __init__(self, deadline: float) -> None:
        self._changed = threading.Condition()
        self._ends_at = time.monotonic() + deadline
        self._counted: dict[tuple[str, int], int] = {}

    def add(self, path: str, status: int) -> None:
        """One more."""
        with self._changed:
            self._counted[path, status] = self._counted.get((path, status), 0) + 1
            self._changed.notify_all()

    def wait_for(self, path: str, status: int, more: int) -> None:
        """Wait until there were so many more answers of that status."""
        with self._changed:
            wanted = self._counted.get((path, status), 0) + more
            left = self._ends_at - time.monotonic()
            told = f"no {more} answers {status} of {path}: {self._counted}"
            assert self._changed.wait_for(
                lambda: self._counted.get((path, status), 0) >= wanted, left
            ), told


@dataclass
class Patient:
    """Hands in one comment after the other, whatever is answered."""

    name: str
    service: Service
    secret: str
    answers: Answers
    over: threading.Event
    accepted: dict[str, str] = field(default_factory=dict)
    """Texts that were acknowledged, by their ids."""
    refused: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Send until it is over, and then again what was refused, until nothing is."""
        for number in count():
            if self.over.is_set():
                break
            self._send(f"{self.name}-{number}", _TEXTS[number % len(_TEXTS)])
        for id, text in list(self.refused.items()):
            assert self._send(id, text), f"{id} is refused although nothing is broken"

    def _send(self, id: str, text: str) -> bool:
        reply = self.service.once(
            self.secret, "POST", "/v1/comments", {"id": id, "text": f"{text} {id}"}
        )
        self.answers.add("comments", reply.status)
        if reply.status >= 300:
            check_refusal(reply)
            self.refused[id] = text
            # It goes on, if not as fast as it can: all of this is sent again in the end.
            self.over.wait(0.05)
            return False
        check_acceptance(reply)
        self.refused.pop(id, None)
        self.accepted[id] = f"{text} {id}"
        return True


@dataclass
class Asking:
    """Has the same text scored again and again, keeping nothing."""

    service: Service
    secret: str
    answers: Answers
    over: threading.Event

    def run(self) -> None:
        """Ask until it is over."""
        while not self.over.is_set():
            reply = self.service.once(
                self.secret, "POST", "/v1/classify", {"text": "you are an idiot"}
            )
            self.answers.add("classify", reply.status)
            if reply.status == 200:
                assert reply.body["scores"], reply
                assert reply.body["decision"] != "allow", reply
            else:
                check_refusal(reply)


def check_refusal(reply: Reply) -> None:
    """Nothing was kept, and it says so: what to do, and when to ask again."""
    assert reply.status == 503, reply
    assert int(reply.headers["Retry-After"]) > 0
    error: Any = reply.body["error"]
    assert error["code"] in ("unavailable", "not_scored"), reply
    assert error["details"]["wanted"] == "hold", reply


def check_acceptance(reply: Reply) -> None:
    """It has scores, or says that it has none and is held: nothing between."""
    body = reply.body
    if reply.status == 202:
        assert (body["decision"], body["scores"], body["status"]) == (None, {}, "held"), reply
        assert body["reasons"] == [{"code": "not_scored"}]
        assert int(reply.headers["Retry-After"]) > 0
    else:
        assert reply.status in (200, 201), reply
        assert body["scores"], reply
        assert body["decision"] in ("allow", "review", "block"), reply


def seconds_until_scored(store: SqlStore, since: float) -> float:
    """Seconds from that moment until nothing waits to be scored; fails after `IN_TIME`."""
    while True:
        with store.read() as work:
            waiting = work.unscored.count()
        took = time.monotonic() - since
        if not waiting:
            return took
        assert took < IN_TIME, f"{waiting} comments still wait to be scored"
        # Nothing tells another process that a row has changed: look again in a moment.
        threading.Event().wait(0.1)


def check_kept(ask: Callable[[str], Reply], accepted: Mapping[str, str]) -> None:
    """Every comment that was acknowledged is there, as it was sent, with a ruling."""
    for id, said in accepted.items():
        reply = ask(id)
        assert reply.status == 200, f"{id} was acknowledged and is lost: {reply}"
        assert reply.body["text"] == said
        assert reply.body["scores"], reply
        assert reply.body["decision"] in ("allow", "review", "block"), reply
