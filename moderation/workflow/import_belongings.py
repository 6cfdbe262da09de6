"""Reports, appeals and suggestions of a file: taken in when all of its comments are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from moderation.comments import Site, StoredComment
from moderation.errors import Erased, NotFound
from moderation.records import ObjectionRecord, SuggestionRecord
from moderation.spill import SpilledList
from moderation.stored import Objection, Suggestion
from moderation.stores import UnitOfWork
from moderation.workflow.import_plan import Passed
from moderation.workflow.objections import object_to
from moderation.workflow.services import Services

_MISSING = "its comment is not here"


class Belongings:
    """What has been read of them so far, on disk."""

    def __init__(self) -> None:
        self._objections, self._suggestions = SpilledList(), SpilledList()

    def add(self, record: ObjectionRecord | SuggestionRecord) -> None:
        """Keep it for the end of the file."""
        kept = self._objections if isinstance(record, ObjectionRecord) else self._suggestions
        kept.append(msgspec.msgpack.encode(record))

    def __iter__(self) -> Iterator[ObjectionRecord | SuggestionRecord]:
        """Reports and appeals in the order of the file, and then suggestions."""
        for raw in self._objections:
            yield msgspec.msgpack.decode(raw, type=ObjectionRecord)
        for raw in self._suggestions:
            yield msgspec.msgpack.decode(raw, type=SuggestionRecord)


def keep(services: Services, site: Site, record: ObjectionRecord | SuggestionRecord) -> bool:
    """Keep it under this site; whether it was not here yet.

    A report or appeal that still waits brings its comment before a moderator; one that was
    answered where it comes from is history. Raises `NotFound` for one without its comment, and
    `Erased` where that has been erased: nothing that was told of it may come back.
    """
    if isinstance(record, SuggestionRecord):
        return _keep_suggestion(services, site, record)
    with services.store.read() as work:
        if _is_here(work, site, record):
            return False
    objection = _objection(record)
    if record.waiting:
        object_to(services, site, record.comment_id, objection)
        return True
    with services.store.write() as work:
        comment = _comment_of(work, site, record.comment_id)
        if comment is None:
            raise NotFound(_MISSING, field="comment_id")
        work.comments.object_to(comment.key, objection)
        work.commit()
    return True


def rehearse_belonging(
    work: UnitOfWork, site: Site, record: ObjectionRecord | SuggestionRecord, passed: Passed
) -> bool:
    """Whether `keep` would find it new, after all that has passed. Raises as that does."""
    if isinstance(record, SuggestionRecord):
        if record.comment_id:
            _comment_of(work, site, record.comment_id)
        told = _id_here(site, record)
        is_here = work.suggestions.get(told) is not None
    else:
        is_coming = passed.rehearsed.get(record.comment_id) is not None
        is_here = _is_here(work, site, record, is_coming=is_coming)
        told = hashlib.sha256(repr((record.comment_id, _objection(record))).encode()).hexdigest()
    is_new = not is_here and passed.told.get(told) is None
    passed.told.put(told, "")
    return is_new


def _keep_suggestion(services: Services, site: Site, record: SuggestionRecord) -> bool:
    with services.store.write() as work:
        about = _comment_of(work, site, record.comment_id) if record.comment_id else None
        id_ = _id_here(site, record)
        known = work.suggestions.get(id_)
        if known is not None and known.at > record.at:
            # Told anew since the file was written: the last word counts.
            return False
        is_new = work.suggestions.put(
            Suggestion(
                id=id_,
                site_id=site.id,
                source=record.source,
                at=record.at,
                text=record.text,
                labels=record.labels,
                verdict=record.verdict,
                comment_key=about.key if about else None,
                comment_id=record.comment_id,
                told={name: said for name, said in record.told.items() if name != "sessionId"},
            )
        )
        work.commit()
    return is_new


def _is_here(
    work: UnitOfWork, site: Site, record: ObjectionRecord, *, is_coming: bool = False
) -> bool:
    comment = _comment_of(work, site, record.comment_id)
    if comment is not None:
        objection = _objection(record)
        return any(_same(known, objection) for known in work.comments.objections(comment.key))
    if not is_coming:
        raise NotFound(_MISSING, field="comment_id")
    return False


def _comment_of(work: UnitOfWork, site: Site, comment_id: str) -> StoredComment | None:
    comment = work.comments.get(site.id, comment_id)
    if comment is not None and comment.erased_at is not None:
        raise Erased("its comment has been erased here")
    return comment


def _objection(record: ObjectionRecord) -> Objection:
    return Objection(record.kind, record.at, record.text, record.reason, record.by)


def _same(known: Objection, new: Objection) -> bool:
    def told(one: Objection) -> tuple[object, ...]:
        return (one.kind, one.at, one.text, one.reason, one.by)

    return told(known) == told(new)


def _id_here(site: Site, record: SuggestionRecord) -> str:
    if record.site_id == site.id:
        return record.id
    # Under another site it must not replace what the first was told.
    return hashlib.sha256(f"{site.id}\0{record.id}".encode()).hexdigest()
