"""Reports, appeals and suggestions of a file: taken in when all of its comments are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from moderation.comments import Site
from moderation.errors import Erased, NotFound
from moderation.records import ObjectionRecord, SuggestionRecord
from moderation.spill import SpilledList
from moderation.stored import Objection, Suggestion
from moderation.workflow.objections import object_to
from moderation.workflow.services import Services


class Belongings:
    """What has been read of them so far, on disk."""

    def __init__(self) -> None:
        self._objections, self._suggestions = SpilledList(), SpilledList()

    def add(self, record: ObjectionRecord | SuggestionRecord) -> None:
        """Keep it for the end of the file."""
        kept = self._objections if isinstance(record, ObjectionRecord) else self._suggestions
        kept.append(msgspec.msgpack.encode(record))

    def objections(self) -> Iterable[ObjectionRecord]:
        """In the order of the file."""
        return (msgspec.msgpack.decode(raw, type=ObjectionRecord) for raw in self._objections)

    def suggestions(self) -> Iterable[SuggestionRecord]:
        """In the order of the file."""
        return (msgspec.msgpack.decode(raw, type=SuggestionRecord) for raw in self._suggestions)


def keep_objection(services: Services, site: Site, record: ObjectionRecord) -> bool:
    """Keep a report or appeal; whether it was not here yet.

    One that still waits brings its comment before a moderator; one that was answered
    where it comes from is history. Raises `NotFound` or `Erased` without its comment.
    """
    objection = Objection(record.kind, record.at, record.text, record.reason, record.by)
    with services.store.read() as work:
        comment = work.comments.get(site.id, record.comment_id)
        if comment is None:
            raise NotFound("its comment is not here", field="comment_id")
        if comment.erased_at is not None:
            raise Erased("its comment has been erased here")
        if any(_same(known, objection) for known in work.comments.objections(comment.key)):
            return False
    if record.waiting:
        object_to(services, site, record.comment_id, objection)
        return True
    with services.store.write() as work:
        work.comments.object_to(comment.key, objection)
        work.commit()
    return True


def keep_suggestion(services: Services, site: Site, record: SuggestionRecord) -> bool:
    """Keep a suggestion under this site; whether it was not here yet."""
    with services.store.write() as work:
        about = work.comments.get(site.id, record.comment_id) if record.comment_id else None
        is_new = work.suggestions.put(
            Suggestion(
                id=_id_here(site, record),
                site_id=site.id,
                source=record.source,
                at=record.at,
                text=record.text,
                labels=record.labels,
                verdict=record.verdict,
                comment_key=about.key if about and about.erased_at is None else None,
                comment_id=record.comment_id,
                told={name: said for name, said in record.told.items() if name != "sessionId"},
            )
        )
        work.commit()
    return is_new


def _same(known: Objection, new: Objection) -> bool:
    def told(one: Objection) -> tuple[object, ...]:
        return (one.kind, one.at, one.text, one.reason, one.by)

    return told(known) == told(new)


def _id_here(site: Site, record: SuggestionRecord) -> str:
    if record.site_id == site.id:
        return record.id
    # Under another site it must not replace what the first was told.
    return hashlib.sha256(f"{site.id}\0{record.id}".encode()).hexdigest()
