"""Use case: take in another system's comments, scored and with the status they had there.

Works through the records in batches: each is scored in one go and written in one
transaction, so that an import that is cut off has kept whole batches and can simply
be run again. A batch that collides with somebody else's writing is begun anew. Nothing
is sent to the outside for what is history.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from moderation.comments import Comment, NewComment, Ruling, Site, StoredArticle, StoredComment
from moderation.errors import Conflict, Erased, ImportRefused, NotFound, NotScored
from moderation.personal_data import address_hash
from moderation.records import (
    ArticleRecord,
    CommentRecord,
    ItemRecord,
    LeftBehindRecord,
    ObjectionRecord,
    Record,
    SiteRecord,
    SuggestionRecord,
    UnreadableRecord,
)
from moderation.review_queue import Event, ReviewItem
from moderation.stores import UnitOfWork
from moderation.workflow.classify import classify_each
from moderation.workflow.import_belongings import Belongings, keep, rehearse_belonging
from moderation.workflow.import_plan import Passed, Plan, plan_batch, rehearse, rehearse_article
from moderation.workflow.import_report import ImportReport
from moderation.workflow.intake import (
    Queueing,
    audit_rate_of,
    build_comment,
    keep_comment,
    state_of,
)
from moderation.workflow.queueing import queue_imported
from moderation.workflow.restating import restate
from moderation.workflow.services import Services
from moderation.workflow.thread_order import parents_first

BATCH = 16
"""Small, as on SQLite nobody else writes meanwhile, and whoever waits looks ever more rarely."""

QUICK, PAUSE = 0.05, 0.5
"""Seconds: a write that takes no longer than the first leaves others room enough, as scoring the
next batch takes about as long; after a slower one there is a pause, no longer than the second."""

TRIES = 5
"""How often a batch is begun anew where others change the same comments at that moment."""


@dataclass(slots=True)
class Tally:
    """What became of the comments of one file. `stored` counts new and changed ones."""

    read: int = 0
    stored: int = 0
    unchanged: int = 0
    skipped: int = 0
    orphans: int = 0

    def __str__(self) -> str:
        return (
            f"read {self.read}, stored {self.stored}, unchanged {self.unchanged}, "
            f"skipped {self.skipped}, orphans {self.orphans}"
        )


@dataclass(frozen=True, slots=True)
class Import:
    """One run, used once: for whom, how addresses are hashed, and whether it is for real."""

    services: Services
    site: Site
    address_key: bytes
    dry_run: bool = False
    on_skip: Callable[[str, str], None] = lambda place, problem: None
    """Told the place and the problem of every record that is left out."""
    tally: Tally = field(default_factory=Tally)
    report: ImportReport = field(default_factory=ImportReport)
    _belongings: Belongings = field(default_factory=Belongings)
    _passed: Passed = field(default_factory=Passed)


def import_records(run: Import, records: Iterable[Record]) -> Iterator[Tally]:
    """Take the records in; yields the tally after every batch, the last one being the final.

    Articles come before their comments and parents before replies, whatever the file's
    order. A reply whose parent is neither in the file nor stored is kept as an orphan
    and joined when the parent arrives. Raises `NotScored` when the model cannot answer, and
    `ImportRefused` where the file breaks, after all that came before the break is taken in.
    """
    batch: dict[str, CommentRecord] = {}
    sound = _UntilRefused(_comments(run, records))
    for record in parents_first(sound, lambda id_: id_ in batch or _is_there(run, id_)):
        # An id that comes twice must find its first text stored.
        if len(batch) == BATCH or record.comment.id in batch:
            _take_in(run, list(batch.values()))
            batch.clear()
            yield replace(run.tally)
        batch[record.comment.id] = record
    _take_in(run, list(batch.values()))
    batch.clear()
    _take_in_belongings(run)
    run.tally.orphans = _count_orphans(run)
    yield replace(run.tally)
    if sound.refusal is not None:
        raise sound.refusal


class _UntilRefused:
    """Records up to where the file breaks; what is wrong there is kept in `refusal`."""

    def __init__(self, records: Iterator[CommentRecord]) -> None:
        self._records = records
        self.refusal: ImportRefused | None = None

    def __iter__(self) -> Iterator[CommentRecord]:
        try:
            yield from self._records
        except ImportRefused as error:
            self.refusal = error


def _comments(run: Import, records: Iterable[Record]) -> Iterator[CommentRecord]:
    for record in records:
        if isinstance(record, ArticleRecord):
            _keep_article(run, record)
            continue
        if isinstance(record, ObjectionRecord | SuggestionRecord):
            run._belongings.add(record)
            continue
        if isinstance(record, LeftBehindRecord | ItemRecord):
            # An item that could be carried has come with its comment.
            kind = record.kind if isinstance(record, LeftBehindRecord) else "item"
            run.report.left_behind[kind] += 1
            continue
        if isinstance(record, SiteRecord):
            raise ImportRefused("The file holds several sites; import it without naming one.")
        run.tally.read += 1
        if isinstance(record, UnreadableRecord):
            _skip(run, record.place, record.problem)
        else:
            yield record


def _skip(run: Import, place: str, problem: str) -> None:
    run.tally.skipped += 1
    _leave_out(run, place, problem)


def _leave_out(run: Import, place: str, problem: str) -> None:
    run.report.skip(place, problem)
    run.on_skip(place, problem)


def _is_there(run: Import, comment_id: str) -> bool:
    if run.dry_run and run._passed.rehearsed.get(comment_id) is not None:
        return True
    with run.services.store.read() as work:
        return work.comments.get(run.site.id, comment_id) is not None


def _keep_article(run: Import, record: ArticleRecord) -> None:
    article = StoredArticle(run.site.id, record.id, record.title, record.text, record.url)
    with run.services.store.read() as work:
        known = work.articles.get(run.site.id, record.id)
    if run.dry_run:
        run.report.articles[rehearse_article(known, article, run._passed)] += 1
        return
    if known == article:
        run.report.articles["unchanged"] += 1
        return
    run.report.articles["changed" if known else "new"] += 1
    with run.services.store.write() as work:
        work.articles.put(article, run.services.now())
        work.commit()


def _take_in_belongings(run: Import) -> None:
    """Reports, appeals and suggestions; those whose comment is not there are left out."""
    for record in run._belongings:
        kind = "suggestion" if isinstance(record, SuggestionRecord) else record.kind
        try:
            is_new = _take_in_belonging(run, record)
        except (NotFound, Erased) as error:
            _leave_out(run, f"{kind} on {(record.comment_id or '')[:40]!r}", error.message)
        else:
            run.report.belongings[f"{kind}s"] += is_new


def _take_in_belonging(run: Import, record: ObjectionRecord | SuggestionRecord) -> bool:
    if not run.dry_run:
        return keep(run.services, run.site, record)
    with run.services.store.read() as work:
        return rehearse_belonging(work, run.site, record, run._passed)


def _take_in(run: Import, batch: list[CommentRecord]) -> None:
    for _ in range(TRIES):
        try:
            plan = _attempt(run, batch)
        except Conflict:
            # Whoever sends or rewrites one of these right now locks them in another order.
            continue
        run.tally.stored += plan.stored
        run.tally.unchanged += plan.unchanged
        run.report.count(plan)
        for comment_id in plan.erased:
            _skip(run, f"comment {comment_id!r}", "it has been erased here")
        return
    raise Conflict("Comments of this file are being changed by others; run it again.", field="id")


def _attempt(run: Import, batch: list[CommentRecord]) -> Plan:
    with run.services.store.read() as work:
        plan = plan_batch(work, run.site, batch, run._passed)
        if run.dry_run:
            rehearse(work, run.site, plan, run._passed)
            return plan
        contexts = _contexts(run, work, [record.comment for record, _ in plan.fresh])
    if plan.fresh or plan.restated:
        _write(run, plan, contexts)
    return plan


def _write(run: Import, plan: Plan, contexts: list[Comment]) -> None:
    services, site = run.services, run.site
    rulings = _rulings(run, plan, contexts)
    with services.store.write() as work:
        began = time.monotonic()
        for (record, known), ruling in zip(plan.fresh, rulings, strict=True):
            current = work.comments.get(site.id, record.comment.id, lock=True)
            if state_of(current) != state_of(known):
                # Somebody sent or erased this very comment meanwhile; theirs is the newer word.
                plan.unchanged += 1
                continue
            _keep(run, work, record, ruling, current)
            plan.stored += 1
        for new, known in plan.restated:
            current = work.comments.get(site.id, new.id, lock=True)
            same = current if state_of(current) == state_of(known) else None
            if same is not None and restate(services, work, same, new):
                plan.stored += 1
            else:
                plan.unchanged += 1
        work.commit()
    time.sleep(min(max(0.0, time.monotonic() - began - QUICK), PAUSE))


def _rulings(run: Import, plan: Plan, contexts: list[Comment]) -> list[Ruling | None]:
    """Of each that is new; `None` of what waits for its score, as it does at its source too.

    So does a text that the model fails on. Raises `NotScored` where it fails on several and on all.
    """
    waits = [record.is_unscored for record, _ in plan.fresh]
    wanted = [context for context, is_later in zip(contexts, waits, strict=True) if not is_later]
    scorer = run.services.scorers.current() if wanted else None
    found = classify_each(scorer, run.site, wanted) if scorer else []
    failed = [one for one in found if isinstance(one, NotScored)]
    if len(failed) == len(found) > 1:
        raise failed[0]
    rulings = (None if isinstance(one, NotScored) else one.ruling for one in found)
    return [None if is_later else next(rulings) for is_later in waits]


def _contexts(run: Import, work: UnitOfWork, comments: list[NewComment]) -> list[Comment]:
    beside = {comment.id: comment.text for comment in comments}
    # Each once, however many comments of the batch stand under it: they may be long.
    named = {comment.article_id for comment in comments if comment.article_id}
    stored_ones = {id_: work.articles.get(run.site.id, id_) for id_ in named}
    articles = {id_: found.as_context() for id_, found in stored_ones.items() if found}
    contexts = []
    for new in comments:
        article = articles.get(new.article_id or "")
        parent = beside.get(new.parent_id) if new.parent_id else None
        if parent is None and new.parent_id:
            stored = work.comments.get(run.site.id, new.parent_id)
            parent = stored.text or None if stored else None
        contexts.append(Comment(new.text, article, parent))
    return contexts


def _hashed(run: Import, record: CommentRecord) -> NewComment:
    """The comment with hashes in place of its writer's addresses."""
    author, site = record.comment.author, run.site.id
    return replace(
        record.comment,
        author=replace(
            author,
            email_hash=author.email_hash or address_hash(run.address_key, site, record.email),
            ip_hash=author.ip_hash or address_hash(run.address_key, site, record.ip),
        ),
    )


