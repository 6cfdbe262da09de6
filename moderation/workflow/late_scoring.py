"""Use case: score what could not be scored when it came, by itself, once the model answers again.

Meant to be run again and again by every worker. Each takes up a few comments under a lease, scores
them outside any transaction, and writes each by itself, so that a worker that is killed loses
nothing. A text that the model fails on is tried less and less often, and in the end left to people;
so is one that ends the process again and again, as its leases then run out without a word.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from moderation.comments import Comment, Ruling, Site, StoredComment
from moderation.errors import Conflict, NotScored
from moderation.review_queue import Event, ReviewItem, apply
from moderation.scoring.scorer import Scorer
from moderation.site_rules import Circumstances
from moderation.stores import UnitOfWork
from moderation.unscored import Unscored
from moderation.workflow.circumstances import circumstances
from moderation.workflow.classify import classify_each
from moderation.workflow.intake import audit_rate_of, in_context, scored_message, status_of
from moderation.workflow.queueing import (
    give_up,
    queue_revision,
    requeue_scored,
    status_of_revision,
)
from moderation.workflow.services import Services

BATCH = 16
LEASE = timedelta(seconds=20)
"""For how long nobody else takes up what somebody did: a few times what a batch takes."""

MOST_TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(seconds=40)
"""Between two tries of a text: twice as long each time."""

MOST_LOST = 12
"""So many times in a row may nothing be heard of a text: an outage may be to blame for some."""

FAILED_PAUSE, LOST_PAUSE = timedelta(hours=1), timedelta(days=1)
"""Between two tries of what was left to people: where it was lost, each may end a process."""

_PROBE = Comment("Thank you.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Case:
    """A comment that waits, with all that scoring it takes."""

    waiting: Unscored
    site: Site
    context: Comment
    around: Circumstances | None


def score_waiting(services: Services) -> bool:
    """Score a batch of what waits; whether there may be more to do at once.

    Does nothing while there is no model. Raises `Unavailable`.
    """
    try:
        scorer = services.scorers.current()
    except NotScored:
        return False
    now = services.now()
    with services.store.read() as work:
        if not work.unscored.count():
            return False
    with services.store.write() as work:
        taken = work.unscored.claim(now, now + LEASE, scorer.version, BATCH)
        work.commit()
    lost = [one for one in taken if one.lost >= MOST_LOST]
    for waiting in lost:
        _give_up_lost(services, waiting)
    tried = [one for one in taken if one not in lost]
    try:
        failed, scored = _score(services, scorer, tried)
    except Exception:
        # Whatever broke is not the model, whose failures come as `NotScored`.
        _put_back(services, tried)
        raise
    if failed and not scored and not _answers(scorer):
        _put_back(services, failed)
        return False
    for waiting in failed:
        _try_again_later(services, waiting)
    return bool(taken)


def _score(
    services: Services, scorer: Scorer, taken: Iterable[Unscored]
) -> tuple[list[Unscored], int]:
    """Score and keep what can be; what the model failed on, and how many it did not fail on."""
    failed: list[Unscored] = []
    scored = 0
    for group in _alike(_cases(services, taken)):
        contexts = [case.context for case in group]
        found = classify_each(scorer, group[0].site, contexts, around=group[0].around)
        for case, result in zip(group, found, strict=True):
            if isinstance(result, NotScored):
                failed.append(case.waiting)
                continue
            scored += 1
            with suppress(Conflict):
                # Others are at it right now; whoever takes it up next finds what they left.
                _keep(services, case, result.ruling)
    return failed, scored


def _cases(services: Services, taken: Iterable[Unscored]) -> list[_Case]:
    cases = []
    with services.store.read() as work:
        for waiting in taken:
            comment = work.comments.by_key(waiting.comment_key)
            site = work.sites.get(comment.site_id) if comment else None
            if comment is None or site is None or not _waits(comment, waiting):
                continue
            around = circumstances(work, site, comment, comment.author, waiting.since)
            cases.append(_Case(waiting, site, in_context(work, site, comment), around))
    return cases


def _alike(cases: Iterable[_Case]) -> Iterable[list[_Case]]:
    """The cases in groups that the scorer can be asked about at once."""
    groups: dict[tuple[str, Circumstances | None], list[_Case]] = {}
    for case in cases:
        groups.setdefault((case.site.id, case.around), []).append(case)
    return groups.values()


def _waits(comment: StoredComment, waiting: Unscored) -> bool:
    return comment.is_unscored and comment.revision == waiting.revision


def _keep(services: Services, case: _Case, ruling: Ruling) -> None:
    """Write a ruling with all that follows from it, unless another text or person was faster."""
    waiting, site = case.waiting, case.site
    with services.store.write() as work:
        comment = work.comments.by_key(waiting.comment_key, lock=True)
        work.unscored.drop(waiting.comment_key, waiting.revision)
        if comment is not None and _waits(comment, waiting):
            work.comments.rule(comment.key, comment.revision, ruling)
            item = work.queue.item_of(comment.key, lock=True)
            scored = replace(comment, ruling=ruling)
            comment, item = _requeue(services, work, site, scored, item)
            work.outbox.add(scored_message(services, comment, item))
        work.commit()


def _requeue(
    services: Services,
    work: UnitOfWork,
    site: Site,
    comment: StoredComment,
    item: ReviewItem | None,
) -> tuple[StoredComment, ReviewItem | None]:
    """Have the comment and its item stand as the ruling wants; both as they stand then."""
    now, rate = services.now(), audit_rate_of(services, site)
    events = work.queue.events(item.id) if item else []
    before = comment.status
    if comment.source_status is None:
        wanted = status_of_revision(events, status_of(site, comment.ruling))
        comment = replace(comment, status=wanted)
    if item is None:
        event = queue_revision(comment, None, now, rate)
    else:
        event = requeue_scored(comment, item, events, now, rate)
        # A verdict that stands has said where the comment does.
        comment = replace(comment, status=event.status if event and event.status else before)
    item = _append(work, item, event)
    if comment.status is not before:
        work.comments.set_status(comment.key, comment.status)
    return comment, item


def _append(work: UnitOfWork, item: ReviewItem | None, event: Event | None) -> ReviewItem | None:
    if event is not None:
        item = apply(item, event)
        work.queue.append(item, event)
    return item


def _answers(scorer: Scorer) -> bool:
    """Whether the model can score anything at all, so that it is a text's fault where it fails."""
    [found] = classify_each(scorer, None, [_PROBE])
    return not isinstance(found, NotScored)


