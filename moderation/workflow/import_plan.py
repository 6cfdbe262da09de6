"""What a batch of records brings: news, another status, nothing, or what has been erased here.

Looks only. In a dry run the records that passed before stand in for what would be stored by now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from moderation.comments import NewComment, Site, StoredArticle, StoredComment
from moderation.records import CommentRecord
from moderation.spill import SpilledMap
from moderation.stores import UnitOfWork
from moderation.workflow.intake import same_content
from moderation.workflow.restating import is_restated

_DIGEST = 16
"""Bytes of what stands for a text and its context."""


@dataclass(slots=True)
class Plan:
    """What one batch comes to, counted only once it is written."""

    fresh: list[tuple[CommentRecord, StoredComment | None]] = field(default_factory=list)
    """What is to be scored, each with what is stored of it."""
    restated: list[tuple[NewComment, StoredComment]] = field(default_factory=list)
    """Known texts that have another status where they come from."""
    again: list[NewComment] = field(default_factory=list)
    """The same, of what a dry run has only rehearsed."""
    rewritten: set[str] = field(default_factory=set)
    """Those in `fresh` that a dry run has rehearsed with another text."""
    erased: list[str] = field(default_factory=list)
    stored: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """What one run remembers of the comments that have passed, on disk."""

    parentless: SpilledMap = field(default_factory=SpilledMap)
    """Replies whose parent was not there when they passed, and its id; some are joined later."""
    rehearsed: SpilledMap = field(default_factory=SpilledMap)
    """In a dry run, what would have been stored: a digest of it and its source's status, by id."""
    articles: SpilledMap = field(default_factory=SpilledMap)
    """The same of articles: a digest of each."""
    told: SpilledMap = field(default_factory=SpilledMap)
    """The same of reports, appeals and suggestions: a digest of each, and nothing more."""


def plan_batch(
    work: UnitOfWork, site: Site, batch: Iterable[CommentRecord], passed: Passed
) -> Plan:
    """What each record brings, against what is stored, or would be by now in a rehearsal."""
    plan = Plan()
    for record in batch:
        new = record.comment
        known = work.comments.get(site.id, new.id)
        before = passed.rehearsed.get(new.id)
        if known is not None and known.erased_at is not None:
            plan.erased.append(new.id)
        elif before is not None and before.startswith(_content(new)):
            if not record.is_unscored and _restates(before, new):
                plan.again.append(new)
            else:
                plan.unchanged += 1
        elif known is None or before is not None or not same_content(known, new):
            plan.fresh.append((record, known))
            if before is not None:
                plan.rewritten.add(new.id)
        else:
            if known.is_orphan:
                passed.parentless.put(known.id, known.parent_id or "")
            if not record.is_unscored and is_restated(work, known, new):
                plan.restated.append((new, known))
            else:
                plan.unchanged += 1
    return plan


def rehearse(work: UnitOfWork, site: Site, plan: Plan, passed: Passed) -> None:
    """Count what a batch would store, and remember it for when one of its ids comes again."""
    fresh = [record.comment for record, _ in plan.fresh]
    restated = [new for new, _ in plan.restated]
    for new in (*fresh, *restated, *plan.again):
        passed.rehearsed.put(new.id, _digest(new))
        plan.stored += 1
    for new in fresh:
        _rehearse_place(work, site, new, passed)
        passed.parentless.remove(new.id)
        if new.parent_id and work.comments.get(site.id, new.parent_id) is None:
            passed.parentless.put(new.id, new.parent_id)


def rehearse_article(known: StoredArticle | None, brought: StoredArticle, passed: Passed) -> str:
    """What becomes of an article: `new`, `changed` or `unchanged`, after all that has passed."""
    before = passed.articles.get(brought.id) or (_sum_of(known) if known else None)
    passed.articles.put(brought.id, _sum_of(brought))
    if before is None:
        return "new"
    return "unchanged" if before == _sum_of(brought) else "changed"


def _digest(new: NewComment) -> str:
    """So much of a comment as tells whether the next of its id would change anything."""
    return f"{_content(new)}{new.status or ''}|{_word(new)}"


def _word(new: NewComment) -> str:
    return "" if new.source_status is None else f"={new.source_status}"


def _restates(before: str, new: NewComment) -> bool:
    """Whether it has another status than the same text had before; as `restating` has it."""
    status, _, word = before[2 * _DIGEST :].partition("|")
    if bool(word) != bool(_word(new)):
        return False
    return word != _word(new) or (new.status is not None and status not in ("", new.status.value))


def _content(new: NewComment) -> str:
    return _hash((new.text, new.article_id, new.parent_id))


def _sum_of(article: StoredArticle) -> str:
    return _hash((article.title, article.text, article.url))


def _rehearse_place(work: UnitOfWork, site: Site, new: NewComment, passed: Passed) -> None:
    """An article that the file leaves out is made with the first comment under it."""
    place = new.article_id
    if place and passed.articles.get(place) is None and work.articles.get(site.id, place) is None:
        passed.articles.put(place, _sum_of(StoredArticle(site.id, place, "", "")))


def _hash(told: tuple[str | None, ...]) -> str:
    read = repr(told)
    return hashlib.blake2b(read.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