def _keep(
    run: Import,
    work: UnitOfWork,
    record: CommentRecord,
    ruling: Ruling | None,
    known: StoredComment | None,
) -> None:
    services, site, new = run.services, run.site, _hashed(run, record)
    if new.article_id and work.articles.get(site.id, new.article_id) is None:
        # Some exports leave the article out; its comments still belong together.
        work.articles.put(StoredArticle(site.id, new.article_id, "", ""), services.now())
    built = build_comment(services, work, site, new, ruling, known)
    comment, _ = keep_comment(services, work, site, built, _queueing(run, record))
    if comment.is_orphan:
        run._passed.parentless.put(comment.id, comment.parent_id or "")


def _queueing(run: Import, record: CommentRecord) -> Queueing:
    """How the comment is queued: as it is where it comes from, or else by the policy."""

    def queueing(comment: StoredComment, item: ReviewItem | None) -> Event | None:
        rate, is_told = audit_rate_of(run.services, run.site), record.comment.status is not None
        now = run.services.now()
        return queue_imported(comment, item, record.queued, now, rate, is_told=is_told)

    return queueing


def _count_orphans(run: Import) -> int:
    """Of the comments of this run, how many still miss the parent that they name."""
    passed = run._passed
    if run.dry_run:
        parents = (parent for _, parent in passed.parentless.items())
        return sum(passed.rehearsed.get(parent) is None for parent in parents)
    with run.services.store.read() as work:
        found = (work.comments.get(run.site.id, id_) for id_, _ in passed.parentless.items())
        return sum(comment is not None and comment.is_orphan for comment in found)