def _put_back(services: Services, taken: Iterable[Unscored]) -> None:
    """Nothing that came was to blame: as if it had not been tried."""
    due = services.now() + FIRST_PAUSE
    with services.store.write() as work:
        for waiting in taken:
            work.unscored.put_back(replace(waiting, due_at=due, lost=0))
        work.commit()


def _try_again_later(services: Services, failed: Unscored) -> None:
    waiting = replace(failed, tries=failed.tries + 1, lost=0)
    if waiting.tries >= MOST_TRIES:
        why = f"the model failed on it {MOST_TRIES} times"
        _leave_to_people(services, waiting, FAILED_PAUSE, why)
        return
    pause = min(FIRST_PAUSE * 2 ** (waiting.tries - 1), LONGEST_PAUSE)
    with services.store.write() as work:
        work.unscored.put_back(replace(waiting, due_at=services.now() + pause))
        work.commit()


def _give_up_lost(services: Services, waiting: Unscored) -> None:
    # One short of the most: when it is due again it is tried, and given up again if that is lost.
    waiting = replace(waiting, lost=MOST_LOST - 1)
    why = f"scoring it broke off {MOST_LOST} times"
    _leave_to_people(services, waiting, LOST_PAUSE, why)


def _leave_to_people(services: Services, waiting: Unscored, pause: timedelta, why: str) -> None:
    """Have it in the queue with a word on why, and try it but slowly from now on."""
    now = services.now()
    with services.store.write() as work:
        comment = work.comments.by_key(waiting.comment_key, lock=True)
        work.unscored.put_back(replace(waiting, due_at=now + pause))
        event = None
        if comment is not None and _waits(comment, waiting):
            item = work.queue.item_of(comment.key, lock=True)
            event = give_up(comment, item, why, now)
            _append(work, item, event)
        work.commit()
    if event is not None:
        _log.warning("a comment stays without a score", extra={"why": why})
