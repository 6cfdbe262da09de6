"""Use cases: choices of the queue that a person keeps under a name."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import replace

from moderation.accounts import User
from moderation.errors import InvalidInput, NotFound
from moderation.stored import QueueFilter, SavedFilter
from moderation.workflow.services import Services

MAX_NAME = 60
MOST = 30
"""Filters that one person may keep."""


def filters_of(services: Services, actor: User) -> list[SavedFilter]:
    """The actor's filters, by name."""
    with services.store.read() as work:
        return work.saved_filters.of(actor.id)


def save_filter(services: Services, actor: User, name: str, wanted: QueueFilter) -> SavedFilter:
    """Keep a choice under a name; one of the actor's with the same name is replaced.

    Raises `InvalidInput` for a name that is blank or too long, for a choice of everything, and
    where the actor has too many.
    """
    name = _checked(name)
    wanted = replace(wanted, not_skipped_by=None)
    if wanted == QueueFilter():
        raise InvalidInput("filter", "chooses everything: there is nothing to keep")
    saved = SavedFilter(uuid.uuid4().hex, actor.id, name, wanted, services.now())
    with services.store.write() as work:
        known = {kept.name for kept in work.saved_filters.of(actor.id)}
        if len(known | {name}) > MOST:
            raise InvalidInput("name", f"there are {MOST} filters already; remove one first")
        work.saved_filters.put(saved)
        work.commit()
    return saved


def remove_filter(services: Services, actor: User, filter_id: str) -> None:
    """Forget one of the actor's filters. Raises `NotFound`."""
    with services.store.write() as work:
        if not work.saved_filters.remove(actor.id, filter_id):
            raise NotFound("You have no such filter.", field="id")
        work.commit()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("name", "must not be empty")
    if len(name) > MAX_NAME:
        raise InvalidInput("name", f"must be at most {MAX_NAME} characters long")
    if any(unicodedata.category(mark) == "Cc" for mark in name):
        raise InvalidInput("name", "holds control characters")
    return name
