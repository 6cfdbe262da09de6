"""Holds what is stored against what was acknowledged, and against itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from moderation.comments import StoredComment
from moderation.review_queue import WAITING, Event, EventKind, ReviewItem, Stage, Verdict, fold
from moderation.storage import SqlStore
from moderation.stored import QueueFilter
from moderation.stores import UnitOfWork
from moderation.wire.replies import comment_reply
from moderation.workflow import Services
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.drills.crowd import Act, Poster, Said
from tests.factories import KeywordScorer, a_user

LEASE = timedelta(minutes=5)
"""How long the service lends an item where nothing else is set."""

_STATUS = {"approve": "published", "reject": "rejected"}
_Name = tuple[str, str, str, int]
"""Item, actor, verdict and the version that it was given on."""

_RULING = ("scores", "decision", "reasons", "language", "model", "policy", "mode")


class Record:
    """All that is stored of one site, read once."""

    def __init__(self, store: SqlStore, site_id: str) -> None:
        with store.read() as work:
            self.comments = {found.id: found for found in _all(work, site_id)}
            found = {id: work.queue.item_of(c.key) for id, c in self.comments.items()}
            self.items: dict[str, ReviewItem] = {id: item for id, item in found.items() if item}
            self.events = {item.id: work.queue.events(item.id) for item in self.items.values()}
            self.revisions = {id: work.comments.revisions(c.key) for id, c in self.comments.items()}
            self.messages = work.outbox.all(1_000_000)
            self.waiting = work.queue.counts(site_id)["open"]

    def check_comments(self, posters: Iterable[Poster]) -> None:
        """Every acknowledged text is there under its number with its ruling, and nothing else."""
        journal = {id: told for poster in posters for id, told in poster.journal.items()}
        assert set(self.comments) == set(journal)
        for id, told in journal.items():
            kept = [revision.text for revision in self.revisions[id]]
            assert kept == [text for text, _ in told], id
            comment, item = self.comments[id], self.items[id]
            answer, (text, acknowledged) = _as_answered(comment, item), told[-1]
            assert (comment.text, comment.revision) == (text, len(told))
            assert {k: answer[k] for k in _RULING} == {k: acknowledged[k] for k in _RULING}
            assert answer["item_id"] == acknowledged["item_id"]
            assert comment.parent_id is None or comment.parent_key is not None
            assert comment.status is item.status

    def check_items(self, lease: timedelta = LEASE) -> None:
        """Each is decided or waits; its events are its state; its leases end in time."""
        for item in self.items.values():
            events = self.events[item.id]
            assert fold(events) == item
            assert item.stage in {*WAITING, Stage.DECIDED}
            assert all(e.lease_until in (None, e.at + lease) for e in events)
        assert self.waiting == sum(i.stage is Stage.OPEN for i in self.items.values())

    def check_verdicts(self, acts: Iterable[Act]) -> None:
        """Every acknowledged act is on record once; what is on record was asked for.

        Of those who decided on the same version of an item, one was heard.
        """
        acts = list(acts)
        heard = Counter((act.item, act.seen) for act in acts if _settled(act))
        assert set(heard.values()) <= {1}, f"decided twice: {heard - Counter(set(heard))}"
        events = [(_seen(run, e), e) for run in self.events.values() for e in _given(run)]
        given = {name: event for name, event in events}
        _check_counts([(_name(act), act.given) for act in acts], [name for name, _ in events])
        _check_counts(
            [(_name(act), act.undone) for act in acts],
            [name for name, e in events if _undone(self.events[e.item_id], e)],
        )
        by_id = {item.id: item for item in self.items.values()}
        for act in acts:
            if _settled(act):
                self._check_in_force(act, by_id[act.item], given[_name(act)])

    def check_outbox(self) -> None:
        """One message for every scoring and every verdict in force; none for one undone unsent."""
        scored = Counter(
            (m.payload["comment_id"], m.payload["revision"])
            for m in self.messages
            if m.type == "comment.scored"
        )
        wanted = [(id, r.number) for id, kept in self.revisions.items() for r in kept]
        assert scored == Counter(wanted)
        told = Counter(
            (m.item_id, m.sequence, m.type) for m in self.messages if m.type != "comment.scored"
        )
        assert told == Counter(
            (item_id, event.sequence, "verdict.given")
            for item_id, events in self.events.items()
            for event in _given(events)
            if event.kind is EventKind.DECIDED and not _undone(events, event)
        )

    def _check_in_force(self, act: Act, item: ReviewItem, event: Event) -> None:
        events = self.events[act.item]
        later = {e.kind for e in events[event.sequence :]}
        if _undone(events, event) or EventKind.REVISED in later:
            return
        if act.verdict == "escalate":
            # A lead may have spoken since.
            assert item.stage is Stage.ESCALATED or EventKind.DECIDED in later, act
            return
        assert item.verdict is not None, act
        assert item.verdict.sequence == event.sequence, act
        assert item.status.value == _STATUS[act.verdict], act


def check_leases_end(store: SqlStore, record: Record) -> None:
    """Once the longest lease is over, a newcomer gets every item that waits."""
    latest = max(e.lease_until or e.at for events in record.events.values() for e in events)
    services = Services(store, KeywordScorer(), now=lambda: latest)
    newcomer, got = a_user("newcomer"), 0
    while (item := claim_next(services, newcomer, QueueFilter())) is not None:
        give_verdict(services, newcomer, item.id, Verdict.APPROVE, item.version)
        got += 1
    assert got == record.waiting


def _all(work: UnitOfWork, site_id: str) -> Iterable[StoredComment]:
    after = ""
    while page := work.comments.page(site_id, after):
        yield from page
        after = page[-1].id


def _as_answered(comment: StoredComment, item: ReviewItem) -> dict[str, Any]:
    answer: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(comment_reply(comment, item)))
    return answer


def _settled(act: Act) -> bool:
    return act.given is Said.YES and act.verdict != "skip"


def _given(events: list[Event]) -> list[Event]:
    return [e for e in events if e.kind in (EventKind.DECIDED, EventKind.SKIPPED)]


def _undone(events: list[Event], event: Event) -> bool:
    return any(later.undoes == event.sequence for later in events)


def _check_counts(told: list[tuple[_Name, Said]], recorded: list[_Name]) -> None:
    """All that was acknowledged is recorded, and all that is recorded was asked for."""
    certain = Counter(name for name, said in told if said is Said.YES)
    possible = Counter(name for name, said in told if said is not Said.NO)
    assert certain <= Counter(recorded), f"lost: {certain - Counter(recorded)}"
    assert Counter(recorded) <= possible, f"never asked for: {Counter(recorded) - possible}"


def _name(act: Act) -> _Name:
    return act.item, act.actor, act.verdict, act.seen


def _seen(events: list[Event], event: Event) -> _Name:
    version = fold(events[: event.sequence - 1]).version
    return event.item_id, event.actor or "", (event.verdict or Verdict.SKIP).value, version
