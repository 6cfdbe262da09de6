"""Use case: take in another system's comments, scored and with the status they had there.

Works through the records in batches: each is scored in one go and written in one
transaction, so that an import that is cut off has kept whole batches and can simply
be run again. A batch that collides with somebody else's writing is begun anew. Nothing
is sent to the outside for what is history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from moderation.comments import Comment, NewComment, Ruling, Site, StoredArticle, StoredComment
from moderation.errors import Conflict, NotFound
from moderation.personal_data import address_hash
from moderation.records import ArticleRecord, CommentRecord, Record, UnreadableRecord
from moderation.stores import UnitOfWork
from moderation.workflow.classify import classify
from moderation.workflow.import_plan import Passed, Plan, plan_batch, rehearse
from moderation.workflow.intake import build_comment, keep_comment, state_of
from moderation.workflow.restating import restate
from moderation.workflow.services import Services
from moderation.workflow.site_policy import record_new
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
    _passed: Passed = field(default_factory=Passed)


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
                record_new(services, work, None, DEFAULT_SITE)
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
        services, work, site, build_comment(services, work, site, new, ruling, known)
    )
    if comment.is_orphan:
        run._passed.parentless[comment.id] = comment.parent_id or ""


def _count_orphans(run: Import) -> int:
    """Of the comments of this run, how many still miss the parent that they name."""
    if run.dry_run:
        return sum(
            parent not in run._passed.rehearsed for parent in run._passed.parentless.values()
        )
    with run.services.store.read() as work:
        found = (work.comments.get(run.site.id, id_) for id_ in run._passed.parentless)
        return sum(comment is not None and comment.is_orphan for comment in found)
