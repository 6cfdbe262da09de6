"""Use case: take in another system's comments, scored and with the status they had there.

Works through the records in batches: each is scored in one go and written in one
transaction, so that an import that is cut off has kept whole batches and can simply
be run again. A batch that collides with somebody else's writing is begun anew. Nothing
is sent to the outside for what is history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from moderation.comments import Comment, NewComment, Ruling, Site, StoredArticle, StoredComment
from moderation.errors import Conflict, NotFound
from moderation.personal_data import address_hash
from moderation.records import ArticleRecord, CommentRecord, Record, UnreadableRecord
from moderation.stores import UnitOfWork
from moderation.workflow.classify import classify
from moderation.workflow.intake import build_comment, keep_comment, same_content, state_of
from moderation.workflow.restating import is_restated, restate
from moderation.workflow.services import Services
from moderation.workflow.thread_order import parents_first

DEFAULT_SITE = Site(id="default", name="Default site")
BATCH = 128
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
    _parentless: dict[str, str] = field(default_factory=dict)
    """Replies whose parent was not there when they passed, and its id; some are joined later."""
    _rehearsed: dict[str, _Rehearsed] = field(default_factory=dict)
    """In a dry run, what would have been stored, by id."""


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    """So much of a comment as tells whether the next of its id would change anything."""

    content: bytes
    source_status: str | None


@dataclass(slots=True)
class _Plan:
    """What one batch comes to, counted only once it is written."""

    fresh: list[tuple[CommentRecord, StoredComment | None]] = field(default_factory=list)
    """What is to be scored, each with what is stored of it."""
    restated: list[tuple[NewComment, StoredComment]] = field(default_factory=list)
    """Known texts that have another status where they come from."""
    again: list[NewComment] = field(default_factory=list)
    """The same, of what a dry run has only rehearsed."""
    erased: list[str] = field(default_factory=list)
    stored: int = 0
    unchanged: int = 0


def default_site(services: Services, site_id: str, *, dry_run: bool = False) -> Site:
    """The site, made when it is the default one and absent. Raises `NotFound` for another."""
    with services.store.read() as work:
        site = work.sites.get(site_id)
    if site is not None:
        return site
    if site_id != DEFAULT_SITE.id:
        raise NotFound(f"There is no site {site_id[:80]!r}; `sites add` makes one.", field="site")
    if not dry_run:
        with services.store.write() as work:
            if work.sites.get(site_id) is None:
                work.sites.put(DEFAULT_SITE)
            work.commit()
    return DEFAULT_SITE


def import_records(run: Import, records: Iterable[Record]) -> Iterator[Tally]:
    """Take the records in; yields the tally after every batch, the last one being the final.

    Articles come before their comments and parents before replies, whatever the file's
    order. A reply whose parent is neither in the file nor stored is kept as an orphan
    and joined when the parent arrives. Raises `NotScored` when the model cannot answer.
    """
    batch: dict[str, CommentRecord] = {}
    for record in parents_first(_comments(run, records), lambda id_: _is_stored(run, id_)):
        # An id that comes twice must find its first text stored.
        if len(batch) == BATCH or record.comment.id in batch:
            _take_in(run, list(batch.values()))
            batch.clear()
            yield replace(run.tally)
        batch[record.comment.id] = record
    _take_in(run, list(batch.values()))
    run.tally.orphans = _count_orphans(run)
    yield replace(run.tally)


def _comments(run: Import, records: Iterable[Record]) -> Iterator[CommentRecord]:
    for record in records:
        if isinstance(record, ArticleRecord):
            _keep_article(run, record)
            continue
        run.tally.read += 1
        if isinstance(record, UnreadableRecord):
            _skip(run, record.place, record.problem)
        else:
            yield record


def _skip(run: Import, place: str, problem: str) -> None:
    run.tally.skipped += 1
    run.on_skip(place, problem)


def _is_stored(run: Import, comment_id: str) -> bool:
    with run.services.store.read() as work:
        return work.comments.get(run.site.id, comment_id) is not None


def _keep_article(run: Import, record: ArticleRecord) -> None:
    if run.dry_run:
        return
    article = StoredArticle(run.site.id, record.id, record.title, record.text, record.url)
    with run.services.store.read() as work:
        if work.articles.get(run.site.id, record.id) == article:
            return
    with run.services.store.write() as work:
        work.articles.put(article, run.services.now())
        work.commit()


def _take_in(run: Import, batch: list[CommentRecord]) -> None:
    for _ in range(TRIES):
        try:
            plan = _attempt(run, batch)
        except Conflict:
            # Whoever sends or rewrites one of these right now locks them in another order.
            continue
        run.tally.stored += plan.stored
        run.tally.unchanged += plan.unchanged
        for comment_id in plan.erased:
            _skip(run, f"comment {comment_id!r}", "it has been erased here")
        return
    raise Conflict("Comments of this file are being changed by others; run it again.", field="id")


def _attempt(run: Import, batch: list[CommentRecord]) -> _Plan:
    with run.services.store.read() as work:
        plan = _planned(run, work, batch)
        if run.dry_run:
            _rehearse(run, work, plan)
            return plan
        contexts = _contexts(run, work, [record.comment for record, _ in plan.fresh])
    if plan.fresh or plan.restated:
        _write(run, plan, contexts)
    return plan


def _planned(run: Import, work: UnitOfWork, batch: list[CommentRecord]) -> _Plan:
    """What each record brings, against what is stored, or would be by now in a rehearsal."""
    plan = _Plan()
    for record in batch:
        new = record.comment
        known = work.comments.get(run.site.id, new.id)
        before = run._rehearsed.get(new.id)
        if known is not None and known.erased_at is not None:
            plan.erased.append(new.id)
        elif before is not None and before.content == _content(new):
            restated = None not in (before.source_status, new.source_status)
            if restated and before.source_status != new.source_status:
                plan.again.append(new)
            else:
                plan.unchanged += 1
        elif known is None or before is not None or not same_content(known, new):
            plan.fresh.append((record, known))
        else:
            if known.is_orphan:
                run._parentless[known.id] = known.parent_id or ""
            if is_restated(work, known, new):
                plan.restated.append((new, known))
            else:
                plan.unchanged += 1
    return plan


def _rehearse(run: Import, work: UnitOfWork, plan: _Plan) -> None:
    """Remember what would be stored, so that an id that comes again is counted for what it is."""
    fresh = [record.comment for record, _ in plan.fresh]
    restated = [new for new, _ in plan.restated]
    for new in (*fresh, *restated, *plan.again):
        run._rehearsed[new.id] = _Rehearsed(_content(new), new.source_status)
        plan.stored += 1
    for new in fresh:
        run._parentless.pop(new.id, None)
        if new.parent_id and work.comments.get(run.site.id, new.parent_id) is None:
            run._parentless[new.id] = new.parent_id


def _content(new: NewComment) -> bytes:
    read = repr((new.text, new.article_id, new.parent_id))
    return hashlib.blake2b(read.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _write(run: Import, plan: _Plan, contexts: list[Comment]) -> None:
    services, site = run.services, run.site
    rulings = classify(services.scorers.current(), site, contexts) if contexts else []
    with services.store.write() as work:
        for (record, known), classified in zip(plan.fresh, rulings, strict=True):
            current = work.comments.get(site.id, record.comment.id, lock=True)
            if state_of(current) != state_of(known):
                # Somebody sent or erased this very comment meanwhile; theirs is the newer word.
                plan.unchanged += 1
                continue
            _keep(run, work, _hashed(run, record), classified.ruling, current)
            plan.stored += 1
        for new, known in plan.restated:
            current = work.comments.get(site.id, new.id, lock=True)
            same = current if state_of(current) == state_of(known) else None
            if same is not None and restate(services, work, same, new):
                plan.stored += 1
            else:
                plan.unchanged += 1
        work.commit()


def _contexts(run: Import, work: UnitOfWork, comments: list[NewComment]) -> list[Comment]:
    beside = {comment.id: comment.text for comment in comments}
    contexts = []
    for new in comments:
        article = work.articles.get(run.site.id, new.article_id) if new.article_id else None
        parent = beside.get(new.parent_id) if new.parent_id else None
        if parent is None and new.parent_id:
            stored = work.comments.get(run.site.id, new.parent_id)
            parent = stored.text or None if stored else None
        contexts.append(Comment(new.text, article.as_context() if article else None, parent))
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
    run: Import, work: UnitOfWork, new: NewComment, ruling: Ruling, known: StoredComment | None
) -> None:
    services, site = run.services, run.site
    if new.article_id and work.articles.get(site.id, new.article_id) is None:
        # Some exports leave the article out; its comments still belong together.
        work.articles.put(StoredArticle(site.id, new.article_id, "", ""), services.now())
    comment, _ = keep_comment(
        services, work, build_comment(services, work, site, new, ruling, known)
    )
    if comment.is_orphan:
        run._parentless[comment.id] = comment.parent_id or ""


def _count_orphans(run: Import) -> int:
    """Of the comments of this run, how many still miss the parent that they name."""
    if run.dry_run:
        return sum(parent not in run._rehearsed for parent in run._parentless.values())
    with run.services.store.read() as work:
        found = (work.comments.get(run.site.id, id_) for id_ in run._parentless)
        return sum(comment is not None and comment.is_orphan for comment in found)
